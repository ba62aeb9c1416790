# SQLite: 100 000 rows, indexes, joins, aggregates, recursion, JSON, vacuum, and a dump read back into memory.

program sqlite3 quick=yes packages='sqlite3' loaded='sqlite3'

sqlite3_run() {
  sqlite3 -bail test.db <"$workloads/tables.sql"
  sqlite3 test.db .dump >dump.sql
  sha256sum dump.sql
  { cat dump.sql; echo 'SELECT count(*), sum(price), max(name) FROM item;'; } | sqlite3 -bail :memory:
}
