# The options lie on OS pages of their own, which are read-only once the library is loaded. Sourced by run.sh.

# settings_place VARIANT: where the pages are in the library, in hexadecimal: the last two of the allocator's storage.
settings_place() {
  nm -S "$(library "$1")" | awk '$4 == "bw_allocator_storage" { print $1, $2 }' |
    { read -r start size && printf '%x\n' $((0x$start + 0x$size - 8192)); }
}

settings_are_sealed() {
  local place plain other
  place=$(settings_place "$1") || { echo "bw_allocator_storage is not in the symbol table"; return 1; }
  plain=$(run_program "$1" settings_sealed "$place") || return
  # It is the right page if other options make it another.
  other=$(with_options purge_delay=777 run_program "$1" settings_sealed "$place") || return
  [ "${#plain}" = 256 ] && [ "$plain" != "$other" ] || { echo "options are not on the page: $plain and $other"; return 1; }
}
