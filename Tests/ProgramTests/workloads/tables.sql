-- About a second of ordinary SQL; every result is printed or summed up in a printed number.

PRAGMA journal_mode = memory;
PRAGMA cache_size = -8000;
CREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT, kind INTEGER, price REAL, body BLOB);
CREATE TABLE kind (id INTEGER PRIMARY KEY, label TEXT UNIQUE);
BEGIN;
INSERT INTO kind WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 99)
  SELECT i, 'kind ' || i FROM n;
INSERT INTO item WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000)
  SELECT i, printf('item %06d', (i * 7919) % 100003), i % 100, (i * 31 % 1000) / 8.0,
    CASE WHEN i % 10 = 0 THEN zeroblob(i % 300) END FROM n;
COMMIT;
CREATE INDEX item_name ON item (name);
CREATE INDEX item_kind ON item (kind, price);
ANALYZE;
SELECT count(*), sum(price), sum(length(body)) FROM item;
SELECT label, count(*), avg(price) FROM item JOIN kind ON kind.id = item.kind GROUP BY label ORDER BY label LIMIT 10;
SELECT count(*) FROM item a JOIN item b ON a.name = b.name AND a.id <= b.id;
SELECT name, row_number() OVER (PARTITION BY kind ORDER BY price, id) AS place FROM item ORDER BY place DESC, name LIMIT 10;
SELECT length(group_concat(name, '; ')) FROM item WHERE kind < 20;
SELECT count(DISTINCT substr(name, 6, 3) || kind) FROM item WHERE name LIKE '%9%';
UPDATE item SET name = name || ' changed' WHERE id % 4 = 0;
DELETE FROM item WHERE id % 3 = 0;
SELECT count(*), max(name), min(name) FROM item;
VACUUM;
PRAGMA integrity_check;
SELECT json_group_array(json_object('n', name, 'p', price)) FROM (SELECT * FROM item ORDER BY name LIMIT 40);
