# scripts/install, and programs that are built against what it installs: by pkg-config and by CMake. Sourced by run.sh.

need_packages pkg-config cmake make python3 mandoc man-db
tree=$scratch/prefix

installs() {
  "$BULWARK_ROOT/scripts/install" --prefix "$tree" || return
  local file
  for file in bin/bulwark lib/libbulwark.so lib/libbulwark-secure.so lib/libbulwark-debug.so lib/bulwark.o lib/bulwark-secure.o \
    lib/bulwark-debug.o include/bulwark.h share/man/man1/bulwark.1 share/man/man3/bulwark.3 share/man/man5/bulwark.conf.5 \
    share/bash-completion/completions/bulwark share/doc/bulwark/examples/exceptions.conf; do
    [ -s "$tree/$file" ] || { echo "missing: $file"; return 1; }
  done
  # All is listed; nobody else may write.
  diff <(sed -n 's/^file //p' "$tree/share/bulwark/installed" | sort) <(find "$tree" -type f -printf '%P\n' | sort) &&
    [ -z "$(find "$tree" -perm /022 ! -type l)" ] && "$tree/bin/bulwark" run -- true && "$tree/bin/bulwark" doctor
}
# A second time nothing differs; what an older version had is gone.
installs_again() {
  echo old >"$tree/lib/old.so" && sed -i '$a file lib/old.so' "$tree/share/bulwark/installed"
  local before
  before=$(sed '/old.so/d' "$tree/share/bulwark/installed")
  "$BULWARK_ROOT/scripts/install" --prefix "$tree" && [ ! -e "$tree/lib/old.so" ] &&
    [ "$before" = "$(cat "$tree/share/bulwark/installed")" ]
}
# Others' files and folders stay; ours go.
uninstalls() {
  local other=$scratch/other
  mkdir -p "$other/lib/pkgconfig" && touch "$other/lib/theirs" "$other/lib/pkgconfig/theirs.pc"
  "$BULWARK_ROOT/scripts/install" --prefix "$other" && "$BULWARK_ROOT/scripts/install" --prefix "$other" &&
    "$BULWARK_ROOT/scripts/install" --prefix "$other" --uninstall || return
  diff <(cd "$other" && find . | sort) <(printf '%s\n' . ./lib ./lib/pkgconfig ./lib/pkgconfig/theirs.pc ./lib/theirs)
}
below_another_root() {
  "$BULWARK_ROOT/scripts/install" --destdir "$scratch/root" --prefix /opt/bulwark --libdir lib64 &&
    [ -s "$scratch/root/opt/bulwark/lib64/libbulwark.so" ] &&
    [ "$(PKG_CONFIG_PATH=$scratch/root/opt/bulwark/lib64/pkgconfig pkg-config --variable=libdir bulwark)" = /opt/bulwark/lib64 ]
}
# refuses TEXT STATUS ARGUMENT...: one line.
refuses() {
  local text=$1 expected=$2 status=0
  shift 2
  "$@" >"$scratch/out" 2>"$scratch/err" || status=$?
  cat "$scratch/err"
  [ $status -eq "$expected" ] && [ "$(wc -l <"$scratch/err")" -eq 1 ] && grep -F -- "$text" "$scratch/err"
}

