# SPDX-License-Identifier: GPL-2.0-or-later
# The source as the checks in this folder read it: files, text without comments, #includes, and the list of known offenders.
package Source;
use strict;
use warnings;
use Exporter 'import';
our @EXPORT = qw(slurp complain finish @files @tests %text %code %includes %words);

our (%text, %code, %includes, %words);
my (%excepted, %used, $bad);

sub slurp {
	my ($name) = @_;
	open my $file, '<', $name or die "$name: $!\n";
	local $/;
	return scalar <$file>;
}

# Without comments, and with empty strings: as many lines as before.
sub code_of {
	my ($text) = @_;
	$text =~ s{("(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])+')|(/\*.*?\*/)|//[^\n]*}
		{ defined $1 ? ($1 =~ /^"/ ? '""' : "' '") : "\n" x (defined $2 ? $2 =~ tr/\n// : 0) }gse;
	return $text;
}

# complain CHECK, SUBJECT, TEXT: prints TEXT, unless tests/lint/exceptions has the line "CHECK: SUBJECT ; REASON".
sub complain {
	my ($check, $subject, $text) = @_;
	my $key = "$check: $subject";
	if (exists $excepted{$key}) {
		$used{$key} = 1;
		return;
	}
	print "$text   [$key]\n";
	$bad = 1;
	return;
}

# finish CHECK...: exits; first names the exceptions from these checks that have become needless.
sub finish {
	my %mine = map { $_ => 1 } @_;
	for (sort keys %excepted) {
		next if $used{$_} || !$mine{(/^(\S+): /)[0]};
		print "tests/lint/exceptions: this is mended, delete its line: $_\n";
		$bad = 1;
	}
	exit($bad ? 1 : 0);
}

open my $list, '<', 'tests/lint/exceptions' or die "tests/lint/exceptions: $!\n";
while (<$list>) {
	next if /^#|^\s*$/;
	my ($key, $reason) = /^(\S+: .*?) ; (.+)/ or die "tests/lint/exceptions:$.: not CHECK: SUBJECT ; REASON\n";
	$excepted{$key} = $reason;
}

our @files = sort map { glob } qw(src/*/*.[ch] src/*/*/*.[ch] src/main.c);
our @tests = sort map { glob } qw(tests/*.[ch] tests/*/*.[ch]);
for my $file (@files, @tests) {
	$text{$file} = slurp($file);
	$code{$file} = code_of($text{$file});
	$includes{$file} = [$text{$file} =~ /^[ \t]*#[ \t]*include[ \t]*(["<][^">]+)[">]/mg];
	my $body = $code{$file} =~ s/^[ \t]*#[ \t]*include.*$//mgr;
	$words{$file}{$_}++ for $body =~ /\w+/g;
}

1;
