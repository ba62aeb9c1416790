# PostgreSQL: initdb, a server on a Unix socket, pgbench with three clients, queries that need memory, shutdown.
#
# It refuses to run as root: as root, all of it runs as user postgres.

program postgres packages='postgresql-15 postgresql-client-15 util-linux' loaded='initdb pgbench psql postgres'

user=()
[ "$(id -u)" != 0 ] || user=(setpriv --reuid=postgres --regid=postgres --clear-groups)
# A trace file belongs to the process that opened it first. Were that setpriv, still root, the program
# that it becomes could not append, and the linker would write to standard output instead.
as_user=("${user[@]}")
[ -z "${LD_DEBUG:-}" ] || as_user=(env -u LD_DEBUG "${user[@]}" env LD_DEBUG="$LD_DEBUG" LD_DEBUG_OUTPUT="$LD_DEBUG_OUTPUT.user")

# query SQL: bare rows.
query() { "${as_user[@]}" psql -X -q -A -t -v ON_ERROR_STOP=1 -c "$1"; }

postgres_run() {
  export PATH=/usr/lib/postgresql/15/bin:$PATH PGHOST=$PWD PGDATABASE=postgres PGUSER=postgres
  [ ${#user[@]} -eq 0 ] || chown -R postgres: .
  "${as_user[@]}" initdb -D data -U postgres -A trust -E UTF8 --no-sync | grep -c 'ok$'
  serve "$PWD/postgres.log" "${user[@]}" postgres -D data -k "$PWD" -c listen_addresses= -c fsync=off -c shared_buffers=32MB
  eventually query 'SELECT 1'
  # Checkpointer, writer, WAL writer, autovacuum and replication launcher; no backend is left.
  eventually has_children "$server" 5
  must_have_library "$server" $(children_of "$server")

  "${as_user[@]}" pgbench -i -q -s 1 2>&1 | grep -c 'done in'
  "${as_user[@]}" pgbench -n -c 3 -j 2 -t 150 --random-seed=7 2>&1 | grep 'actually processed'
  query 'SELECT count(*), sum(delta) FROM pgbench_history'
  query 'SELECT (SELECT sum(abalance) FROM pgbench_accounts) - (SELECT sum(bbalance) FROM pgbench_branches)'

  # One backend that sorts, hashes, aggregates into arrays and JSON, and shows that it has the library itself.
  query "CREATE TABLE n AS SELECT i, md5(i::text) AS hash, i % 500 AS kind FROM generate_series(1, 60000) AS i"
  query "SELECT kind, count(*), max(hash) FROM n GROUP BY kind ORDER BY max(hash) LIMIT 8"
  query "SELECT md5(string_agg(a.hash || b.i, ',' ORDER BY a.hash, b.i)) FROM n a JOIN n b ON a.i = b.kind * 100"
  query "SELECT length(json_agg(n ORDER BY i)::text), md5(array_agg(hash ORDER BY i)::text) FROM n"
  query "CREATE INDEX n_hash ON n (hash)"
  query "VACUUM ANALYZE n"
  query "SELECT count(*) FROM n WHERE hash ~ '^a[0-9]+b'"
  if [ -n "$BULWARK_TEST_LIBRARY" ]; then
    query "SELECT count(*) > 0 FROM regexp_split_to_table(pg_read_file('/proc/self/maps'), '\n') AS line
      WHERE line LIKE '%$BULWARK_TEST_LIBRARY'" | grep -qx t
  fi
  # INT asks for a fast shutdown.
  kill -INT "$server"
  finished "$server"
  echo "ended well"
}
