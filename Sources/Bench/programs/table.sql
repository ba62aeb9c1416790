-- table: an in-memory database filled, indexed, changed and queried by the sqlite3 shell.
-- The runner first makes a table `scale` with one number n: so many rows, and so many operations.

create table item(id integer primary key, name text, owner integer, price real, note text);
create table owner(id integer primary key, name text, seen integer default 0);

insert into item
  with recursive counter(i) as (select 1 union all select i + 1 from counter where i < (select n from scale))
  select i, 'item-' || (i * 7919 % 1000003), i * 31 % 997, (i * 17 % 10007) / 100.0,
         substr('the quick brown fox jumps over the lazy dog and runs far away', 1 + i % 20, i % 41)
  from counter;
insert into owner(id, name)
  with recursive counter(i) as (select 0 union all select i + 1 from counter where i < 996)
  select i, 'owner-' || i from counter;

create index item_name on item(name);
create index item_owner on item(owner, price);

update owner set seen = (select count(*) from item where item.owner = owner.id);
update item set note = note || ' ' || name where id % 3 = 0;
delete from item where id % 10 = 0;

create temp table answer as
  select owner.name as name, count(*) as items, sum(item.price) as total, group_concat(item.name) as names
  from owner join item on item.owner = owner.id group by owner.id;
select count(*) from item where name in (select 'item-' || (id * 13 % 1000003) from item);
select length(upper(names)) from answer order by total desc, name limit 3;

select 'operations ' || n from scale
  where (select count(*) from item) = n - n / 10 and (select sum(items) from answer) = n - n / 10;
