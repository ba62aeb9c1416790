# Lays out an installation below a root: what scripts/install and scripts/package have in common. Sourced by both.

# fill_template FILE: to standard output, with @NAME@s replaced by what is set in the shell under the same name, in lower case.
fill_template() {
  local text name
  text=$(cat "$1")
  for name in PREFIX LIBDIR NAME VARIANT VERSION UP; do
    local variable=template_${name,,}
    text=${text//@$name@/${!variable-}}
  done
  printf '%s\n' "$text"
}

# bulwark_version: of the sources.
bulwark_version() {
  sed -nE 's/.*static var text: StaticString \{ "([^"]*)" \}.*/\1/p' "$BULWARK_ROOT/Sources/Core/Options/Version.swift"
}

# lay_out ROOT PREFIX LIBDIR: all files of an installation in PREFIX, below ROOT, with PREFIX/LIBDIR for libraries.
lay_out() {
  local root=$1$2 built=$BULWARK_ROOT/dist variant name
  local template_prefix=$2 template_libdir=$3 template_version template_name template_variant template_up
  template_version=$(bulwark_version)
  # From PREFIX/LIBDIR/cmake/Bulwark to PREFIX.
  template_up=../..$(sed -E 's|[^/]+|..|g; s|^|/|' <<<"$3")

  install -D -m 755 "$built/bin/bulwark" "$root/bin/bulwark"
  install -D -m 644 "$built/include/bulwark.h" "$root/include/bulwark.h"
  for variant in release secure debug; do
    name=$(library_name "$variant") name=${name#lib} name=${name%.so}
    install -D -m 644 "$built/lib/lib$name.so" "$root/$3/lib$name.so"
    install -D -m 644 "$built/lib/$name.o" "$root/$3/$name.o"
    template_name=$name template_variant=$variant
    install -d "$root/$3/pkgconfig"
    fill_template "$BULWARK_ROOT/Configs/pkgconfig/library.pc.in" >"$root/$3/pkgconfig/$name.pc"
    fill_template "$BULWARK_ROOT/Configs/pkgconfig/object.pc.in" >"$root/$3/pkgconfig/$name-object.pc"
  done
  install -d "$root/$3/cmake/Bulwark"
  for name in BulwarkConfig BulwarkConfigVersion; do
    fill_template "$BULWARK_ROOT/Configs/cmake/$name.cmake.in" >"$root/$3/cmake/Bulwark/$name.cmake"
  done

  "$BULWARK_ROOT/scripts/manual" --to "$root/share/man"
  local completions=(
    bash share/bash-completion/completions/bulwark zsh share/zsh/site-functions/_bulwark
    fish share/fish/vendor_completions.d/bulwark.fish)
  set -- "${completions[@]}"
  while [ $# -gt 0 ]; do
    install -d "$root/$(dirname "$2")"
    "$built/bin/bulwark" --generate-completion-script "$1" >"$root/$2"
    shift 2
  done

  local documents=$root/share/doc/bulwark
  install -D -m 644 "$BULWARK_ROOT/README.md" "$documents/README.md"
  for name in exceptions.conf systemd/bulwark.conf preload.md containers.md; do
    install -D -m 644 "$BULWARK_ROOT/Configs/$name" "$documents/examples/${name##*/}"
  done
  find "$root" -type f -name '*.so' -prune -o -type f ! -perm -100 -exec chmod 644 {} +
}
