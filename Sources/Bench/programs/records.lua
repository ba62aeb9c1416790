-- records: tables, strings and closures made and dropped, as a game's or a server's script does all the time.
-- Run by the benchmark as `lua5.4 records.lua OPERATIONS`. Lua asks realloc for everything, and its collector frees
-- blocks in the order in which it finds them. An operation is one record.

local operations = math.tointeger(tonumber(arg[1]))
if not operations or operations < 1 or #arg ~= 1 then
  io.stderr:write("usage: records.lua OPERATIONS (at least 1)\n")
  os.exit(2)
end

local function record(number)
  local name = "unit-" .. number * 48271 % 1000003
  local self = { id = number, name = name, tags = {}, place = { x = number % 640, y = number % 480 } }
  for i = 1, number % 6 do self.tags[i] = name:sub(i) .. ":" .. i end
  function self.move(dx, dy) return { x = self.place.x + dx, y = self.place.y + dy, of = self.id } end
  return self
end

local function written(self)
  local parts = { self.name:upper(), "(" }
  for key, value in pairs(self.move(1, 2)) do parts[#parts + 1] = key .. "=" .. value end
  parts[#parts + 1] = table.concat(self.tags, ",")
  return table.concat(parts, " "):gsub("%d+", function(digits) return "<" .. digits .. ">" end)
end

local kept, index, sum, length = {}, {}, 0, 0
for number = 1, operations do
  local one = record(number)
  length = length + #written(one)
  kept[#kept + 1] = one
  index[one.name] = one
  if #kept == 20000 then
    table.sort(kept, function(a, b) return a.name < b.name end)
    local rest = {}
    for i, old in ipairs(kept) do
      if i % 4 == 0 then rest[#rest + 1] = old else sum, index[old.name] = sum + old.id, nil end
    end
    kept = rest
  end
end
for _, old in ipairs(kept) do sum = sum + old.id end

if sum ~= operations * (operations + 1) // 2 or length == 0 then
  io.stderr:write("checksum: a record was lost\n")
  os.exit(1)
end
print("operations " .. operations)
