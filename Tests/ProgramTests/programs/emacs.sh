# Emacs in batch mode: a Lisp heap with a garbage collector of its own above malloc.

program emacs packages='emacs-nox' loaded='emacs'

emacs_run() {
  emacs -Q --batch --eval '(progn
    (dotimes (n 20000) (insert (format "line %d %s\n" n (make-string (% n 40) ?x))))
    (goto-char (point-min))
    (while (re-search-forward "line \\([0-9]*7\\) " nil t) (replace-match "row \\1 "))
    (sort-lines t (point-min) (point-max))
    (princ (format "%s %d\n" (secure-hash (quote sha256) (current-buffer)) (buffer-size)))
    (let ((table (make-hash-table :test (quote equal))))
      (dotimes (n 50000) (puthash (format "k%d" (% (* n 7919) 9973)) (list n n) table))
      (garbage-collect)
      (princ (format "%d\n" (hash-table-count table))))
    (with-temp-buffer
      (call-process "seq" nil t nil "5000")
      (princ (format "%d\n" (count-lines (point-min) (point-max))))))'
}
