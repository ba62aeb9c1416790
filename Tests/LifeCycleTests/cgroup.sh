# The library in a memory cgroup of 256 MiB, in which a program that hoards freed memory would be killed. Sourced by run.sh.
#
# Only where the root of a cgroup v2 hierarchy is writable and already hands out the memory controller: nothing else of the
# machine's set-up is touched.

cgroup_root=/sys/fs/cgroup

in_cgroup() {
  local variant=$1 group=$cgroup_root/bulwark-test-$$-$1
  compiled size_changes "$scratch/size_changes" || return
  mkdir "$group" || return
  # shellcheck disable=SC2064
  trap "rmdir '$group'" EXIT
  trap 'exit 1' INT TERM
  echo $((256 << 20)) >"$group/memory.max" || return
  [ ! -e "$group/memory.swap.max" ] || echo 0 >"$group/memory.swap.max"
  # A subshell of its own enters the group, so that the group is empty again when it ends.
  (
    echo "$BASHPID" >"$group/cgroup.procs" || exit 1
    BULWARK_OPTIONS=purge_delay=50 run_program "$variant" size_changes
  )
}

check_cgroup() {
  if grep -qsw memory "$cgroup_root/cgroup.subtree_control" && [ -w "$cgroup_root/cgroup.procs" ] && [ "$(id -u)" = 0 ]; then
    check "cgroup ($1)" in_cgroup "$1"
  else
    note "cgroup ($1)" "there is no writable cgroup v2 root with the memory controller"
  fi
}
