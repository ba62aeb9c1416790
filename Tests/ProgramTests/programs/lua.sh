# Lua: tables, strings, coroutines.

program lua packages='lua5.4' loaded='lua5.4'

lua_run() { lua5.4 "$workloads/stress.lua"; }
