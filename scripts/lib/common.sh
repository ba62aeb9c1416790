# Shared by every script in scripts/ and Tests/: where things are, how to fail, how to get Debian packages.
# Source it; it changes no shell option.

BULWARK_ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
# The variants: release, secure, debug, then whatever else has a file in Configs.
BULWARK_VARIANTS=(release secure debug)
for config in "$BULWARK_ROOT"/Configs/*.swift; do
  config=$(basename "${config,,}" .swift)
  case " ${BULWARK_VARIANTS[*]} " in *" $config "*) ;; *) BULWARK_VARIANTS+=("$config") ;; esac
done
unset config

# usage_error MESSAGE: one line that says what is wrong and what is accepted, exit status 2.
usage_error() {
  printf '%s: %s\n' "${0##*/}" "$1" >&2
  exit 2
}

# die MESSAGE: one line, exit status 1.
die() {
  printf '%s: %s\n' "${0##*/}" "$1" >&2
  exit 1
}

step() { printf '== %s\n' "$*" >&2; }

# library_name VARIANT: the file name of a variant's library.
library_name() {
  case $1 in
    release) echo libbulwark.so ;;
    *) echo "libbulwark-$1.so" ;;
  esac
}

# check_variant NAME: ends with a usage error unless NAME is a variant.
check_variant() {
  local known
  for known in "${BULWARK_VARIANTS[@]}"; do [ "$known" = "$1" ] && return; done
  usage_error "unknown variant '$1'; accepted: ${BULWARK_VARIANTS[*]}"
}

# need_packages PACKAGE...: installs the Debian packages that are missing when root, otherwise says which are.
need_packages() {
  local package missing=()
  for package in "$@"; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
  done
  [ ${#missing[@]} -eq 0 ] && return 0
  [ "$(id -u)" = 0 ] || die "these Debian packages are missing: ${missing[*]} (install them with apt-get, as root)"
  step "installing ${missing[*]}"
  local log
  log=$(mktemp)
  if ! { { apt-get install -y --no-install-recommends "${missing[@]}" ||
    { apt-get update && apt-get install -y --no-install-recommends "${missing[@]}"; }; } \
    </dev/null >"$log" 2>&1; }; then
    tail -n 15 "$log" >&2
    rm -f "$log"
    die "apt-get could not install: ${missing[*]}"
  fi
  rm -f "$log"
}
export DEBIAN_FRONTEND=noninteractive

# need_swift: ends unless a Swift toolchain of 6.3 or later is in PATH.
need_swift() {
  command -v swift >/dev/null || die "no swift in PATH: install the Swift 6.3 toolchain (swift.org/install)"
  local version
  version=$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9]*\.[0-9]*\).*/\1/p' | head -n 1)
  [ "$(printf '6.3\n%s\n' "$version" | sort -V | head -n 1)" = 6.3 ] ||
    die "Swift $version is too old: 6.3 or later is needed"
}
