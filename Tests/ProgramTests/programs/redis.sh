# Redis on a Unix socket: benchmark, values, a background save from a forked child, restart, shutdown.
#
# Debian's redis-server is linked with jemalloc; the trace of its bindings shows that it calls our malloc.

program redis packages='redis-server redis-tools' loaded='redis-benchmark redis-cli'

redis_start() {
  serve "$PWD/$1.log" redis-server --port 0 --unixsocket "$PWD/socket" --dir "$PWD" --save '' --daemonize no \
    --enable-debug-command local
  eventually redis-cli -s socket ping
  must_have_library "$server"
}

ask() { redis-cli -s socket "$@"; }

redis_malloc_is_ours() {
  [ -n "$BULWARK_TEST_LIBRARY" ] || return 0
  LD_DEBUG=bindings LD_DEBUG_OUTPUT=$PWD/bindings LD_BIND_NOW=1 redis-server --version >/dev/null
  grep -qF "binding file redis-server [0] to $BULWARK_TEST_LIBRARY [0]: normal symbol \`malloc'" bindings.* && return
  echo "redis-server does not call the library's malloc" >&2
  return 1
}

redis_run() {
  redis_malloc_is_ours
  redis_start first
  redis-benchmark -s socket -n 8000 -c 20 -P 8 -r 5000 -d 200 -q \
    -t set,get,incr,lpush,lrange_300,sadd,hset,zadd,mset | sed 's/.*\r//' | awk -F: 'NF > 1 { print "benchmark", $1 }'
  ask eval 'for n = 1, 20000 do redis.call("hset", "table" .. n % 100, "field" .. n, string.rep("v", n % 500)) end return redis.call("dbsize") > 0' 0
  ask config set hz 100
  ask hlen table7
  ask hget table7 field1207 | sha256sum
  ask debug digest-value table7 table42 table99
  ask info memory | grep -c '^used_memory:[1-9]'
  ask bgsave
  eventually sh -c 'redis-cli -s socket info persistence | tr -d "\r" | grep -x rdb_bgsave_in_progress:0'
  ask info persistence | tr -d '\r' | grep rdb_last_bgsave_status
  local before after
  before=$(ask debug digest)
  ask shutdown save || true
  finished "$server"
  redis_start second
  after=$(ask debug digest)
  [[ $before =~ ^[0-9a-f]{40}$ ]]
  [ "$before" = "$after" ]
  echo "the same after a restart"
  ask flushall
  ask shutdown nosave || true
  finished "$server"
  echo "ended well"
}
