# The list of programs. Each file of programs/ declares one, and says what it runs:
#
#   program gcc packages='gcc libc6-dev' loaded='cc1 as collect2'
#   gcc_prepare() { …; }   optional: makes inputs in $input, once, without the library
#   gcc_run() { …; }       runs in an empty directory, always the same one; see support/one.sh
#
# Keys:
#   packages='A B'       the Debian packages that it needs
#   unless_found='A B'   the packages are not needed if these commands exist already
#   loaded='A B'         the executables that must be seen to start with the library
#   quick=yes            part of --quick
#   limit=SECONDS        how long a run may take (default 120: a slow machine, a slow variant)
# A program without `loaded` shows by itself that its processes have the library (must_have_library).

program_names=()
declare -A program_packages program_unless_found program_loaded program_quick program_limit

# program NAME KEY=VALUE...: declares a program.
program() {
  local name=$1 pair
  shift
  program_names+=("$name")
  for pair in "$@"; do
    case $pair in
      packages=* | unless_found=* | loaded=* | quick=* | limit=*)
        local -n values=program_${pair%%=*}
        values[$name]=${pair#*=} ;;
      *) die "program $name: unknown key '${pair%%=*}'" ;;
    esac
  done
}

# selected_programs: the names that --quick and --only leave, one a line.
selected_programs() {
  local name variant
  for name in "${program_names[@]}"; do
    [ -n "$quick" ] && [ -z "${program_quick[$name]}" ] && continue
    for variant in "${variants[@]}"; do
      # shellcheck disable=SC2254
      case "$name ($variant)" in ${only:-*}) echo "$name"; break ;; esac
    done
  done
}

# needed_packages NAME...: the Debian packages that these programs need, one a line.
needed_packages() {
  local name
  # A `timeout` around each run and the hashes of outputs come from these.
  local packages=(coreutils diffutils)
  for name in "$@"; do
    all_found ${program_unless_found[$name]} || packages+=(${program_packages[$name]})
  done
  printf '%s\n' "${packages[@]}" | sort -u
}

# all_found COMMAND...: true if there are any and all of them exist.
all_found() {
  [ $# -gt 0 ] && type -P "$@" >/dev/null
}
