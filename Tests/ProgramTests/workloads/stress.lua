-- Tables, strings and coroutines that come and go; prints sums.

local state = 1
local function number(limit) state = (state * 1103515245 + 12345) % 2147483648; return state // 256 % limit end

local map = {}
for step = 1, 300000 do
  local key = "k" .. number(40000)
  map[key] = step % 3 ~= 0 and { step, key .. step } or nil
end
local count, sum = 0, 0
for key, value in pairs(map) do count = count + 1; sum = sum + value[1] + #value[2] + #key end
print("map", count, sum)

local pieces = {}
for n = 1, 20000 do pieces[#pieces + 1] = string.rep(string.char(97 + n % 26), n % 200) end
local text = table.concat(pieces, " ")
print("text", #text, select(2, text:gsub("%f[%a]a+%f[%A]", function(word) return #word end)))

local total = 0
for n = 1, 5000 do
  local routine = coroutine.wrap(function() for i = 1, 5 do coroutine.yield({ i * n }) end end)
  for _ = 1, 5 do total = total + routine()[1] end
end
print("coroutines", total)

local list = {}
for n = 1, 100000 do list[n] = number(1000000) end
table.sort(list)
print("sorted", list[1], list[50000], list[100000])
