<?php
// Arrays, strings, objects with cycles and regular expressions; prints sums.

$state = 1;
function number(int $limit): int { global $state; $state = ($state * 1103515245 + 12345) % 2147483648; return ($state >> 8) % $limit; }

$table = [];
for ($step = 0; $step < 150000; $step++) {
  $key = 'k' . number(20000);
  if ($step % 3 == 2) unset($table[$key]); else $table[$key][] = "value $step";
}
ksort($table);
echo 'array ', count($table), ' ', md5(serialize($table)), "\n";

class Node { public ?Node $other = null; public function __construct(public string $text) {} }
for ($n = 0; $n < 50000; $n++) { $a = new Node("a$n"); $a->other = new Node("b$n"); $a->other->other = $a; }
echo 'cycles ', gc_collect_cycles() >= 0 ? $a->other->text : '', "\n";

$text = implode(' ', array_map(fn($n) => "word$n=" . $n * $n, range(0, 20000)));
echo 'regexp ', preg_match_all('/=\d*6\b/', $text), ' ', md5(preg_replace_callback('/(\w+)=(\d+)/', fn($m) => $m[2] . $m[1], $text)), "\n";
echo 'json ', md5(json_encode(json_decode(json_encode($table), true))), "\n";
