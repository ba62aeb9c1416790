# A service's filter of system calls, and programs that bring an allocator of their own. Sourced by run.sh.

need_packages systemd
drop_in=$BULWARK_ROOT/Configs/systemd/bulwark.conf

# calls NAME...: groups of systemd's (@name) as the names of their calls.
calls() {
  local name
  for name in "$@"; do
    case $name in
      @*) # shellcheck disable=SC2046
        calls $(systemd-analyze syscall-filter "$name" | sed -nE 's/^ +([@a-z0-9_-]+)$/\1/p') ;;
      *) echo "$name" ;;
    esac
  done
}

prepare_filters() {
  [ ! -x "$scratch/filtered" ] || return 0
  printf '#include <sys/syscall.h>\n' | cc -E -dM - | sed -nE 's/^#define __NR_([a-z0-9_]+) ([0-9]+)$/{"\1", \2},/p' >"$scratch/calls.h"
  # What the drop-in says, and what its comment says of a service with a filter of its own.
  # shellcheck disable=SC2046
  calls $(sed -n 's/^SystemCallFilter=//p' "$drop_in") | sort -u >"$scratch/service"
  cc -w -I"$scratch" "$here/filtered.c" -o "$scratch/filtered" &&
    cc -w -O0 -fomit-frame-pointer -rdynamic -pthread "$here/../ObjectTests/linked.c" -I"$dist/include" -L"$dist/lib" -lbulwark -o "$scratch/program" &&
    cc -w "$here/twice.c" -o "$scratch/twice" &&
    [ "$(wc -l <"$scratch/service")" -gt 200 ]
}

# under LIST VARIANT PROGRAM [ARGUMENT...]: its status, output and reports in $scratch/said.
under() {
  local list=$1 variant=$2 status=0
  shift 2
  prepare_filters || return 99
  LD_PRELOAD=$(library "$variant") LD_LIBRARY_PATH=$dist/lib timeout 20 "$scratch/filtered" "$list" "$@" >"$scratch/said" 2>&1 || status=$?
  return $status
}
# Threads, fork, libc's files: all as ever.
service_runs() {
  prepare_filters && under "$scratch/service" "$1" "$scratch/program" && [ "$(cat "$scratch/said")" = "$1" ] ||
    { cat "$scratch/said"; return 1; }
}
# A report with libunwind's backtrace, and SIGABRT: not SIGSYS.
service_reports() {
  prepare_filters || return
  local status=0
  BULWARK_OPTIONS=json_file=$scratch/json-$1 under "$scratch/service" "$1" "$scratch/program" twice || status=$?
  cat "$scratch/said"
  [ $status -eq 134 ] && grep -F 'bulwark: double free of 0x' "$scratch/said" >/dev/null && grep -F '[main+0x' "$scratch/said" >/dev/null &&
    grep -x '\*\*\* End of Bulwark report \*\*\*' "$scratch/said" >/dev/null && grep -F '"unwinder":"libunwind"' "$scratch/json-$1" >/dev/null
}
# The list without mincore, which it is there for, is not enough: else the test would show nothing.
mincore_is_needed() {
  prepare_filters || return
  local status=0
  grep -vx mincore "$scratch/service" >"$scratch/without"
  under "$scratch/without" secure "$scratch/program" twice || status=$?
  [ $status -eq 159 ] || { echo "status $status"; cat "$scratch/said"; return 1; }
}
# The libraries' own list, as the drop-in's comment has it, with what the program itself calls at its start.
own_list() {
  prepare_filters || return
  local names status=0
  names=$(sed -n '/^# pipe2/p; /needs, for the libraries:/p' "$drop_in" | sed 's/.*libraries://' | tr -d '#.')
  # shellcheck disable=SC2086
  calls $names execve brk arch_prctl access fstat set_tid_address set_robust_list rseq uname | sort -u >"$scratch/own"
  [ "$(wc -l <"$scratch/own")" -gt 30 ] || { echo 'no list found'; return 1; }
  under "$scratch/own" "$1" "$scratch/twice" || status=$?
  cat "$scratch/said"
  if [ "$1" = release ]; then [ $status -eq 0 ] || [ $status -eq 134 ]; else
    [ $status -eq 134 ] && grep -x '\*\*\* End of Bulwark report \*\*\*' "$scratch/said" >/dev/null
  fi
}

