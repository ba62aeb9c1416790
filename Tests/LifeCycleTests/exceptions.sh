# The exceptions file: whom it is for, that the environment comes after it, that it holds under AT_SECURE, and what is not
# to be trusted. Sourced by run.sh; needs root, for a /etc of its own (own_etc).

# start_exceptions VARIANT: the programs, an empty folder to become /etc, and the policy that is not the variant's own.
start_exceptions() {
  variant=$1
  folder=$(mktemp -d) || return
  chmod 755 "$folder"
  # shellcheck disable=SC2064
  trap "rm -rf '$folder'" EXIT
  compiled foreign_free "$scratch/foreign_free" || return
  install -m 755 "$scratch/foreign_free" "$folder/program"
  install -m 755 "$scratch/foreign_free" "$folder/other"
  install -m 755 "$(library "$variant")" "$folder/library.so"
  mkdir -m 755 "$folder/etc" "$folder/etc/bulwark"
  file=$folder/etc/bulwark/exceptions.conf
  if [ "$variant" = release ]; then
    policy=report by_exception=aborted by_default='went on' own=ignore
  else
    policy=ignore by_exception='went on' by_default=aborted own=report
  fi
}

# exceptions TEXT: what the file says from now on.
exceptions() {
  rm -rf "$file"
  printf '%s\n' "$1" >"$file" && chmod 644 "$file"
}

# outcome_is WANTED WARNINGS PROGRAM: runs a program and compares what came of it, and the number of lines of warning.
outcome_is() {
  local found
  unshare --mount "$here/own_etc" "$folder/etc" \
    env LD_PRELOAD="$folder/library.so" BULWARK_OPTIONS="${options:-}" "$folder/$3" >"$folder/out" 2>"$folder/err"
  case $? in 0) found=$(cat "$folder/out") ;; 134) found=aborted ;; *) found="exit status $?" ;; esac
  [ "$found" = "$1" ] && [ "$(warnings)" -eq "$2" ] && return
  echo "line ${BASH_LINENO[0]}: $3 ${found:-said nothing}, wanted: $1; $(warnings) warnings, wanted: $2"
  cat "$folder/err" "$file"
  return 1
}

# A warning is a line of ours that does not begin a report.
warnings() { grep '^bulwark: ' "$folder/err" | grep -cv '^bulwark: invalid free of 0x' || true; }

exceptions_by_program() {
  start_exceptions "$1" || return
  outcome_is "$by_default" 0 program || return
  exceptions "# for one program
$folder/program foreign_pointers=$policy"
  outcome_is "$by_exception" 0 program && outcome_is "$by_default" 0 other || return
  exceptions "$folder/pro* foreign_pointers=$policy"
  outcome_is "$by_exception" 0 program && outcome_is "$by_default" 0 other || return
  # What counts is where the program lies, not what it was called.
  ln -s "$folder/other" "$folder/link" && exceptions "$folder/link foreign_pointers=$policy"
  outcome_is "$by_default" 0 link || return
  exceptions "$folder/other foreign_pointers=$policy"
  outcome_is "$by_exception" 0 link
}

environment_comes_after_exceptions() {
  start_exceptions "$1" || return
  exceptions "$folder/program foreign_pointers=$policy"
  options=foreign_pointers=$own outcome_is "$by_default" 0 program &&
    options=purge_delay=50 outcome_is "$by_exception" 0 program
}

# One warning, and no effect of the file.
refused() { outcome_is "$by_default" 1 program && grep -qF "exceptions.conf is ignored: $1" "$folder/err"; }

