# Tcl's own tests, with Debian's tclsh: each file in a process of its own.

suite tcl packages='tcl8.6' source=tcl8.6 of=tcl8.6

tcl_programs() { echo /usr/bin/tclsh8.6; }

tcl_files() {
  if [ -n "${1:-}" ]; then
    printf '%s\n' string dict list lsort regexp exec chan encoding interp event trace
  else
    find "$source/tests" -name '*.test' -printf '%f\n' | sed 's/\.test$//' | sort
  fi
}

tcl_one() { /usr/bin/tclsh8.6 "$source/tests/$1.test" -verbose 'pass skip error body'; }

tcl_outcomes() {
  sed -nE 's/^\+\+\+\+ (\S+) (PASSED|SKIPPED).*/\2\t\1/p; s/^==== (\S+) .* FAILED$/FAILED\t\1/p' | sort -u
}
