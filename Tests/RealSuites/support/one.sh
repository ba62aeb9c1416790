# Runs one test file of a suite, with a library or without: `one.sh NAME FILE LIBRARY OUTCOME`. scripts/real-suites starts it.
#
# Leaves in OUTCOME: FILE.raw, all that was printed; FILE.tests, a line for each test: outcome, tab, name; FILE.reports, what
# Bulwark wrote. Reports go to a file alone: on standard error they would change what a test compares.

support=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source "$support/suites.sh"
name=$1 file=$2 library=$3 outcome=$4
source=$REAL_SUITES_HOME/$name/source

# Inside: the file's own process, under the library as everything that it starts.
if [ "${5:-}" = inside ]; then
  export HOME=$PWD/home TMPDIR=$PWD/tmp
  mkdir "$HOME" "$TMPDIR"
  "${name}_one" "$file"
  exit
fi

plain_environment
mkdir -p "$(dirname "$outcome/$file")"
rm -f "$outcome/$file".{raw,tests,reports}
work=$(mktemp -d)
status=0
(
  cd "$work" || exit
  if [ -n "$library" ]; then
    export BULWARK_OPTIONS=report_fd=0:report_file=$outcome/$file.reports LD_PRELOAD=$library
  fi
  exec timeout --kill-after=10 "${suite_limit[$name]:-900}" bash "$support/one.sh" "$name" "$file" "$library" "$outcome" inside
) >"$outcome/$file.raw" 2>&1 </dev/null &
# The limit's `timeout` has a process group of its own: who stops this script would not stop the tests.
inside=$!
trap 'kill -TERM "$inside"; rm -rf "$work"; exit 143' TERM INT HUP
wait "$inside" 2>/dev/null || status=$?
# Servers that a failed test left behind are in that group too.
kill -KILL -- "-$inside" 2>/dev/null || true
export work
{
  "${name}_outcomes" "$file" <"$outcome/$file.raw"
  printf '%s\t(exit status)\n' "$status"
} >"$outcome/$file.new"
mv "$outcome/$file.new" "$outcome/$file.tests"
rm -rf "$work"
