# The list of suites. Each file of suites/ declares one program whose own tests are run, and says how:
#
#   suite redis packages='redis-server tcl' source=redis of=redis-server
#   redis_prepare() { …; }        optional: makes ready what the tests need, once, in $source's folder
#   redis_programs() { …; }       the executables under test, one a line: each must start with the library
#   redis_files() { …; }          the test files, one a line; `redis_files quick` a part of them
#   redis_one FILE                runs one, in an empty directory of its own; all that it prints is kept
#   redis_outcomes FILE           reads that, prints a line for each test: its outcome, a tab, its name
#
# Keys:
#   packages='A B'   the Debian packages that it needs, with the program itself
#   source=NAME      the Debian source package that has the tests; it is unpacked, its folder is $source
#   of=PACKAGE       the binary package whose version the sources should have
#   limit=SECONDS    how long one file may take (default 900: a slow machine, a slow variant)

suite_names=()
declare -A suite_packages suite_source suite_of suite_limit

# suite NAME KEY=VALUE...: declares a suite.
suite() {
  local name=$1 pair
  shift
  suite_names+=("$name")
  for pair in "$@"; do
    case $pair in
      packages=* | source=* | of=* | limit=*)
        local -n values=suite_${pair%%=*}
        values[$name]=${pair#*=} ;;
      *) echo "suite $name: unknown key '${pair%%=*}'" >&2; exit 1 ;;
    esac
  done
}

# plain_environment: what could make two runs or two machines differ. Debian's programs come before others of the same name.
plain_environment() {
  export LC_ALL=C.UTF-8 TZ=UTC PATH=/usr/sbin:/usr/bin:/sbin:/bin
  unset LD_PRELOAD BULWARK_OPTIONS CDPATH BASH_ENV ENV DISPLAY MAKEFLAGS
}

for suite_file in "$(dirname "${BASH_SOURCE[0]}")"/../suites/*.sh; do source "$suite_file"; done
unset suite_file
