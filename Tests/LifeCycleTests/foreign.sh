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

# A refused realloc is refused once: one report, or one count, although realloc tries twice where memory is short.
refused_once() {
  compiled refused_realloc "$scratch/refused_realloc" || return
  BULWARK_OPTIONS=foreign_pointers=report:on_violation=report:violation_status=0 run_program "$1" refused_realloc 2>"$scratch/err" || return
  [ "$(grep -c '^bulwark: invalid realloc of 0x' "$scratch/err")" = 2 ] || { cat "$scratch/err"; return 1; }
  BULWARK_OPTIONS=foreign_pointers=ignore:on_violation=report:violation_status=0 run_program "$1" refused_realloc 2>"$scratch/err" || return
  # The pointer into a block is no foreign one: a violation where the variant looks for it, counted elsewhere.
  local count reports
  count=$(sed -n 's/^foreign frees *= //p' "$scratch/err") reports=$(grep -c '^bulwark: invalid realloc of 0x' "$scratch/err")
  case $1-$count-$reports in release-2-0 | secure-1-1 | debug-1-1) ;; *) cat "$scratch/err"; return 1 ;; esac
}

check_foreign() {
  check "refused_realloc ($1)" refused_once "$1"
  check "foreign_pointers ($1)" policy_holds "$1"
  check "forward ($1)" forwarded "$1"
  check "deepbind ($1)" with_options foreign_pointers=forward run_with_library "$1" deepbind deepbind_library
}
