# Limits of memory under load: ulimit -v, ulimit -d, and a memory cgroup. Sourced by run.sh.

limited() {
  local variant=$1
  shift
  EXPECT_VARIANT=$variant preloaded "$variant" timeout -k 5 "$program_limit" "$scratch/limit_load" "$@"
}

# at_ulimit OPTION VARIANT MEBIBYTES
at_ulimit() {
  ulimit "$1" $(($3 << 10)) || return
  limited "$2" full "$3"
}

# The root of the memory controller's hierarchy, of cgroup v2 or else v1, if a group can be made there.
memory_root() {
  local root=/sys/fs/cgroup
  if ! grep -qsw memory $root/cgroup.subtree_control; then
    root=/sys/fs/cgroup/memory
    [ -e $root/memory.limit_in_bytes ] || return
  fi
  if [ -w $root/cgroup.procs ] && [ "$(id -u)" = 0 ]; then echo $root; fi
}

# In a cgroup a process is killed that goes beyond: so a load stays at a sixth of it, and must not be killed for what is free. A thread
# that does nothing keeps what it freed, so each of the four may have as much as is live, and large blocks wait in quarantine.
limited_by_cgroup() {
  local variant=$1 group=$2/bulwark-load-$$-$1 name limit=$((512 << 20))
  mkdir "$group" || return
  # shellcheck disable=SC2064
  trap "rmdir '$group'" EXIT
  trap 'exit 1' INT TERM
  for name in memory.max memory.limit_in_bytes; do
    if [ -e "$group/$name" ]; then echo $limit >"$group/$name" || return; fi
  done
  if [ -e "$group/memory.swap.max" ]; then echo 0 >"$group/memory.swap.max"; fi
  # A subshell of its own enters the group, so that the group is empty again when it ends.
  (
    echo "$BASHPID" >"$group/cgroup.procs" || exit 1
    limited "$variant" live 512
  ) || { echo "exit status $?"; cat "$group"/memory.{events,oom_control} 2>/dev/null; return 1; }
  cat "$group"/memory.{events,oom_control} 2>/dev/null | grep -x 'oom_kill 0'
}

check_limits() {
  local root
  root=$(memory_root)
  check "four threads at ulimit -v ($1)" at_ulimit -v "$1" 1024
  check "four threads at ulimit -d ($1)" at_ulimit -d "$1" 512
  if [ -n "$root" ]; then
    check "four threads in a cgroup ($1)" limited_by_cgroup "$1" "$root"
  else
    # What this machine does not offer: no failure in CI.
    printf 'note  four threads in a cgroup (%s): not run, there is no memory controller whose groups we may make\n' "$1"
  fi
}
