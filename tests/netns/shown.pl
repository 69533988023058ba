#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# The command lines that a page shows, and what it says they print.
#
#   tests/netns/shown.pl PAGE             prints them: `== SECTION`, `$ COMMAND`, and the output below it
#   tests/netns/shown.pl --update PAGE    puts the output that standard input has, in that form, into the page
#
# A page is Markdown (indented blocks with lines that begin with `$ `) or mdoc (.Dl, and .Bd -literal to .Ed). An mdoc block
# without `$ ` is all commands, which print nothing. A comment before a block (`.\" shown: ` or `<!-- shown: ... -->`) says
# what is done first (`run COMMAND`), or why the block is not run (`not REASON`).
use strict;
use warnings;

my $update = @ARGV && $ARGV[0] eq '--update' ? shift : '';
my $page = shift // die "shown.pl [--update] PAGE\n";
my $mdoc = $page !~ /\.md$/;
open my $file, '<', $page or die "$page: $!\n";
my @lines = <$file>;
close $file;
chomp @lines;

# An mdoc line as it is printed, and back.
sub plain { return $_[0] =~ s/\\e/\\/gr =~ s/\\\(dq/"/gr =~ s/\\-/-/gr =~ s/\\&//gr }
sub roff { return $_[0] =~ s/\\/\\e/gr =~ s/^([.'])/\\&$1/r }

# Blocks: [first line, line behind the last, indentation, lines]; sections are in between, as names.
sub blocks {
	my (@found, $skip, @before);
	for (my $i = 0; $i < @lines; $i++) {
		local $_ = $lines[$i];
		if (/^\.\\" shown: (.*)/ || /^<!-- shown: (.*) -->/) {
			my $order = $1;
			if ($order =~ /^not /) { $skip = 1 }
			elsif ($order =~ /^run (.*)/) { push @before, $1 }
			else { die "$page:" . ($i + 1) . ": shown: run COMMAND, or not REASON\n" }
		} elsif (/^\.S[hs] (.*)/ || /^## (.*)/) {
			push @found, plain($1 =~ s/^\s+|"//gr);
		} elsif ($mdoc ? /^\.Bd -literal/ : /^ {4,}\S/ && (!$i || $lines[$i - 1] !~ /\S/)) {
			my $from = $mdoc ? $i + 1 : $i;
			my ($indent) = $lines[$from] =~ /^( *)/;
			my $to = $from;
			$to++ while $to < @lines && ($mdoc ? $lines[$to] ne '.Ed' : $lines[$to] =~ /^$indent/);
			push @found, {from => $from, to => $to, indent => $mdoc ? '' : $indent, before => [@before]} unless $skip;
			$i = $to - !$mdoc;
			$skip = 0;
			@before = ();
		} elsif (/^\.Dl (.*)/) {
			push @found, {from => $i, to => $i + 1, dl => 1, indent => '.Dl ', before => [@before]} unless $skip;
			$skip = 0;
			@before = ();
		}
	}
	return @found;
}

# The commands of a block, each with what is shown below it.
sub commands {
	my ($block) = @_;
	my @text = map { my $t = substr $_, length $block->{indent}; $mdoc ? plain($t) : $t }
		@lines[$block->{from} .. $block->{to} - 1];
	if (!grep { /^\$ / } @text) {
		return unless $mdoc;
		return map { {command => $_, output => []} } grep { /\S/ } @text;
	}
	my @commands;
	for (@text) {
		if (/^\$ (.*)/) { push @commands, {command => $1, output => []} }
		elsif (@commands) { push @{$commands[-1]{output}}, $_ }
	}
	return @commands;
}

if (!$update) {
	my $section = "start";
	for (blocks()) {
		if (!ref) { $section = $_; next }
		my @commands = commands($_) or next;
		print "== $section\n" if defined $section;
		undef $section;
		print "\$ $_\n" for map { "$_ >/dev/null" } @{$_->{before}};
		for (@commands) {
			print "\$ $_->{command}\n", map { "$_\n" } @{$_->{output}};
		}
	}
	exit;
}

my %outputs;
my $command;
while (<STDIN>) {
	chomp;
	next if /^== /;
	if (/^\$ (.*)/) { $command = $1; push @{$outputs{$command}}, []; }
	else { push @{$outputs{$command}[-1]}, $_ }
}
for my $block (reverse grep { ref } blocks()) {
	my @commands = commands($block);
	next if !@commands || $block->{dl} || !grep { /^\Q$block->{indent}\E\$ / } @lines[$block->{from} .. $block->{to} - 1];
	my @text;
	for (reverse @commands) {
		my $output = pop @{$outputs{$_->{command}}} // $_->{output};
		unshift @text, "\$ $_->{command}", @$output;
	}
	splice @lines, $block->{from}, $block->{to} - $block->{from},
		map { $block->{indent} . ($mdoc ? roff($_) : $_) } @text;
}
open $file, '>', $page or die "$page: $!\n";
print $file "$_\n" for @lines;
