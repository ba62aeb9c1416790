# Perl: strings that grow, hashes, regular expressions, closures, sorting, child processes.

program perl quick=yes packages='perl' loaded='perl'

perl_run() { perl "$workloads/stress.pl"; }
