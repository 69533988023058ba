#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# Finds what nobody uses: #includes, functions, macros and types; and functions that a header declares without need.
use strict;
use warnings;
use lib 'tests/lint';
use Source;

# What the C library's headers are included for.
my %library = (
	'errno.h'     => qr/\b(?:errno|E[A-Z0-9]{3,})\b/,
	'stdbool.h'   => qr/\b(?:bool|true|false)\b/,
	'stddef.h'    => qr/\b(?:size_t|NULL|offsetof|ptrdiff_t|max_align_t)\b/,
	'stdint.h'    => qr/\b(?:u?int(?:\d+|ptr|max)_t|U?INT\w*_MAX|U?INT\d+_C)\b/,
	'stdlib.h'    => qr/\b(?:malloc|calloc|realloc|free|strto\w+|getenv|qsort|bsearch|exit|abort|EXIT_\w+|mkstemp)\b/,
	'string.h'    => qr/\b(?:str\w+|mem\w+)\b/,
	'stdio.h'     => qr/\b(?:\w*printf|\w*scanf|FILE|f\w+|std(?:in|out|err)|put\w+|get\w+|perror|rename|open_memstream|EOF|SEEK_\w+)\b/,
	'ctype.h'     => qr/\b(?:is\w+|to(?:upper|lower))\b/,
	'inttypes.h'  => qr/\b(?:PRI\w+|SCN\w+|strto[iu]max)\b/,
	'limits.h'    => qr/\b\w+_(?:MAX|MIN)\b/,
	'arpa/inet.h' => qr/\b(?:inet_\w+|hton[ls]|ntoh[ls]|INET6?_ADDRSTRLEN)\b/,
	'time.h'      => qr/\b(?:time\w*|clock_\w+|CLOCK_\w+|strftime|localtime_r|nanosleep)\b/,
	'poll.h'      => qr/\b(?:poll\w*|POLL\w+)\b/,
	'fcntl.h'     => qr/\b(?:O_\w+|F_\w+|AT_\w+|open\w*|fcntl|LOCK_\w+)\b/,
	'signal.h'    => qr/\b(?:sig\w+|SIG\w+|kill|raise)\b/,
	'sched.h'     => qr/\b(?:setns|unshare|CLONE_\w+)\b/,
);

my %declared;

# What a header declares: name => function, macro, type or constant.
sub declared {
	my ($header) = @_;
	return $declared{$header} if $declared{$header};
	my $code = $code{$header};
	my %name;
	$name{$1} = 'macro' while $code =~ /^#[ \t]*define[ \t]+(\w+)/mg;
	$code =~ s/^#.*(?:\\\n.*)*//mg;
	$name{$1} = 'type' while $code =~ /\b(?:struct|union)\s+(\w+)\s*\{/g;
	$name{$1} = 'constant' while $code =~ /\benum\s+(\w+)\s*\{/g;
	while ($code =~ /\benum\s*\w*\s*\{([^}]*)\}/g) {
		$name{$_} ||= 'constant' for map { /^\s*(\w+)/ ? $1 : () } split /,/, $1;
	}
	$name{$1} ||= 'function' while $code =~ /^[a-zA-Z][^;{}=()]*?\b(\w+)\s*\(/mg;
	$name{$1} ||= 'object' while $code =~ /^extern[^;()]*?\b(\w+)\s*(?:\[[^\]]*\])*\s*;/mg;
	delete $name{__attribute__};
	return $declared{$header} = \%name;
}

for my $file (grep { /\.c$/ } @files) {
	my $own = $file =~ s{^src/}{}r =~ s/c$/h/r;
	for (@{$includes{$file}}) {
		my ($kind, $header) = /^(.)(.*)/;
		next if $header eq $own;
		my $needed = 1;
		if ($kind eq '"' && exists $text{"src/$header"}) {
			my $names = declared("src/$header");
			$needed = grep { $words{$file}{$_} } keys %$names;
		} elsif ($library{$header}) {
			$needed = $code{$file} =~ s/^[ \t]*#[ \t]*include.*$//mgr =~ $library{$header};
		}
		complain('needless', "$file $header", "$file: nothing of $header is used") unless $needed;
	}
}

my (%users, %definition);
for my $file (@files, @tests) {
	push @{$users{$_}}, $file for keys %{$words{$file}};
	next unless $file =~ /\.c$/;
	$definition{$1} ||= $file while $code{$file} =~ /^[a-zA-Z][^;{}=()]*?\b(\w+)\s*\([^;{}]*\)\s*\{/mg;
}
for my $file (grep { /\.h$/ && m{^src/} } @files) {
	my $names = declared($file);
	for my $name (sort keys %$names) {
		my $what = $names->{$name};
		next if $what eq 'constant' || $name =~ /_H$/;
		my $home = $definition{$name} // $file;
		my @others = grep { $_ ne $file && $_ ne $home } @{$users{$name}};
		next if @others;
		next if $words{$file}{$name} > 1;
		if ($what ne 'function' || $home eq $file) {
			complain('unused', "$file $name", "$file: nobody uses $name");
		} elsif ($words{$home}{$name} > 1) {
			complain('export', "$file $name", "$file: only $home uses $name(): make it static");
		} else {
			complain('unused', "$file $name", "$file: nobody calls $name()");
		}
	}
}

finish(qw(needless export unused));
