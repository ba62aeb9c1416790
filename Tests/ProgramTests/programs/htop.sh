# Htop shows its help: all that it does without a terminal.

program htop packages='htop' loaded='htop'

htop_run() { htop --help; }
