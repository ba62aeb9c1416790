# Git on a generated repository of some hundred commits: import, ordinary commits, repack, aggressive gc
# (delta search in several threads), fsck, clone, history searches.

program git quick=yes packages='git' loaded='git'

git_prepare() {
  # One stream for `git fast-import`: 400 commits that each rewrite some of 40 files.
  awk 'BEGIN {
    for (commit = 1; commit <= 400; commit++) {
      printf "commit refs/heads/main\nmark :%d\n", commit
      printf "committer T <t@example.org> %d +0000\ndata <<END\ncommit %d\nEND\n", 1700000000 + commit * 60, commit
      for (change = 0; change < 3; change++) {
        printf "M 644 inline folder%d/file%d.txt\ndata <<END\n", (commit + change) % 5, (commit * 7 + change) % 40
        for (line = 0; line < 120; line++) print "line", line, (line % 17 == commit % 17 ? commit : line * line)
        print "END"
      }
    }
  }' >history
}

git_run() {
  export GIT_CONFIG_NOSYSTEM=1 GIT_AUTHOR_DATE='1800000000 +0000' GIT_COMMITTER_DATE='1800000000 +0000'
  git config --global user.name T
  git config --global user.email t@example.org
  git config --global init.defaultBranch main
  git config --global gc.autoDetach false
  git init -q repository
  cd repository
  git fast-import --quiet <"$input/history"
  git reset -q --hard
  local n
  for n in 1 2 3 4 5; do
    seq "$n" 500 >"new$n.txt"
    git add -A
    git commit -q -m "new $n"
  done
  git repack -a -d -q
  git gc --aggressive --prune=now --quiet
  git fsck --full --strict --no-progress
  git clone -q --no-hardlinks --no-local . ../clone
  git log --format='%H %s' | sha256sum
  git log --stat -n 30
  git log -S'42' --oneline -- folder1 | tail -n 20
  git blame folder1/file1.txt | sha256sum
  git -C ../clone rev-parse HEAD
  git -C ../clone rev-list --objects --all | sort | sha256sum
  git -C ../clone grep -c 'line 1' | sed -n 1,20p
}
