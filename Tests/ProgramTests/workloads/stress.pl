# Perl's data structures, its regular expressions and fork; prints digests of what they hold.

use strict;
use warnings;
use Digest::SHA qw(sha256_hex);

sub show { my ($name, $data) = @_; print "$name ", length($data), ' ', substr(sha256_hex($data), 0, 16), "\n" }

# A generator of our own: perl's rand may differ between builds.
my $state = 12345;
sub number { $state = ($state * 1103515245 + 12345) % 2147483648; return $state >> 8 }

my %table;
for my $step (1 .. 60000) {
  my $key = 'k' . number() % 15000;
  if ($step % 3) { $table{$key} .= "$step," } else { delete $table{$key} }
}
show('hash', join '|', map { "$_=$table{$_}" } sort keys %table);

my @rows = map { [map { number() % 1000 } 1 .. 20] } 1 .. 3000;
my @sorted = sort { "@$a" cmp "@$b" } @rows;
splice @sorted, $_, 3 for map { $_ * 2 } 1 .. 500;
show('arrays', join "\n", map { join ',', @$_ } @sorted);

my $text = join ' ', map { "item$_:" . 'x' x ($_ % 40) } 1 .. 8000;
(my $changed = $text) =~ s/item(\d+):(x*)/$2 . ($1 * 3)/ge;
show('regexp', $changed);
show('matches', join ',', $text =~ /(\d+):x{3,7}\b/g);

my $long = '';
$long .= chr(33 + $_ % 90) x ($_ % 50) for 1 .. 30000;
substr($long, $_ * 100, 50) = '' for 1 .. 2000;
show('string', $long);

my @closures = map { my $n = $_; my @own = (1 .. $n % 30); sub { return $n + @own } } 1 .. 5000;
my $sum = 0;
$sum += $_->() for @closures;
print "closures $sum\n";

for my $child (1 .. 20) {
  my $process = open(my $pipe, '-|') // die "fork: $!";
  if (!$process) { print 'c' x ($child * 1000); exit 0 }
  local $/;
  my $answer = <$pipe>;
  close $pipe or die "child $child: $?";
  show("child $child", $answer);
}
