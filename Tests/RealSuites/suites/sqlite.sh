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

sqlite_files() {
  local pattern=.
  [ -z "${1:-}" ] || pattern='^(select|insert|join|index|where|trans|json|blob|fts3[a-d])[^/]*$'
  find "$source/test" -name '*.test' -printf '%f\n' | sed 's/\.test$//' | sort |
    grep -vxE 'all|async|(very|extra)?quick|memleak|permutations|soak|fts3|mallocAll|rtree|full|session|rbu|mutex1|fuzz|fts3rnd' |
    grep -vE 'malloc|ioerr|fault|bigfile|_err|_fuzz|fts5corrupt|fts5big|fts5aj|^crash|^journal' | grep -E "$pattern"
}

sqlite_one() { "$source/build/testfixture" "$source/test/$1.test" --verbose=1; }

sqlite_outcomes() {
  sed -nE 's/^(\S+)\.\.\. Ok$/passed\t\1/p; s/^! (\S+) (expected|got):? .*/failed\t\1/p; s/^([0-9]+) errors? out of ([0-9]+) tests.*/\1 of \2\t(sum)/p'
}
