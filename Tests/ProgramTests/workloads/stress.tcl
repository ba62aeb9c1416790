# Dictionaries, lists, strings and regular expressions; prints sums.

set state 1
proc number {limit} { global state; set state [expr {($state * 1103515245 + 12345) % 2147483648}]; expr {($state >> 8) % $limit} }

set table [dict create]
for {set step 1} {$step <= 60000} {incr step} {
  set key k[number 9000]
  if {$step % 3} { dict append table $key $step, } else { dict unset table $key }
}
set sum 0
dict for {key value} $table { incr sum [string length $key$value] }
puts "dict [dict size $table] $sum"

set list {}
for {set n 0} {$n < 60000} {incr n} { lappend list [list [number 5000] [string repeat x [expr {$n % 30}]]] }
set list [lsort -index 0 -integer $list]
puts "list [lindex $list 0] [llength [lsearch -all -index 0 $list 17]]"

set text {}
for {set n 0} {$n < 20000} {incr n} { append text "word$n=[expr {$n * $n}] " }
puts "regexp [regexp -all {=\d*6 } $text] [string length [regsub -all {word(\d+)} $text {\1w}]]"
foreach name {a b c} { set interpreter [interp create]; puts "interp [$interpreter eval {set s {}; for {set i 0} {$i < 5000} {incr i} {lappend s $i}; llength $s}]"; interp delete $interpreter }
