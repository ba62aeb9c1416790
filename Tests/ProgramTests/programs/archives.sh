# Tar with gzip, bzip2, xz and zstd; the last two take large blocks in threads of their own.

program archives packages='tar xz-utils zstd gzip bzip2' loaded='tar xz zstd gzip bzip2'

archives_prepare() {
  mkdir tree
  local n
  for n in {1..300}; do seq "$n" $((n * 20)) >"tree/file $n"; done
  touch -d @1700000000 tree/* tree
}
archives_run() {
  local way
  for way in gzip bzip2 'xz -6 -T2' 'zstd -q -12 -T2'; do
    tar -C "$input" --sort=name --owner=0 --group=0 --numeric-owner -I "$way" -cf "packed" tree
    mkdir out
    tar -C out -I "${way%% *}" -xf packed
    diff -r "$input/tree" out/tree
    echo "$way" "$(sha256sum <packed)" "$(find out -type f | wc -l)"
    rm -r out
  done
}
