# The Debian package, and /etc/ld.so.preload: in a root of their own, this system's with a layer above it that takes all changes.
# Needs root. Sourced by run.sh.

# in_layer COMMAND...: runs it in a root of its own, $layer/root, that nobody else sees.
in_layer() {
  unshare --mount --pid --fork bash -euc '
    layer=$1; shift
    mount -t overlay overlay -o "lowerdir=/,upperdir=$layer/up,workdir=$layer/work" "$layer/root"
    mount -t proc proc "$layer/root/proc"
    mount --bind /dev "$layer/root/dev"
    mount -t tmpfs tmpfs "$layer/root/tmp"
    cp "$layer"/in/* "$layer/root/tmp/"
    exec chroot "$layer/root" "$@"' - "$layer" "$@"
}

# An upper layer on a file system of its own: on a layered /tmp another layer is refused.
start_layer() {
  layer=$(mktemp -d -p "$scratch")
  mkdir "$layer/mount" && mount -t tmpfs -o size=1g tmpfs "$layer/mount" || return
  # shellcheck disable=SC2064
  trap "umount -l '$layer/mount'" EXIT
  layer=$layer/mount
  mkdir "$layer"/{up,work,root,in} && cp "$scratch/packages"/*.deb "$here/package_life.sh" "$here/../ObjectTests/linked.c" "$scratch/packages/twice" "$layer/in/"
}
lives_and_dies() { start_layer && in_layer bash -eu /tmp/package_life.sh package; }
preloads_everywhere() { start_layer && in_layer bash -eu /tmp/package_life.sh preload; }

builds_packages() {
  mkdir "$scratch/packages" && cc -w "$here/twice.c" -o "$scratch/packages/twice" &&
    "$BULWARK_ROOT/scripts/package" --fast --to "$scratch/packages" --revision 1 &&
    "$BULWARK_ROOT/scripts/package" --fast --to "$scratch/packages" --revision 2
}
# lintian finds nothing that is not explained.
package_is_clean() {
  need_packages lintian
  local said
  # Who made it is the last commit's author: not the package's fault.
  said=$(lintian --allow-root --suppress-tags bogus-mail-host,bogus-mail-host-in-debian-changelog "$scratch"/packages/*-1_amd64.deb 2>&1)
  [ -z "$said" ] || { echo "$said"; return 1; }
}

before=$([ ! -e /etc/ld.so.preload ] || cat /etc/ld.so.preload)
untouched() { [ "$before" = "$([ ! -e /etc/ld.so.preload ] || cat /etc/ld.so.preload)" ] && ! dpkg -s bulwark >/dev/null 2>&1; }

check 'packages are built' builds_packages
check 'lintian' package_is_clean
for name in lives_and_dies preloads_everywhere; do
  if [ "$(id -u)" != 0 ]; then
    skip "$name" 'needs root'
  elif ! unshare --mount --pid --fork true 2>/dev/null || ! grep -qw overlay /proc/filesystems; then
    skip "$name" 'no name spaces, or no overlay file system here'
  else
    check "$name" "$name"
  fi
done
check 'this system is as it was' untouched
