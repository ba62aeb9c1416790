# Servers of one program run: started in the background, watched, stopped by their own process ids.

server_pids=()
trap stop_servers EXIT
# At its limit `timeout` sends TERM; without this bash would end without the trap above.
trap 'exit 143' TERM INT HUP

# serve LOG COMMAND...: starts a server; its process id is then in $server.
# Without the linker's trace: a server may close all files that it does not know and reuse their numbers.
# That it has the library is shown by must_have_library instead.
serve() {
  local log=$1
  shift
  env -u LD_DEBUG -u LD_DEBUG_OUTPUT "$@" >"$log" 2>&1 &
  server=$!
  server_pids+=("$server")
  server_logs+=("$log")
}

# finished PID: waits until a server that was asked to stop is gone, and gives its exit status.
finished() {
  local status=0 index
  wait "$1" || status=$?
  for index in "${!server_pids[@]}"; do
    [ "${server_pids[index]}" = "$1" ] && unset "server_pids[index]"
  done
  return $status
}

# stop_servers: ends what still runs, and shows the logs where a report would be looked for.
stop_servers() {
  local pid
  for pid in "${server_pids[@]}"; do kill -TERM "$pid" 2>/dev/null || true; done
  for pid in "${server_pids[@]}"; do wait "$pid" 2>/dev/null || true; done
  server_pids=()
  [ ${#server_logs[@]} -eq 0 ] || cat "${server_logs[@]}" >&2
}

# must_have_library PID...: the library is mapped into each process (in a run without it: is not).
must_have_library() {
  local pid
  for pid in "$@"; do
    if [ -n "$BULWARK_TEST_LIBRARY" ]; then
      grep -qF "$BULWARK_TEST_LIBRARY" "/proc/$pid/maps" && continue
      echo "process $pid ($(tr '\0' ' ' <"/proc/$pid/cmdline")) does not have the library" >&2
    else
      ! grep -q '/libbulwark[^/]*\.so' "/proc/$pid/maps" && continue
      echo "process $pid has the library in a run without it" >&2
    fi
    return 1
  done
}

# eventually COMMAND...: tries a command every tenth of a second, up to 30 seconds.
eventually() {
  local attempt
  for attempt in {1..300}; do
    "$@" >/dev/null 2>&1 && return
    sleep 0.1
  done
  echo "never succeeded: $*" >&2
  return 1
}

# has_children PID COUNT: it has exactly so many.
has_children() { [ "$(children_of "$1" | wc -w)" -eq "$2" ]; }

# children_of PID: the process ids of its children.
children_of() { cat /proc/"$1"/task/*/children; }

# free_port: a port of the loopback interface that was free a moment ago.
free_port() {
  python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}
