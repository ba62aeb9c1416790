#!/bin/bash
# Sampled blocks between guards, and SIGSEGV: in the variants that have them; in the others, that they do not.
#
#   Tests/SampleTests/run.sh [--variant NAME] [--only PATTERN] [--quick]

here=$(cd "$(dirname "$0")" && pwd)
source "$here/../Support/harness.sh"
source "$here/../ABITests/programs.sh"
harness_start "$@"
prepare_programs

# has_flag VARIANT FLAG
has_flag() { grep -qE "static var $2: Bool \{ true \}" "$BULWARK_ROOT/Configs/${1^}.swift"; }

with_options() {
  local options=$1
  shift
  BULWARK_OPTIONS=$options "$@"
}

run_rate() {
  local variant=$1
  shift
  compiled rate "$scratch/rate" -lm || return
  run_program "$variant" rate "$@"
}

# 400 processes of 20 allocations each at one in 50: 160 samples, ± 6·√(8,000 · 0.02 · 0.98) = 75. Of the first ones.
first_allocations() {
  local sum=0 count
  compiled first "$scratch/first" || return
  for ((i = 0; i < 400; i++)); do
    count=$(EXPECT_VARIANT=$1 BULWARK_OPTIONS=sample_rate=50 preloaded "$1" "$scratch/first") || return
    sum=$((sum + count))
  done
  echo "$sum samples in 400 processes"
  [ "$sum" -gt 85 ] && [ "$sum" -lt 235 ]
}

# Not caught by the kernel: bit 10 of SigCgt.
no_handler() {
  local caught
  caught=$(preloaded "$1" sed -n 's/^SigCgt:\t*//p' /proc/self/status) || return
  echo "SigCgt is $caught"
  [ $((0x$caught >> 10 & 1)) -eq 0 ]
}

# A virtual machine that handles SIGSEGV itself: Java's null checks are faults once a method is compiled.
null_checks() {
  cat >"$scratch/NullChecks.java" <<'JAVA'
public class NullChecks {
    static class Node { int value = 1; Node next; }
    static int read(Node node) { return node.value; }
    public static void main(String[] arguments) {
        Node node = new Node();
        long sum = 0;
        for (int i = 0; i < 2_000_000; i++) sum += read(node);
        int caught = 0;
        for (int i = 0; i < 1000; i++) try { sum += read(null); } catch (NullPointerException e) { caught++; }
        System.out.println(sum + " " + caught);
    }
}
JAVA
  javac -J-Xmx256m -d "$scratch" "$scratch/NullChecks.java" || return
  [ "$(preloaded "$1" java -Xmx256m -XX:-OmitStackTraceInFastThrow -cp "$scratch" NullChecks)" = "2000000 1000" ]
}