# MARK: programs with an allocator of their own

# Each prints what it prints without us; the debug library's leaks aside.
same() {
  local variant=$1 expected found
  shift
  expected=$("$@" 2>&1) || { echo "without us: status $?, $expected"; return 1; }
  found=$(BULWARK_OPTIONS=$([ "$variant" != debug ] || echo leak_report=0) preloaded "$variant" "$@" 2>&1) ||
    { echo "status $?: $found"; return 1; }
  [ "$expected" = "$found" ] || { diff <(echo "$expected") <(echo "$found"); return 1; }
}
zone_file() {
  printf '$TTL 300\n@ IN SOA a. b. 1 2 3 4 5\n@ IN NS a.\n' >"$scratch/zone"
  local number
  for number in $(seq 2000); do echo "host$number IN A 10.0.$((number / 256)).$((number % 256))"; done >>"$scratch/zone"
  same "$1" named-checkzone -D example.com "$scratch/zone"
}
# It becomes another user, who must be able to read the file.
varnish_file() {
  local folder
  folder=$(mktemp -d)
  # shellcheck disable=SC2064
  trap "rm -rf '$folder'" EXIT
  chmod 755 "$folder"
  printf 'vcl 4.1;\nbackend d { .host = "127.0.0.1"; }\n' >"$folder/vcl"
  same "$1" varnishd -C -f "$folder/vcl"
}
prolog() { same "$1" swipl -g "numlist(1, 100000, L), foldl([X, A, B]>>(B is A + X), L, 0, S), atom_length(S, N), print(S-N), nl" -t halt; }
# A server and a client over loopback, on a port that is free.
http2() {
  local server port tries=0
  port=$((20000 + RANDOM % 20000))
  mkdir -p "$scratch/www" && head -c 100000 /dev/zero | tr '\0' x >"$scratch/www/file"
  preloaded "$1" nghttpd --no-tls -a 127.0.0.1 -d "$scratch/www" "$port" >"$scratch/server" 2>&1 &
  server=$!
  until (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || [ $((tries++)) -gt 100 ]; do sleep 0.05; done
  BULWARK_OPTIONS=$([ "$1" != debug ] || echo leak_report=0) preloaded "$1" \
    h2load -n 300 -c 4 "http://127.0.0.1:$port/file" >"$scratch/client" 2>&1
  kill "$server"
  wait "$server"
  cat "$scratch/client" "$scratch/server"
  grep -F '300 succeeded, 0 failed' "$scratch/client" >/dev/null && ! grep -F 'bulwark: ' "$scratch/client" "$scratch/server"
}

for variant in "${variants[@]}"; do
  check "a service runs under its filter ($variant)" service_runs "$variant"
  [ "$variant" = release ] || check "a service reports under its filter ($variant)" service_reports "$variant"
  check "the list for a filter of one's own is enough ($variant)" own_list "$variant"
  [ "$variant" != secure ] || check "without mincore it is not ($variant)" mincore_is_needed
done
if [ -z "$quick" ]; then
  need_packages bind9-utils swi-prolog-nox nghttp2-client nghttp2-server varnish gcc
  for variant in "${variants[@]}"; do
    check "jemalloc: named-checkzone ($variant)" zone_file "$variant"
    check "jemalloc: varnishd ($variant)" varnish_file "$variant"
    check "jemalloc: nghttpd and h2load ($variant)" http2 "$variant"
    check "tcmalloc: swipl ($variant)" prolog "$variant"
  done
fi
