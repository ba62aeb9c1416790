# The dynamic symbols of a library are exactly those listed in Configs/exports.map, and those of the lists that its flags
# ask for. Sourced by run.sh.

source "$BULWARK_ROOT/scripts/lib/variants.sh"  # optional_lists

# listed_exports VARIANT: the global names of the version scripts, one a line, sorted.
listed_exports() {
  local map
  for map in exports.map $(optional_lists "$BULWARK_ROOT" "$1"); do
    listed_in "$BULWARK_ROOT/Configs/$map" || return
  done | sort -u
}

listed_in() {
  [ -f "$1" ] || { echo "$1 is missing" >&2; return 1; }
  # Comments go first; then what stands between `global:` and `local:` (or the closing brace), split at semicolons.
  sed 's/#.*//' "$1" | tr '\n' ' ' | sed 's:/\*[^*]*\*\+\([^/*][^*]*\*\+\)*/: :g' |
    sed 's/.*global://; s/local:.*//; s/}.*//' | tr ';' '\n' | tr -d ' \t' | grep -v '^$'
}

# found_exports VARIANT: the names that the library defines; without versions and the absolute symbols that name those.
found_exports() {
  nm -D --extern-only --defined-only "$(library "$1")" | awk 'NF >= 2 && $(NF - 1) != "A" { print $NF }' | sed 's/@.*//' | sort -u
}

exports_are_as_listed() {
  local listed found
  listed=$(listed_exports "$1") || return
  found=$(found_exports "$1") || return
  case $listed in *'*'*) echo "version scripts must list names, not patterns:" "$listed"; return 1 ;; esac
  if grep -E '^(_?swift_|\$s|_\$s)' <<<"$found"; then
    echo "these Swift symbols are exported"
    return 1
  fi
  diff <(echo "$listed") <(echo "$found") >"$scratch/exports.diff" && return
  echo "< is listed but not exported, > is exported but not listed:"
  cat "$scratch/exports.diff"
  return 1
}