# WebAssembly too: an access out of its memory is a fault, which the engine turns into an exception.
wasm_bounds() {
  [ "$(preloaded "$1" node -e '
    const code = [0, 97, 115, 109, 1, 0, 0, 0, 1, 6, 1, 96, 1, 127, 1, 127, 3, 2, 1, 0, 5, 3, 1, 0, 1, 7, 5, 1, 1, 102, 0, 0,
      10, 9, 1, 7, 0, 32, 0, 40, 2, 0, 11];  // (func (export "f") (param i32) (result i32) (i32.load (local.get 0)))
    const read = new WebAssembly.Instance(new WebAssembly.Module(new Uint8Array(code))).exports.f;
    let caught = 0, length = 0;
    for (let i = 0; i < 1000; i++) try { read(70000 + i * 1000); } catch (e) { caught += e instanceof WebAssembly.RuntimeError; }
    for (let i = 0; i < 100000; i++) length += JSON.stringify({i}).length;
    console.log(read(8), caught, length)')" = "0 1000 1088890" ]
}

# guarded VARIANT OPTIONS WHO SIZE OFFSET LINE: the access is stopped with this line; without one, nobody sees it, or, where it
# leads out of a page's run, a guard without a report stops it.
guarded() {
  local line
  compiled guarded "$scratch/guarded" -O1 -rdynamic || return
  line=$(BULWARK_OPTIONS=sample_rate=1:sample_most=131072:$2 preloaded "$1" "$scratch/guarded" "$3" "$4" "$5" 2>&1 | head -n 1)
  echo "$line"
  if [ -n "$6" ]; then [[ $line == "bulwark: $6 of 0x"*" ($4-byte block)"* ]]; else [[ $line == unseen ]]; fi
}

# every_size VARIANT: both sides of blocks of all kinds of sizes.
every_size() {
  local size
  for size in 16 4096 4112 16000 16384 60000 131056; do
    guarded "$1" sample_side=behind chosen $size $size 'access beyond the end' &&
      guarded "$1" sample_side=front chosen $size -1 'access before the start' || return
  done
}

# Only what one function allocates, as a file says; the file is wrong, or not there.
sites_by_file() {
  printf '# whose\nsite:allocate_chosen+\n' >"$scratch/site-rules"
  local options=sample_side=behind:sample_sites=$scratch/site-rules
  guarded "$1" $options chosen 4112 4112 'access beyond the end' && guarded "$1" $options other 4112 4112 '' &&
    guarded "$1" $options chosen 48 48 'access beyond the end' && guarded "$1" $options other 48 48 '' || return
  printf 'allocate_chosen\n' >"$scratch/site-rules"
  says "$1" 'bulwark: sample_sites: lines that are not site:TEXT, # or empty are ignored' "sample_sites=$scratch/site-rules" &&
    says "$1" 'bulwark: sample_sites: the file cannot be read' "sample_sites=$scratch/no-such-file"
}
says() {
  local lines
  lines=$(BULWARK_OPTIONS=$3 preloaded "$1" /bin/true 2>&1)
  echo "$lines"
  [ "$lines" = "$2" ]
}

for variant in "${variants[@]}"; do
  if ! has_flag "$variant" sampledGuards; then
    check "rate 1 ($variant, which has none)" with_options sample_rate=1 run_rate "$variant" 0
    check "no handler ($variant)" no_handler "$variant"
    continue
  fi
  check "accesses ($variant)" with_options sample_rate=1 run_program "$variant" accesses
  check "handlers ($variant)" with_options sample_rate=1 run_program "$variant" handlers
  check "exchange ($variant)" with_options sample_rate=3 run_program "$variant" exchange
  check "exchange, one slot ($variant)" with_options sample_rate=1:sample_slots=1 run_program "$variant" exchange
  for rate in 10 1000 5000; do
    check "rate $rate ($variant)" with_options sample_rate=$rate run_rate "$variant" $rate
  done
  check "rate by default ($variant)" run_rate "$variant" 5000
  check "rate in a thread ($variant)" with_options sample_rate=100 run_rate "$variant" 100 thread
  check "sites ($variant)" with_options sample_rate=100 run_program "$variant" sites
  check "every size, both sides ($variant)" every_size "$variant"
  check "sample_sites ($variant)" sites_by_file "$variant"
  check "first allocations ($variant)" first_allocations "$variant"
  check "off ($variant)" with_options sample_rate=0 run_rate "$variant" 0
  if ! has_flag "$variant" faultReports; then
    check "off: no handler ($variant)" with_options sample_rate=0 no_handler "$variant"
  fi
  if command -v javac >/dev/null; then
    for rate in 100 5000; do
      check "java's null checks, one in $rate ($variant)" with_options sample_rate=$rate null_checks "$variant"
    done
  else
    skip "java's null checks ($variant)" "no javac"
  fi
  if command -v node >/dev/null; then
    check "node, WebAssembly's bounds ($variant)" with_options sample_rate=100 wasm_bounds "$variant"
  else
    skip "node, WebAssembly's bounds ($variant)" "no node"
  fi
done
harness_finish
