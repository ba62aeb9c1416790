# `top -b -n 3`. The processes of a machine change, so only the form of what it shows is compared.

program top quick=yes packages='procps' loaded='top'

top_run() {
  top -b -n 3 -d 0.1 >screens
  # Three screens; each row of the list starts with a process id and has a command as its last field.
  awk '
    /^top - / { screens++; listing = 0 }
    listing && NF { rows++; if ($1 !~ /^[0-9]+$/ || NF < 12) { print "odd row: " $0; exit 1 } }
    $1 == "PID" { listing = 1 }
    END { print screens " screens", (rows >= 3 * screens ? "with rows" : "without rows") }
  ' screens
}
