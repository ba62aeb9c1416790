#!/usr/bin/env bash
# The guides of the documentation, run as they stand.
#
#   Tests/GuideTests/run.sh [--only PATTERN] [--quick]

here=$(cd "$(dirname "$0")" && pwd)
source "$here/../Support/harness.sh"
harness_start "$@"
need_packages gcc libc6-dev libunwind-dev binutils python3

guide() {
  local folder=$scratch/${1%.md}
  mkdir -p "$folder"
  PATH=$dist/bin:$PATH /usr/bin/python3 "$here/guide.py" "$BULWARK_ROOT/Sources/Core/Core.docc/$1" "$folder"
}
# A guide that is wrong is seen to be: another number, another line, a line too many.
wrong_guide() {
  mkdir -p "$scratch/wrong"
  printf '    $ echo one; echo two\n    one\n    %b\n' "$1" >"$scratch/wrong.md"
  ! { /usr/bin/python3 "$here/guide.py" "$scratch/wrong.md" "$scratch/wrong" 2>&1 | grep -E '^ok '; }
}
right_guide() {
  mkdir -p "$scratch/wrong"
  printf '    $ echo one; echo two\n    one\n    two\n' >"$scratch/wrong.md"
  /usr/bin/python3 "$here/guide.py" "$scratch/wrong.md" "$scratch/wrong" 2>&1 | grep -E '^ok '
}

check 'find a bug in five minutes' guide FindABug.md
check 'a guide that is right' right_guide
for line in three '' '…\n    three' 'two\n    three'; do check "a guide that is wrong: $line" wrong_guide "$line"; done
harness_finish
