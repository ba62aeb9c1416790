#!/usr/bin/env bash
# The command: run, report, stats, options, doctor, bench, and what it says to bad input. `check` and `symbolize` are CheckTests'.
#
#   Tests/ToolTests/run.sh [--variant NAME] [--only PATTERN] [--quick]

here=$(cd "$(dirname "$0")" && pwd)
source "$here/../Support/harness.sh"
harness_start "$@"
need_packages gcc libc6-dev binutils llvm python3 bsdutils
tool=$dist/bin/bulwark
[ -x "$tool" ] || die "$tool is missing: run scripts/build first"
twice=$scratch/twice
source_file=$(realpath "$here/../DeploymentTests/twice.c")
cc -g -O0 -w -rdynamic "$source_file" -o "$twice" || die 'twice.c does not compile'
freeing_line=$(grep -n 'free(block);' "$source_file" | head -n 1 | cut -d: -f1)

# ends STATUS COMMAND...: all that it says goes to $scratch/said.
ends() {
  local expected=$1 status=0
  shift
  timeout 60 "$@" >"$scratch/said" 2>&1 || status=$?
  cat "$scratch/said"
  [ $status -eq "$expected" ] || { echo "exit status $status, expected $expected"; return 1; }
}
says() { grep -F -- "$1" "$scratch/said" >/dev/null || { echo "not said: $1"; return 1; }; }
# refused STATUS TEXT ARGUMENT...: one line on stderr, which holds the text.
refused() {
  local expected=$1 text=$2 status=0
  shift 2
  "$tool" "$@" >"$scratch/output" 2>"$scratch/said" </dev/null || status=$?
  cat "$scratch/said"
  [ "$status" -eq "$expected" ] && [ "$(wc -l <"$scratch/said")" -eq 1 ] && [ ! -s "$scratch/output" ] && says "$text"
}
# json EXPRESSION: of the standard output in $scratch/output, as Python sees it.
json() { python3 -c "import json, sys; it = json.load(open(sys.argv[1])); sys.exit(not ($1))" "$scratch/output"; }

runs() { ends 0 "$tool" run --variant "$1" -- cat /proc/self/maps && says "$(library_name "$1")"; }
becomes_the_program() {
  "$tool" run -- sh -c 'echo $$; exit 7' >"$scratch/output" &
  local process=$! status=0
  wait $process || status=$?
  [ $status -eq 7 ] && [ "$(cat "$scratch/output")" = $process ]
}
keeps_preloads() {
  LD_PRELOAD=$(library release) ends 0 "$tool" run --variant secure -- sh -c 'echo $LD_PRELOAD' && says "$(library secure):$(library release)"
}
adds_options() {
  BULWARK_OPTIONS=purge_delay=7 ends 0 "$tool" run --go-on --options sample_rate=9 -- sh -c 'echo $BULWARK_OPTIONS' &&
    says 'purge_delay=7:on_violation=report:sample_rate=9'
}
writes_reports() {
  cd "$scratch" && ends 134 "$tool" run --variant "$1" --report text --json objects -- "$twice" &&
    grep -F 'bulwark: double free of 0x' text >/dev/null && grep -F '"violation":"double-free"' objects >/dev/null && rm -f text objects
}
# Among other lines of a log, with time stamps in front of the first line; once, though twice there.
reads_text() {
  ends 134 "$tool" run --variant "$1" -- "$twice" && cp "$scratch/said" "$scratch/report"
  { echo 'server: started'; sed 's/^bulwark: /12:00:01 server[7]: &/' "$scratch/report"; echo 'server: ended'
    cat "$scratch/report"; } >"$scratch/journal"
  ends 0 "$tool" report "$scratch/journal" && says '1 error in 2 reports' && says "#0 end $source_file:$freeing_line"
}
reads_json() {
  "$tool" run --variant "$1" --json "$scratch/objects" -- "$twice" 2>/dev/null
  "$tool" report --json "$scratch/objects" >"$scratch/output" && cat "$scratch/output" &&
    json "len(it) == 1 and it[0]['violation'] == 'double-free' and it[0]['program'] == '$twice' and it[0]['stacks'][0]['frames'][0]['line'] == $freeing_line" &&
    rm "$scratch/objects"
}
nothing_to_report() { ends 0 sh -c 'echo all is well | "$1" report' - "$tool" && says 'no reports found'; }
fails_if_asked() { "$tool" run -- "$twice" >"$scratch/journal" 2>&1; ends 1 "$tool" report --fail "$scratch/journal"; }
half_a_report() { echo '{"schema":1,"viol' >"$scratch/journal" && ends 1 "$tool" report "$scratch/journal" && says '1 line of JSON cannot be read'; }
# A terminal of script(1)'s: colours there, and nowhere else.
colours() {
  "$tool" run -- "$twice" >"$scratch/journal" 2>&1
  script -qec "$tool report $scratch/journal" /dev/null | grep -F "$(printf '\033[31mbulwark: ')" >/dev/null || return
  ! NO_COLOR=1 script -qec "$tool report $scratch/journal" /dev/null | grep -F "$(printf '\033')" && ! "$tool" report "$scratch/journal" | grep -F "$(printf '\033')"
}

