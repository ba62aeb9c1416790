# The library under vm.overcommit_memory=2. Sourced by run.sh; needs root and a writable /proc/sys.
#
# The setting is the whole machine's: it lasts for the seconds that the programs run, with a commit limit of 90 % of the
# memory, and only if that is far above what is committed already.

vm=/proc/sys/vm

# meminfo FIELD: in KiB.
meminfo() { awk -v field="$1:" '$1 == field { print $2 }' /proc/meminfo; }

strict_overcommit() {
  local variant=$1 mode ratio
  compiled strict_overcommit "$scratch/strict_overcommit" || return
  mode=$(cat $vm/overcommit_memory)
  ratio=$(cat $vm/overcommit_ratio)
  # shellcheck disable=SC2064
  trap "echo $mode >$vm/overcommit_memory; echo $ratio >$vm/overcommit_ratio" EXIT
  trap 'exit 1' INT TERM
  echo 90 >$vm/overcommit_ratio && echo 2 >$vm/overcommit_memory || return
  program_limit=30
  preloaded "$variant" timeout 20 python3 -c 'print(len([str(i) for i in range(200000)]))' || return
  run_program "$variant" strict_overcommit "$(meminfo CommitLimit)"
}

check_overcommit() {
  local name="strict_overcommit ($1)" room
  room=$(($(meminfo MemTotal) / 10 * 9 - $(meminfo Committed_AS)))
  if [ "$(id -u)" != 0 ] || [ ! -w $vm/overcommit_memory ] || ! cat $vm/overcommit_memory >$vm/overcommit_memory; then
    note "$name" "vm.overcommit_memory cannot be set here"
  elif [ "$room" -lt $((3 << 20)) ]; then
    note "$name" "less than 3 GiB of the memory is uncommitted: other programs might suffer"
  elif [ "$(cat $vm/overcommit_kbytes 2>/dev/null || echo 0)" != 0 ]; then
    note "$name" "vm.overcommit_kbytes is in force"
  else
    check "$name" strict_overcommit "$1"
  fi 2>/dev/null
}
