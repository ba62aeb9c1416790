# words: text is made, split, counted in hashes, sorted, changed by regular expressions, and kept in nested structures.
# Run by the benchmark as `perl words.pl OPERATIONS`. Perl takes each string, array and hash entry from malloc, and
# grows them by realloc. An operation is one line of twelve words.

use strict;
use warnings;

die "usage: words.pl OPERATIONS (at least 1)\n" unless @ARGV == 1 && $ARGV[0] =~ /^[1-9][0-9]*$/;
my $operations = $ARGV[0];

my @syllables = qw(ba ce di fo gu ha je ki lo mu na pe qui ro su ta ve wi xo yu za);
my $state = 1;

sub chosen {
    my ($limit) = @_;
    $state = ($state * 48271) % 2147483647;
    return $state % $limit;
}

my (%count, %places, @recent);
my $made = 0;
for my $number (1 .. $operations) {
    my @words = map { join '', map { $syllables[chosen(scalar @syllables)] } 0 .. chosen(3) } 1 .. 12;
    my $line = join ' ', @words;
    $made += @words;
    $count{$_}++ for split / /, $line;
    (my $title = $line) =~ s/\b(\w)/\U$1/g;
    push @{ $places{ $words[0] } }, { number => $number, title => $title, length => length $line };
    push @recent, [reverse @words];
    if (@recent > 2000) {
        my @sorted = sort { $a->[0] cmp $b->[0] || @$a <=> @$b } @recent;
        my $text = join "\n", map { join ',', @$_ } @sorted;
        $text =~ s/([aeiou])(?=\w)/<$1>/g;
        @recent = ();
        for my $word (keys %places) {
            my $entries = $places{$word};
            splice @$entries, 0, @$entries / 2 if @$entries > 20;
        }
    }
}

my $found = 0;
$found += $count{$_} for sort { $count{$b} <=> $count{$a} || $a cmp $b } keys %count;
die "checksum: made $made words, counted $found\n" if $made != $found;
print "operations $operations\n";
