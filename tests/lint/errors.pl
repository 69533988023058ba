#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# A test asserts every error message of the source, or errors.except says why none can. What counts as an assertion:
#   golden  the message of a line `WORDS ; error STATUS ; MESSAGE`
#   bats    what has, same, grep, diff, [[ and [ compare, and the arguments of functions that pass them to these
#   unit    the arguments of assert_...() and of functions that pass them to these, and tables
# A title, a comment, or the words of a command prove nothing. A message is known by the longest piece of its text
# without a conversion.
use strict;
use warnings;
use lib 'tests/lint';
use Source;

# The statements of a bash script: each with its quoted lines, continued lines and here documents.
sub statements {
	my @lines = split /\n/, $_[0];
	my @statements;
	while (@lines) {
		my $statement = shift @lines;
		next if $statement =~ /^\s*(?:#|$)/;
		my ($end) = $statement =~ /(?<!<)<<-?\s*['"]?([A-Za-z]\w*)/;
		while (@lines && !$end && open_ended($statement)) {
			$statement .= "\n" . shift @lines;
			($end) = $statement =~ /(?<!<)<<-?\s*['"]?([A-Za-z]\w*)['"]?[^\n]*\z/;
		}
		while ($end && @lines) {
			my $line = shift @lines;
			$statement .= "\n$line";
			last if $line =~ /^\s*\Q$end\E\s*$/;
		}
		push @statements, $statement;
	}
	return @statements;
}

# Ends the text within quotes, or with a backslash?
sub open_ended {
	my ($text) = @_;
	my $bare = $text =~ s/\\.|'[^']*'|"(?:\\.|[^"\\])*"/ /gsr;
	return $bare =~ /['"]/ || $text =~ /\\\z/;
}

my $word = qr/[A-Za-z_]\w*/;

# Does the statement call one of these commands? In $(...) and behind a pipe, too.
sub calls {
	my ($statement, $commands) = @_;
	while ($statement =~ /(?:^|[|;&({!]|\b(?:if|while|until|then|do|else|fails|on +\S+|status +\d+) )\s*(\[\[?|$word)/mg) {
		return 1 if $commands->{$1};
	}
	return 0;
}

# What the bats files assert. Functions of a library are known to all.
sub bats_assertions {
	my %common = map { $_ => 1 } qw(has same grep diff cmp [ [[);
	my %never = map { $_ => 1 } qw(status fails lacks marked need);
	my @asserted;
	my @libraries = map { slurp($_) } glob('tests/netns/*.bash');
	for my $file ('', glob('tests/netns/*.bats tests/vm/*.bats tests/daemons/*.bats')) {
		my $text = $file ? slurp($file) : join "\n", @libraries;
		my %commands = %common;
		for (1 .. 2) {
			while ($text =~ /^($word)\(\) \{\n(.*?)^\}/msg) {
				my ($name, $body) = ($1, $2);
				$commands{$name} = 1 if !$never{$name} && grep { /\$(?:[\@*\d]|\{|$word)/ && calls($_, \%commands) } statements($body);
			}
		}
		%common = %commands unless $file;
		push @asserted, grep { !/^\s*\@test|^$word\(\)/ && calls($_, \%commands) } statements($text);
	}
	return @asserted;
}

my $string = qr/"(?:\\.|[^"\\])*"/;

sub unescape { return $_[0] =~ s/\\n/\n/gr =~ s/\\(.)/$1/gr }

# The strings of a C test that are compared: in calls of assert_...() and of functions that contain one, and in tables.
sub unit_assertions {
	my @asserted;
	for my $file (glob('tests/unit/*.c')) {
		my $text = slurp($file) =~ s{/\*.*?\*/}{ }gsr;
		my %function = map { $_ => 1 } $text =~ /\b(assert_\w+)/g;
		while ($text =~ /^\w[^;{}=()]*?\b($word)\([^;{}]*\)\n\{\n(.*?)^\}/msg) {
			my ($name, $body) = ($1, $2);
			$function{$name} = 1 if $body =~ /\bassert_\w+/;
		}
		my $names = join '|', map { quotemeta } keys %function;
		while ($text =~ /\b(?:$names)\s*(\((?:[^()"]++|$string|(?1))*\))/g) {
			push @asserted, unescape(join '', map { substr $_, 1, -1 } $1 =~ /$string/g);
		}
		while ($text =~ /=\s*(\{(?:[^{}"]++|$string|(?1))*\});/g) {
			push @asserted, map { unescape(substr $_, 1, -1) } $1 =~ /$string/g;
		}
	}
	return @asserted;
}

sub golden_assertions {
	return map { /^[^#].*? ; error -?\d+ ; (.*)/mg } map { slurp($_) } glob('tests/golden/*.golden');
}

my $tests = join "\n", golden_assertions(), bats_assertions(), unit_assertions();
my %except;
for (split /\n/, slurp('tests/lint/errors.except')) {
	next if /^#|^\s*$/;
	my ($text, $reason) = split / ; /;
	die "errors.except: no reason: $_\n" unless $reason;
	$except{$text} = 0;
}

my $call = qr/\b(?:error_at|error_set|error_hint|parser_refuse)\s*(\((?:[^()"]++|$string|(?1))*\))/;
my $bad = 0;
for my $name (grep { /\.c$/ } @files) {
	while ($text{$name} =~ /$call/g) {
		my $arguments = $1;
		while ($arguments =~ /($string(?:\s*$string)*)/g) {
			my $text = unescape(join '', map { substr $_, 1, -1 } $1 =~ /$string/g);
			my ($piece) = map { s/^\s+|\s+$//gr }
				sort { length $b <=> length $a } split /%[-0-9.*lzh#]*[a-zA-Z%]|\n/, $text;
			next unless defined $piece and length $piece > 3;
			if (exists $except{$piece}) { $except{$piece}++; next }
			next if index($tests, $piece) >= 0;
			print "$name: no test asserts \"$piece\"\n";
			$bad = 1;
		}
	}
}
for (sort grep { !$except{$_} } keys %except) {
	print "errors.except: no such message: $_\n";
	$bad = 1;
}
exit $bad;
