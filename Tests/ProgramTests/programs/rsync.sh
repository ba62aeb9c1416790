# Rsync between two folders: three processes that compare and rebuild files.

program rsync packages='rsync' loaded='rsync'

rsync_run() {
  mkdir from
  local n
  for n in {1..400}; do seq "$n" $((n * 3)) >"from/$n"; done
  # Times are part of what it reports.
  touch -d @1700000000 from/* from
  rsync -a --checksum from/ to/
  for n in {1..400..7}; do
    echo changed >>"from/$n"
    touch -d @1700000500 "from/$n"
  done
  rm from/{100..140}
  touch -d @1700001000 from/{1..400..90} from
  rsync -a --delete --no-whole-file --itemize-changes from/ to/ | sha256sum
  diff -r from to
  find to -type f | wc -l
}
