# Bash's own memory in one process and across many forks.

set -eu -o pipefail

declare -A words
declare -a numbers
for n in {1..6000}; do
  words[key$((n % 1500))]+=$n,
  numbers[n * 3]=$((n * n))
  if ((n % 5 == 0)); then unset "words[key$((n / 5))]"; fi
done
for key in "${!words[@]}"; do printf '%s=%s\n' "$key" "${words[$key]}"; done | sort | sha256sum
printf '%s\n' "${#words[@]} ${#numbers[@]} ${numbers[@]:5:10}"

text=
for n in {1..600}; do text+="line $n ${text: -20}"; done
text=${text//line/row}
printf '%s' "${#text} ${text:1000:60}" | tr -d '\n'
echo

total=0
for n in {1..150}; do total=$((total + $(echo $((n * 2))))); done
echo "subshells $total"

for n in {1..30}; do
  (set -- $(seq "$n"); echo "$#" | { read -r count; echo "$count"; })
done | paste -sd+ | tr -d '\n' | sha256sum

diff <(seq 1 2000 | sort -r | sort -n) <(seq 1 2000)
echo "process substitution"
mapfile -t lines < <(seq 1 20000)
echo "${#lines[@]} ${lines[19999]}"

jobs_done=()
for n in {1..40}; do (exit $((n % 7))) & jobs_done+=($!); done
statuses=
for job in "${jobs_done[@]}"; do status=0; wait "$job" || status=$?; statuses+=$status; done
echo "background $statuses"

fibonacci() { if (($1 < 2)); then result=$1; else fibonacci $(($1 - 1)); local left=$result; fibonacci $(($1 - 2)); result=$((left + result)); fi; }
fibonacci 14
echo "recursion $result"
