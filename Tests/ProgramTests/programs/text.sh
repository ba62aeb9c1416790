# The text tools on a file of 300 000 lines; sort with several threads.

program text packages='coreutils mawk sed grep findutils diffutils' loaded='sort mawk sed grep find xargs diff'

text_prepare() { mawk 'BEGIN { srand(5); for (n = 0; n < 300000; n++) print int(rand() * 1000000), "word" n % 5003, n }' >big; }
text_run() {
  sort --parallel=4 -S 20M -T . "$input/big" | sha256sum
  sort --parallel=2 -k2,2 -k1,1n -u "$input/big" | sha256sum
  mawk '{ count[$2] += $1; last[$1] = $3 } END { for (w in count) print w, count[w]; for (n in last) x += last[n]; print x }' "$input/big" |
    sort | sha256sum
  sed -E 's/([0-9]+) word([0-9]+)/\2 \1/; /7$/d; N; s/\n/ /' "$input/big" | sha256sum
  grep -cE '(12|34|56)+ word[0-9]*(7|8)\b' "$input/big"
  grep -oE 'word[0-9]{4}' "$input/big" | uniq -c | sha256sum
  cut -d' ' -f2 "$input/big" | sort -u | tr a-z A-Z | paste -sd, | wc -c
  split -l 3000 "$input/big" part.
  find . -name 'part.*' -size +10k -printf '%f %s\n' | sort | sha256sum
  find . -name 'part.*' -print0 | sort -z | xargs -0 -n 10 -P 3 wc -l | grep -c total
  { diff <(sed -n 1,4000p "$input/big") <(sed -n 100,4100p "$input/big") || [ $? -eq 1 ]; } | sha256sum
}
