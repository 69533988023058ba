#!/usr/bin/perl
# Every message of an error in the source stands in a test, or in errors.except with the reason why it cannot.
# A message is known by the longest piece of its text without a conversion.
use strict;
use warnings;

sub slurp {
	my ($name) = @_;
	open my $file, '<', $name or die "$name: $!\n";
	local $/;
	return scalar <$file>;
}

my $tests = join '', map { slurp($_) } glob('tests/golden/*.golden tests/netns/*.bats tests/netns/*/* tests/unit/*.c tests/vm/*.bats');
my %except;
for (split /\n/, slurp('tests/lint/errors.except')) {
	next if /^#|^\s*$/;
	my ($text, $reason) = split / ; /;
	die "errors.except: no reason: $_\n" unless $reason;
	$except{$text} = 0;
}

my $string = qr/"(?:\\.|[^"\\])*"/;
my $call = qr/\b(?:error_at|error_set|error_hint|parser_refuse)\s*(\((?:[^()"]++|$string|(?1))*\))/;
my $bad = 0;
for my $name (sort glob('src/*/*.c src/main.c')) {
	my $source = slurp($name);
	while ($source =~ /$call/g) {
		my $arguments = $1;
		while ($arguments =~ /($string(?:\s*$string)*)/g) {
			my $text = join '', map { substr $_, 1, -1 } $1 =~ /$string/g;
			$text =~ s/\\n/\n/g;
			$text =~ s/\\(.)/$1/g;
			my ($piece) = map { s/^\s+|\s+$//gr } sort { length $b <=> length $a } split /%[-0-9.*lzh#]*[a-zA-Z%]|\n/, $text;
			next unless defined $piece and length $piece > 3;
			if (exists $except{$piece}) { $except{$piece}++; next }
			next if index($tests, $piece) >= 0;
			print "$name: no test shows \"$piece\"\n";
			$bad = 1;
		}
	}
}
for (sort grep { !$except{$_} } keys %except) {
	print "errors.except: no such message: $_\n";
	$bad = 1;
}
exit $bad;
