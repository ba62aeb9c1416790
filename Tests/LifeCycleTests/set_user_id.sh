# Under AT_SECURE the library takes no options from the environment. Sourced by run.sh; needs root.
#
# The dynamic linker preloads into a set-user-ID program only what it finds by bare name in a system folder and has the
# set-user-ID bit itself: hence a copy of the library, under a name of its own, for the time of the test.

trusted_folder=/usr/lib/x86_64-linux-gnu

# as_nobody PROGRAM LIBRARY OPTIONS: `env` sets the variables last, so that setpriv and timeout are not preloaded.
as_nobody() {
  timeout 20 setpriv --reuid=65534 --regid=65534 --clear-groups \
    env LD_PRELOAD="$2" BULWARK_OPTIONS="$3" EXPECT_VARIANT="$variant" "$1"
}

# options_ignored_when_secure VARIANT: runs in a subshell, whose end removes the copy.
options_ignored_when_secure() {
  local variant=$1 name=libbulwark-test-$$-$1.so folder options
  folder=$(mktemp -d) || return
  # shellcheck disable=SC2064
  trap "rm -rf '$trusted_folder/$name' '$folder'" EXIT
  trap 'exit 1' INT TERM
  compiled secure_execution "$scratch/secure_execution" || return
  cp "$(library "$variant")" "$trusted_folder/$name" && chmod 4755 "$trusted_folder/$name" || return
  chmod 755 "$folder"
  install -m 4755 "$scratch/secure_execution" "$folder/secure" || return
  install -m 755 "$scratch/secure_execution" "$folder/plain" || return

  # First the counterpart, which gives the rest its meaning: without the set-user-ID bit a bogus option is reported.
  as_nobody "$folder/plain" "$trusted_folder/$name" no_such_option=1 >"$folder/out" 2>"$folder/err"
  grep -q '^secure=0 ' "$folder/out" || { echo "the plain program does not run:"; cat "$folder/out" "$folder/err"; return 1; }
  grep -q '^bulwark: ' "$folder/err" || { echo "a bogus option is not reported without AT_SECURE"; return 1; }

  for options in help=1 no_such_option=1 'purge_delay=50' ':::===' ; do
    as_nobody "$folder/secure" "$name" "$options" >"$folder/out" 2>"$folder/err" ||
      { echo "the set-user-ID program failed:"; cat "$folder/out" "$folder/err"; return 1; }
    grep -qx "secure=1 library=.*/$name" "$folder/out" ||
      { echo "not in secure mode or not preloaded:"; cat "$folder/out" "$folder/err"; return 1; }
    [ ! -s "$folder/err" ] && [ "$(wc -l <"$folder/out")" = 1 ] ||
      { echo "BULWARK_OPTIONS=$options had an effect:"; cat "$folder/out" "$folder/err"; return 1; }
  done
}

# check_set_user_id VARIANT
check_set_user_id() {
  if [ "$(id -u)" != 0 ]; then
    skip "set_user_id ($1)" "needs root"
  elif findmnt -no OPTIONS -T "$scratch" | grep -qw nosuid; then
    note "set_user_id ($1)" "$scratch is mounted nosuid"
  elif grep -q '^NoNewPrivs:[[:space:]]*1' /proc/self/status; then
    note "set_user_id ($1)" "no_new_privs is set"
  else
    check "set_user_id ($1)" options_ignored_when_secure "$1"
  fi
}