exceptions_that_are_not_trusted() {
  start_exceptions "$1" || return
  local text="$folder/program foreign_pointers=$policy"
  exceptions "$text" && chown 65534 "$file" && refused "it does not belong to root" || return
  exceptions "$text" && chmod 664 "$file" && refused "others than its owner" || return
  exceptions "$text" && chmod 646 "$file" && refused "others than its owner" || return
  exceptions "$text" && mv "$file" "$folder/etc/real" && ln -s ../real "$file" && refused "it is a symbolic link" || return
  rm -f "$file" && mkdir "$file" && refused "it is not a regular file" || return
  rmdir "$file" && mkfifo -m 644 "$file" && refused "it is not a regular file" || return
  exceptions "$text" && head -c 65536 /dev/zero | tr '\0' '#' >>"$file" && refused "it is longer than 64 KiB" || return
  # Just within the limit it is read to its end.
  exceptions "$(head -c $((65535 - ${#text} - 1)) /dev/zero | tr '\0' '#')
$text"
  [ "$(stat -c %s "$file")" = 65536 ] && outcome_is "$by_exception" 0 program
}

bad_lines_of_exceptions() {
  start_exceptions "$1" || return
  exceptions "program foreign_pointers=$policy
$folder/other nonsense
$folder/program nonsense
$folder/program foreign_pointers=maybe:foreign_pointers=$policy"
  outcome_is "$by_exception" 3 program || return
  local number
  for number in 1 3 4; do
    grep -qF "bulwark: /etc/bulwark/exceptions.conf:$number: " "$folder/err" ||
      { echo "no warning of line $number:"; cat "$folder/err"; return 1; }
  done
}

# The example in Configs says nothing as it is, and its examples are right.
example_of_exceptions() {
  start_exceptions "$1" || return
  local example=$BULWARK_ROOT/Configs/exceptions.conf line
  exceptions "$(cat "$example")" && outcome_is "$by_default" 0 program || return
  grep -qE '^#/' "$example" || { echo "no examples found"; return 1; }
  while read -r line; do
    exceptions "$folder/program ${line#* }"
    unshare --mount "$here/own_etc" "$folder/etc" env LD_PRELOAD="$folder/library.so" "$folder/program" \
      >/dev/null 2>"$folder/err"
    # Another variant may lack what the option is for; nothing else may be said.
    if grep -v 'has no effect' "$folder/err" | grep 'bulwark: /etc\|unknown\|bad value'; then return 1; fi
  done < <(grep -E '^#/' "$example")
}

# A set-user-ID program, into which the loader preloads what /etc/ld.so.preload (its own) says.
exceptions_when_secure() {
  start_exceptions "$1" || return
  install -m 4755 "$scratch/foreign_free" "$folder/secure"
  echo "$folder/library.so" >"$folder/etc/ld.so.preload"
  local wanted found
  for wanted in "$by_default" "$by_exception"; do
    [ "$wanted" = "$by_default" ] || exceptions "$folder/secure foreign_pointers=$policy"
    # The environment says the contrary each time, and is not asked.
    found=$([ "$wanted" = "$by_default" ] && echo "$policy" || echo "$own")
    unshare --mount "$here/own_etc" "$folder/etc" setpriv --reuid=65534 --regid=65534 --clear-groups \
      env "BULWARK_OPTIONS=foreign_pointers=$found:nonsense" "$folder/secure" say >"$folder/out" 2>"$folder/err"
    case $? in 0) found='went on' ;; 134) found=aborted ;; *) found=failed ;; esac
    [ "$found" = "$wanted" ] && grep -qx secure=1 "$folder/out" && ! grep -q nonsense "$folder/err" ||
      { echo "wanted: $wanted, found: $found"; cat "$folder/out" "$folder/err"; return 1; }
  done
}

# check_exceptions VARIANT
check_exceptions() {
  local name
  for name in exceptions_by_program environment_comes_after_exceptions exceptions_that_are_not_trusted \
    bad_lines_of_exceptions example_of_exceptions exceptions_when_secure; do
    if [ "$(id -u)" != 0 ]; then
      skip "$name ($1)" "needs root"
    elif ! unshare --mount true 2>/dev/null; then
      note "$name ($1)" "no mount name spaces here"
    elif [ $name = exceptions_when_secure ] && { findmnt -no OPTIONS -T "$scratch" | grep -qw nosuid ||
      grep -q '^NoNewPrivs:[[:space:]]*1' /proc/self/status; }; then
      note "$name ($1)" "set-user-ID programs do not work here"
    else
      check "$name ($1)" "$name" "$1"
    fi
  done
}
