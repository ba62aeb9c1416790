# SQLite's own tests, of Debian's source: testfixture is built from it, then each file runs in a process of its own.
#
# The set is the one that its authors call veryquick: without the files that make every allocation or write fail in turn.

suite sqlite packages='gcc libc6-dev make tcl8.6 tcl8.6-dev zlib1g-dev libreadline-dev' source=sqlite3 of=libsqlite3-0

sqlite_programs() { echo "$source/build/testfixture"; }

sqlite_prepare() {
  mkdir build
  cd build || return
  CFLAGS=-O1 ../configure --with-tcl=/usr/lib/tcl8.6 && make -j2 testfixture
}

# testfixture itself knows the files of a set.
sqlite_files() {
  local pattern=. script
  [ -z "${1:-}" ] || pattern='^test/(select|insert|join|index|where|trans|json|blob|fts3[a-d])[^/]*$'
  script=$(mktemp)
  cat >"$script" <<'TCL'
set argv0 [lindex $argv 0]/test/main.test
set argv {}
source [file dirname $argv0]/permutations.test
foreach file [dict get $::testspec(veryquick) -files] { puts "file [file normalize [file join $testdir $file]]" }
exit
TCL
  (cd "$(dirname "$script")" && "$source/build/testfixture" "$script" "$source") |
    sed -n "s|^file $(realpath "$source")/\(.*\)\.test$|\1|p" | sort | grep -E "$pattern"
  rm -f "$script"
}

sqlite_one() { "$source/build/testfixture" "$source/$1.test" --verbose=1; }

sqlite_outcomes() {
  sed -nE 's/^(\S+)\.\.\. Ok$/passed\t\1/p; s/^! (\S+) (expected|got):? .*/failed\t\1/p; s/^([0-9]+) errors? out of ([0-9]+) tests.*/\1 of \2\t(sum)/p'
}