stats_of_a_process() {
  "$tool" run --variant "$1" --options purge_delay=50 -- sleep 30 &
  local process=$! tries=0
  until grep -q libbulwark "/proc/$process/maps" || [ $((tries++)) -gt 100 ]; do sleep 0.05; done
  sleep 0.1
  "$tool" stats --json $process >"$scratch/output"
  ends 0 "$tool" stats $process
  kill $process
  says "library    $1: $(library "$1")" && says 'options    purge_delay=50' && cat "$scratch/output" &&
    json "it['process'] == $process and it['variant'] == '$1' and it['resident'] > 100000 and it['threads'] == 1"
}
stats_of_a_program() { ends 0 "$tool" stats -- perl -e 'my @a = map { "x$_" } 1 .. 1000; print scalar(@a), "\n"' && says 'bytes in use as requested'; }

lists_options() {
  "$tool" options --json >"$scratch/output" && json "len(it) > 30" || return
  # The libraries' own table, line by line.
  diff <(BULWARK_OPTIONS=help=1 preloaded release /bin/true 2>&1 | sed -nE 's/^bulwark: option ([a-z_]+=[^ ]+) \(default ([^)]*)\): .*/\1 (default \2)/p') \
    <("$tool" options | grep -v '^    ')
}
explains_options() {
  ends 0 "$tool" options explain leak_report && says 'has an effect in: debug' && ends 0 "$tool" options explain on_violation &&
    says 'has an effect in: release, secure, debug'
}
checks_lists() {
  ends 0 "$tool" options check 'on_violation=trap:purge_delay=5' && ends 1 "$tool" options check 'on_violation=now' && says 'accepted: abort|report|trap' &&
    ends 1 "$tool" options check --variant release leak_report=1 && says 'built without leakReport' && ends 0 "$tool" options check --variant debug leak_report=1 &&
    BULWARK_OPTIONS=bad=1 ends 1 "$tool" options check && says "unknown option 'bad'"
}
checks_files() {
  ends 0 "$tool" options check --file "$BULWARK_ROOT/Configs/exceptions.conf" || return
  # Its examples, too.
  sed -n 's/^#\//\//p' "$BULWARK_ROOT/Configs/exceptions.conf" >"$scratch/examples" && [ -s "$scratch/examples" ] &&
    ends 0 "$tool" options check --file "$scratch/examples" || return
  printf '# fine\n/usr/bin/a purge_delay=5\nusr/bin/b purge_delay=5\n/usr/bin/c purge_delay=no\n/usr/bin/d* nonsense=1\n' >"$scratch/bad"
  ends 1 "$tool" options check --file "$scratch/bad" && [ "$(wc -l <"$scratch/said")" -eq 3 ] && says "$scratch/bad:3: accepted: PROGRAM-PATH" &&
    says "$scratch/bad:4: bad value" && says "$scratch/bad:5: unknown option"
}

