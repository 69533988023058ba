#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# Checks the shape of src/: what each folder may include, circles of files, sizes, names.
# tests/lint/exceptions lists the offenders that are known.
use strict;
use warnings;
use lib 'tests/lint';
use Source;

# Folder => what it may include besides itself. ip/ and command/ stand on everything.
my %may = (
	base    => '',
	output  => 'base',
	names   => 'base',
	field   => 'base output',
	kind    => 'base names output field',
	model   => 'base names output field kind',
	netlink => 'base names field kind model',
	state   => 'base names output field kind model netlink',
	lookup  => 'base names output field kind model netlink state',
	change  => 'base names output field kind model netlink state',
	nat     => 'base names output field kind model netlink state change',
	command => 'base names output field kind model netlink state lookup change nat',
	ip      => 'base names output field kind model netlink state lookup change nat command',
);

# Folders that may use libmnl: netlink/ talks to the kernel, field/ and kind/ encode and decode attributes.
my %libmnl = map { $_ => 1 } qw(netlink field kind);

my $file_limit     = 400;
my $function_limit = 60;

sub folder { return $_[0] =~ m{^src/([^/]+)/} ? $1 : 'main' }

# ---- what is included ----

for my $file (grep { folder($_) ne 'main' } @files) {
	my $folder = folder($file);
	unless (exists $may{$folder}) {
		complain('folder', $folder, "$file: tests/lint/structure.pl does not know the folder $folder/");
		next;
	}
	for (@{$includes{$file}}) {
		my ($kind, $header) = /^(.)(.*)/;
		if ($kind eq '"') {
			my ($to) = $header =~ m{^([^/]+)/};
			complain('up', "$file $header", "$file: $folder/ may not include $header")
				unless $to && grep { $_ eq $to } $folder, split / /, $may{$folder};
		} elsif ($header =~ m{^libmnl/}) {
			complain('libmnl', $file, "$file: only netlink/ (and what encodes values) uses libmnl") unless $libmnl{$folder};
		}
	}
	complain('nlmsg', $file, "$file: nlmsg_seq and nlmsg_pid belong to netlink/")
		if $folder ne 'netlink' && $code{$file} =~ /\bnlmsg_(?:seq|pid)\b/;
	complain('strstr', $file, "$file: searches the text of an error; an error carries facts")
		if $code{$file} =~ /\bstr(?:str|cmp|ncmp)\s*\([^;]*(?:error|err)(?:->|\.)message\b/;
}

# ---- circles: x.c and x.h are one node ----

my (%edges, %index, %low, %on, @stack);
my $next = 0;
for my $file (@files) {
	my $node = $file =~ s{^src/|\.[ch]$}{}gr;
	$edges{$node} ||= {};
	for (@{$includes{$file}}) {
		next unless /^"(.*)\.h$/;
		$edges{$node}{$1} = 1 if $1 ne $node;
	}
}

sub visit {
	no warnings 'recursion';
	my ($node) = @_;
	$index{$node} = $low{$node} = $next++;
	push @stack, $node;
	$on{$node} = 1;
	for (sort keys %{$edges{$node}}) {
		if (!defined $index{$_}) {
			visit($_);
			$low{$node} = $low{$_} if $low{$_} < $low{$node};
		} elsif ($on{$_} && $index{$_} < $low{$node}) {
			$low{$node} = $index{$_};
		}
	}
	return if $low{$node} != $index{$node};
	my @circle;
	do { push @circle, pop @stack; $on{$circle[-1]} = 0 } until $circle[-1] eq $node;
	complain('circle', join(' ', sort @circle), "these include one another: @{[sort @circle]}") if @circle > 1;
}
for (sort keys %edges) {
	visit($_) unless defined $index{$_};
}

# ---- sizes and names ----

for my $file (@files) {
	my @lines = split /\n/, $text{$file};
	complain('lines', $file, "$file: " . @lines . " lines; at most $file_limit") if @lines > $file_limit;
	my $start;
	for my $number (1 .. @lines) {
		local $_ = $lines[$number - 1];
		$start = $number if /^\{/;
		next unless /^\}/ && $start;
		my $length = $number - $start - 1;
		complain('function', "$file $start", "$file:$start: a function of $length lines; at most $function_limit")
			if $length > $function_limit;
		undef $start;
	}
}

# ip/ is ip's face of what others do: its files may repeat a name.
my %same;
for my $file (grep { !m{^src/ip/} } @files) {
	push @{$same{$1}}, $file if $file =~ m{([^/]+)\.[ch]$};
}
for my $name (sort keys %same) {
	my %place = map { s{/[^/]+$}{}r => 1 } @{$same{$name}};
	complain('name', $name, "two files are called $name: @{$same{$name}}") if keys %place > 1;
}

# ---- READMEs ----

for my $folder (sort grep { -d } map { glob } qw(src/* src/*/* tests/*)) {
	my $readme = "$folder/README.md";
	unless (-e $readme) {
		complain('readme', $folder, "$folder: no README.md: what belongs here, what it may call, in which order to read it");
		next;
	}
	for (slurp($readme) =~ /`([\w.\/-]+\.(?:[chty]|pl|pm|sh|bash|bats|sed|jq))`/g) {
		complain('readme', "$folder $_", "$readme: there is no $_")
			unless -e "$folder/$_" || -e "src/$_" || -e $_;
	}
}

finish(qw(folder up libmnl nlmsg strstr circle lines function name readme));
