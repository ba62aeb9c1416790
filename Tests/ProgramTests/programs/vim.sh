# Vim without a terminal, in its silent ex mode: edits, undo, sort.

program vim packages='vim' loaded='vim'

vim_run() {
  seq 1 20000 >text
  # The last file of the list may be of a build without an interpreter: only commands of the smallest Vim.
  vim -u NONE -i NONE -n -es -c 'g/7$/d' -c '%s/\v(\d)(\d)$/\2-\1/e' -c 'g/^1/m0' -c 'sort n' \
    -c 'normal! gg100yyGp' -c 'undo' -c 'redo' -c 'w! out' -c 'qa!' text
  sha256sum out
  wc -l <out
}
