# Redis's own tests against Debian's server: each unit by a run of `runtest` with servers of its own, on the loopback interface.

suite redis packages='redis-server redis-sentinel redis-tools tcl procps' source=redis of=redis-server

redis_programs() { printf '%s\n' /usr/bin/redis-server /usr/bin/redis-cli /usr/bin/redis-benchmark; }

redis_files() {
  if [ -n "${1:-}" ]; then
    printf '%s\n' unit/keyspace unit/type/string unit/type/hash unit/type/stream unit/scripting unit/expire unit/acl
  else
    (cd "$source" && tclsh tests/test_helper.tcl --list-tests)
  fi
}

redis_one() {
  mkdir src
  cp -r "$source/tests" "$source/redis.conf" "$source/utils" .
  local program
  for program in server cli benchmark sentinel check-aof check-rdb; do ln -s "/usr/bin/redis-$program" src; done
  # Runs beside one another need ports of their own.
  tclsh tests/test_helper.tcl --single "$1" --clients 1 --baseport $((22000 + 1000 * REAL_SUITES_SLOT)) --portcount 900 \
    --config bind 127.0.0.1
}

# Times and colours are left out. A test that met an error is named with its file behind.
redis_outcomes() {
  sed -E 's/\x1b\[[0-9;]*m//g' | sed -nE 's/^(\*\*\* )?\[(ok|err|skip|ignore|exception)\]: (.*)$/\2\t\3/p' |
    sed -E 's/ \([0-9]+ ms\)$//; s/ in tests\/[a-z0-9/-]+\.tcl$//' | sort -u
}
