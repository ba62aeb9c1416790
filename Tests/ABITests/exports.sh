# The dynamic symbols of a library are exactly those listed in Configs/exports.map, and in copies.map if its flag
# guardedCopies is on. Sourced by run.sh.

# listed_exports VARIANT: the global names of the variant's version scripts, one a line, sorted.
listed_exports() {
  listed_names exports || return
  ! grep -E 'var guardedCopies: Bool { true }' "$BULWARK_ROOT/Configs/${1^}.swift" >/dev/null || listed_names copies
}

# listed_names NAME: the global names of one version script.
listed_names() {
  local map=$BULWARK_ROOT/Configs/$1.map
  [ -f "$map" ] || { echo "$map is missing" >&2; return 1; }
  # Comments go first; then what stands between `global:` and `local:` (or the closing brace), split at semicolons.
  sed 's/#.*//' "$map" | tr '\n' ' ' | sed 's:/\*[^*]*\*\+\([^/*][^*]*\*\+\)*/: :g' |
    sed 's/.*global://; s/local:.*//; s/}.*//' | tr ';' '\n' | tr -d ' \t' | grep -v '^$' | sort -u
}

# found_exports VARIANT: the names that the library defines; without versions and the absolute symbols that name those.
found_exports() {
  nm -D --extern-only --defined-only "$(library "$1")" | awk 'NF >= 2 && $(NF - 1) != "A" { print $NF }' | sed 's/@.*//' | sort -u
}

exports_are_as_listed() {
  local listed found
  listed=$(listed_exports "$1" | sort -u) || return
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