healthy() { ends 0 "$tool" doctor && says '0 that do not work' && "$tool" doctor --json >"$scratch/output" && json "all(entry['status'] != 'bad' for entry in it)"; }
# A root of a system that has everything wrong.
ill() {
  local root=$scratch/ill
  mkdir -p "$root"/{proc/sys/vm,proc/sys/kernel/yama,proc/self,sys/kernel/mm/transparent_hugepage,etc/bulwark}
  echo 100 >"$root/proc/sys/vm/max_map_count"
  echo 2 >"$root/proc/sys/vm/overcommit_memory"
  echo 1 >"$root/proc/sys/kernel/yama/ptrace_scope"
  echo '[always] madvise never' >"$root/sys/kernel/mm/transparent_hugepage/enabled"
  printf 'Name:\tx\nSeccomp:\t2\n' >"$root/proc/self/status"
  echo '/no/such/libbulwark.so' >"$root/etc/ld.so.preload"
  echo 'nonsense' >"$root/etc/bulwark/exceptions.conf"
  chmod 666 "$root/etc/bulwark/exceptions.conf"
  BULWARK_OPTIONS=bad=1 ends 1 "$tool" doctor --root "$root" || return
  local name
  for name in mappings overcommit ptrace huge-pages system-calls options; do
    grep -E "^warn  $name " "$scratch/said" >/dev/null || { echo "no warning: $name"; return 1; }
  done
  for name in preload-file exceptions; do
    grep -E "^bad   $name " "$scratch/said" >/dev/null || { echo "not bad: $name"; return 1; }
  done
}
limited() { (ulimit -v 200000; "$tool" doctor >"$scratch/said" 2>&1); grep -E '^warn  address-space ' "$scratch/said"; }
without_libraries() {
  mkdir -p "$scratch/alone/bin" && cp "$tool" "$scratch/alone/bin/" && ends 1 "$scratch/alone/bin/bulwark" doctor && says 'no libbulwark-secure.so' &&
    ends 2 "$scratch/alone/bin/bulwark" run -- true && says 'no libbulwark-secure.so'
}
benches() { ends 0 "$tool" bench --source "$BULWARK_ROOT" -- -h && says 'usage: scripts/bench'; }

for variant in "${variants[@]}"; do
  check "run ($variant)" runs "$variant"
  # Twice within a page: release alone goes on counting.
  [ "$variant" = release ] || check "run writes reports ($variant)" writes_reports "$variant"
  check "stats of a process ($variant)" stats_of_a_process "$variant"
done
check 'run becomes the program' becomes_the_program
check 'run keeps what is preloaded' keeps_preloads
check 'run adds options' adds_options
check 'run: no program' refused 2 'no program given' run
check 'run: an unknown program' refused 2 "no program '/no/such'" run -- /no/such
check 'run: an unknown variant' refused 2 'accepted: --variant release, secure or debug' run --variant fast -- true
check 'run: an unknown option' refused 2 'what follows -- is the program' run --fast -- true
check 'run: a bad option of the library' refused 2 'accepted: abort|report|trap' run --options on_violation=now -- true
check 'run: an option without effect' refused 2 'has no effect' run --variant release --options leak_report=1 -- true
check 'run: no library' refused 2 "cannot read the library '/no/such.so'" run --library /no/such.so -- true
for variant in secure debug; do
  check "report of text ($variant)" reads_text "$variant"
  check "report of JSON ($variant)" reads_json "$variant"
done
check 'report of nothing' nothing_to_report
check 'report of half a report' half_a_report
check 'report --fail' fails_if_asked
check 'colours on terminals alone' colours
check 'report: no file' refused 2 "cannot read '/no/such'" report /no/such
check 'stats of a program' stats_of_a_program
check 'stats: no process' refused 2 'no process given; accepted: PID' stats
check 'stats: a process that is not there' refused 1 'no process 999999999' stats 999999999
check 'stats: a process without us' refused 1 'does not run under a library' stats $$
check 'options are the libraries'\''' lists_options
check 'options explained' explains_options
check 'options of a list' checks_lists
check 'options of a file' checks_files
check 'options: unknown' refused 2 "unknown option 'fast'" options explain fast
check 'doctor' healthy
check 'doctor of an ill system' ill
check 'doctor: little address space' limited
check 'doctor and run without libraries' without_libraries
check 'doctor: no such root' refused 2 "no folder '/no/such'" doctor --root /no/such
check 'bench' benches
check 'bench: no sources' refused 2 'no scripts/bench in' bench --source /usr
check 'an unknown command' refused 2 'see bulwark --help' nonsense
check 'an unknown option' refused 2 'see bulwark --help' --fast
harness_finish
