# Bash's own tests: each script's output against the output that its authors keep.

suite bash packages='bash diffutils gcc libc6-dev' source=bash of=bash limit=3600

bash_programs() { echo /bin/bash; }

bash_prepare() {
  local tool
  for tool in recho zecho printenv xcase; do cc -w -O1 -Iinclude -I. "support/$tool.c" -o "tests/$tool"; done
}

bash_files() {
  if [ -n "${1:-}" ]; then
    printf '%s\n' run-array run-arith run-assoc run-glob run-quote run-read run-printf run-trap run-jobs
  else
    find "$source/tests" -name 'run-*' -printf '%f\n' | grep -vxE 'run-(all|minimal|gprof)|.*~' | sort
  fi
}

bash_one() {
  cp -r "$source/tests/." .
  # What run-all sets.
  export THIS_SH=/bin/bash BUILD_DIR=$source BASH_TSTOUT=$TMPDIR/output PATH=.:$PATH
  sh "$1"
}

# A file is one test. What it prints are differences; those that come without the library as well must be the same ones.
bash_outcomes() {
  local printed
  # But for process numbers and what `time` measured.
  printed=$(sed -E 's/[0-9]{3,}/N/g; s/(real|user|sys) [0-9.]+/\1 T/')
  if [ -z "$printed" ]; then printf 'passed\t%s\n' "$1"; else printf 'prints %s\t%s\n' "$(sha256sum <<<"$printed" | cut -c 1-8)" "$1"; fi
}
