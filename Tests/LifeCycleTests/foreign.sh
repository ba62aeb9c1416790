# Pointers of other allocators, by the option foreign_pointers. Sourced by run.sh.

# forwarded VARIANT: a second allocator stands behind ours.
forwarded() {
  compiled forward_library "$scratch/forward_library.so" -shared -fPIC && compiled forward "$scratch/forward" || return
  EXPECT_VARIANT=$1 BULWARK_OPTIONS=foreign_pointers=forward LD_PRELOAD="$(library "$1"):$scratch/forward_library.so" \
    timeout -k 5 "$program_limit" "$scratch/forward"
}

# policy_holds VARIANT: each policy in each variant, whatever its default.
policy_holds() {
  compiled foreign_free "$scratch/foreign_free" || return
  local policy wanted found
  for policy in report ignore auto; do
    wanted=0
    case $policy-$1 in report-* | auto-secure | auto-debug) wanted=134 ;; esac
    found=0
    BULWARK_OPTIONS=foreign_pointers=$policy preloaded "$1" "$scratch/foreign_free" || found=$?
    [ "$found" = $wanted ] || { echo "foreign_pointers=$policy: exit status $found, wanted: $wanted"; return 1; }
  done
}

check_foreign() {
  check "foreign_pointers ($1)" policy_holds "$1"
  check "forward ($1)" forwarded "$1"
  check "deepbind ($1)" with_options foreign_pointers=forward run_with_library "$1" deepbind deepbind_library
}
