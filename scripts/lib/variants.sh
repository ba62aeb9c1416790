# Throw-away variants in a copy of the tree: for measuring and testing flags one by one. Sourced by scripts/flags.

flags_file=$BULWARK_ROOT/Sources/Core/Hardening/Flags.swift

# all_flags: the names of all flags, in the order of their declaration.
all_flags() { sed -nE 's/^ *static var ([A-Za-z]+): Bool \{ get \}.*/\1/p' "$flags_file"; }

# flags_of VARIANT: those that are on in a variant.
flags_of() {
  sed -nE 's/^ *static var ([A-Za-z]+): Bool \{ true \}.*/\1/p' "$BULWARK_ROOT/Configs/${1^}.swift"
}

# needs: pairs "a b", a line each: flag a needs flag b. From Flags.isConsistent, which says (!a || b).
needs() {
  grep -oE '\(!([A-Za-z]+) \|\| ([A-Za-z]+)\)' "$flags_file" | sed -E 's/\(!([A-Za-z]+) \|\| ([A-Za-z]+)\)/\1 \2/'
}

# flags_with FLAG: the flag, and all that it needs.
flags_with() {
  echo "$1"
  local one other
  while read -r one other; do [ "$one" != "$1" ] || flags_with "$other"; done < <(needs)
}

# flags_without FLAG FLAG...: the others without the first and without all that need it.
flags_without() {
  local gone=$1 other
  shift
  for other in "$@"; do flags_with "$other" | grep -xF "$gone" >/dev/null || echo "$other"; done
}

# copy_tree DIRECTORY: the sources as they are in the working tree, without what is built.
copy_tree() {
  mkdir -p "$1"
  (cd "$BULWARK_ROOT" && tar -c --exclude=./.build --exclude=./dist --exclude=./.git .) | tar -x -C "$1"
  keep_variants "$1"
}

# keep_variants TREE [NAME...]: takes all variants off the copy's package but those; also the lists of optional exports.
keep_variants() {
  local tree=$1 names
  shift
  names=$(printf '"%s", ' "$@")
  [ $# -gt 0 ] || names=
  sed -i -E "s/^let variants(: \[String\])? = \[.*\]/let variants: [String] = [${names%, }]/
    /let variants/! s/( variants: )\[[^]]*\]/\1[]/" "$tree/Package.swift"
}

# make_variant TREE NAME FLAG...: adds a variant with just these flags; the name in lower-case letters.
make_variant() {
  local tree=$1 name=$2 module=${2^} flag map keys=NoKeys states=NoBlockStates
  shift 2
  for flag in "$@"; do
    # What a page keeps for a flag: Flags.isConsistent compares, when the library starts.
    case $flag in
      encodedFreeLists | paddingCanaries) keys=LinkKeys ;;
      doubleFreeDetection) states=BlockStates ;;
    esac
  done
  {
    echo "enum Variant: Flags {"
    echo "    static var name: StaticString { \"$name\" }"
    for flag in $(all_flags); do
      case " $* " in
        *" $flag "*) echo "    static var $flag: Bool { true }" ;;
        *) echo "    static var $flag: Bool { false }" ;;
      esac
    done
    # What secure chose, where there is more than on and off.
    grep -E 'static var [A-Za-z]+: Int ' "$BULWARK_ROOT/Configs/Secure.swift" || true
    echo "    typealias PageKeys = $keys"
    echo "    typealias PageStates = $states"
    echo "}"
  } >"$tree/Configs/$module.swift"
  mkdir -p "$tree/Sources/Variants/$module" "$tree/Tests/Variants/$module"
  ln -sfn ../../Core "$tree/Sources/Variants/$module/Core"
  ln -sfn "../../../Configs/$module.swift" "$tree/Sources/Variants/$module/Variant.swift"
  ln -sfn ../../../Sources/Core "$tree/Tests/Variants/$module/Core"
  ln -sfn "../../../Configs/$module.swift" "$tree/Tests/Variants/$module/Variant.swift"
  ln -sfn ../../CoreTests "$tree/Tests/Variants/$module/Tests"
  add_to_list "$tree" 's/^(let variants: \[String\] = \[)/\1NAME/' "$module"
  for map in $(optional_lists "$tree" "$name"); do
    add_to_list "$tree" "/\"$map\"/,/ variants: / s/( variants: \[)/\1NAME/" "$module"
  done
}

# add_to_list TREE EXPRESSION MODULE: a sed expression in which NAME stands for the module, as the head of a Swift list.
add_to_list() {
  sed -i -E "${2/NAME/\"$3\", }" "$1/Package.swift"
}

# optional_lists ROOT VARIANT: the version scripts that a variant's flags ask for, besides exports.map.
optional_lists() {
  local config=$1/Configs/${2^}.swift
  ! grep -E 'static var backtraces: Bool \{ true \}' "$config" >/dev/null || echo exports-threads.map
  ! grep -E 'static var (sampledGuards|faultReports): Bool \{ true \}' "$config" >/dev/null || echo exports-signals.map
  ! grep -E 'static var guardedCopies: Bool \{ true \}' "$config" >/dev/null || echo exports-copies.map
}