# by_pkg_config MODULE VARIANT [OPTION...]
by_pkg_config() {
  local flags
  flags=$(PKG_CONFIG_PATH=$tree/lib/pkgconfig pkg-config --cflags --libs "$1") || return
  # shellcheck disable=SC2086
  cc -w "${@:3}" "$here/../ObjectTests/linked.c" $flags -Wl,-rpath,"$tree/lib" -o "$scratch/by_pkg_config" || return
  [ "$("$scratch/by_pkg_config")" = "$2" ]
}
by_cmake() {
  local build=$scratch/cmake
  cmake -S "$here/cmake" -B "$build" -DCMAKE_PREFIX_PATH="$tree" >"$scratch/said" 2>&1 && cmake --build "$build" >>"$scratch/said" 2>&1 ||
    { cat "$scratch/said"; return 1; }
  local variant
  for variant in release secure debug; do
    [ "$("$build/with-$variant")" = "$variant" ] && [ "$("$build/with-$variant-object")" = "$variant" ] || return 1
  done
  [ "$("$build/static")" = secure ] && ! readelf -lW "$build/static" | grep INTERP
}
no_such_version() {
  ! cmake -S "$here/cmake" -B "$scratch/newer" -DCMAKE_PREFIX_PATH="$tree" -DWANTED=99.0 >"$scratch/said" 2>&1 &&
    grep -F 'compatible with requested version "99.0"' "$scratch/said"
}

# Pages without a fault, which say all that there is.
manual_is_clean() {
  local page
  mandoc -T lint -W warning "$tree"/share/man/man*/* || return
  for page in "$tree"/share/man/man*/*; do
    local said
    said=$(LC_ALL=C.UTF-8 man --warnings -l -Tutf8 -Z "$page" 2>&1 >/dev/null)
    [ -z "$said" ] || { echo "$page: $said"; return 1; }
  done
}
manual_is_whole() {
  local name
  for name in $("$tree/bin/bulwark" options list --json | sed -n 's/.*"name" : "\(.*\)".*/\1/p'); do
    grep -F ".It Cm $name " "$tree/share/man/man5/bulwark.conf.5" >/dev/null || { echo "no option $name"; return 1; }
  done
  for name in run check report symbolize stats options doctor bench 'options check'; do
    grep -xF ".Ss bulwark $name" "$tree/share/man/man1/bulwark.1" >/dev/null || { echo "no command $name"; return 1; }
  done
  # By the compiler, not by how the manual reads the header.
  for name in $(gcc -E -P -I"$tree/include" -include bulwark.h -x c /dev/null | grep -v '^typedef' |
    grep -oE '\bbw_[a-z_]+\(' | tr -d '(' | sort -u); do
    grep -xF ".It Fn $name" "$tree/share/man/man3/bulwark.3" >/dev/null || { echo "no function $name"; return 1; }
  done
}
completions() {
  need_packages bash-completion
  bash -n "$tree/share/bash-completion/completions/bulwark" || return
  bash -c 'source "$1"; COMP_WORDS=(bulwark do); COMP_CWORD=1; COMP_LINE="bulwark do"; COMP_POINT=10
    _bulwark; printf "%s\n" "${COMPREPLY[@]}"' - "$tree/share/bash-completion/completions/bulwark" | grep -x doctor
}

check 'an installation' installs
check 'an installation over another' installs_again
check 'an installation below another root' below_another_root
check 'an installation is removed' uninstalls
check 'nothing to remove' refuses 'nothing is installed' 1 "$BULWARK_ROOT/scripts/install" --prefix "$scratch" --uninstall
check 'install refuses an unknown option' refuses 'accepted: --prefix' 2 "$BULWARK_ROOT/scripts/install" --fast
check 'install refuses a folder elsewhere for libraries' refuses 'accepted: a folder' 2 "$BULWARK_ROOT/scripts/install" --libdir /lib
check 'manual refuses an unknown page' refuses 'accepted: bulwark.1' 2 "$BULWARK_ROOT/scripts/manual" --show ls.1
check 'package refuses a bad revision' refuses 'accepted: letters' 2 "$BULWARK_ROOT/scripts/package" --revision 'a b'
check 'pkg-config' by_pkg_config bulwark-secure secure
check 'pkg-config: release' by_pkg_config bulwark release
check 'pkg-config: an object' by_pkg_config bulwark-secure-object secure -static
check 'CMake' by_cmake
check 'CMake: a version that is not there' no_such_version
check 'the manual has no faults' manual_is_clean
check 'the manual has all options, commands and functions' manual_is_whole
check 'completions' completions
