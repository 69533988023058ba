#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# arrivals.pl POLICIES PACKETS [SEED]: random policies on the router r of arrivals.bats, and packets from the host `in`. Each
# arrives at the router that `explain` names, or draws the ICMP error that it tells, or nothing. Prints the seed and the
# policy of what does not.
use strict;
use warnings;
use IPC::Open2;
use JSON::PP;

my ($policies, $packets, $seed) = @ARGV;
$seed //= 1;
my $iproute = "$ENV{top_builddir}/src/iproute";
my $arrivals = "$ENV{top_builddir}/tests/netns/arrivals";
my %outside = (eth1 => 'a', eth2 => 'b', eth3 => 'c');
# What a sender sees of each error, by family: type and code of ICMP. ip6_pkt_discard() says "no route" for both.
my %icmp = (
	4 => {ENETUNREACH => 'icmp 3 0', EHOSTUNREACH => 'icmp 3 1', EACCES => 'icmp 3 13', EINVAL => '-'},
	6 => {ENETUNREACH => 'icmp 1 0', EHOSTUNREACH => 'icmp 1 0', EACCES => 'icmp 1 1', EINVAL => '-'});

sub any { return $_[rand @_] }

# The words of both families: addresses and prefixes of sources and destinations, gateways.
my %words = (
	4 => {
		from => [map { ("10.1.0.$_", "10.2.0.$_") } 2 .. 5],
		to => [map { ("203.0.113.$_", "198.18.0.$_") } 1 .. 4],
		sources => [qw(10.1.0.0/24 10.2.0.0/24 10.1.0.2 10.1.0.4/31 10.2.0.2/31 10.0.0.0/14)],
		destinations => [qw(203.0.113.0/24 203.0.113.2 203.0.113.0/30 198.18.0.0/15 198.18.0.2/31 default)],
		gateways => ['gw 192.0.2.2 dev eth1', 'gw 198.51.100.2 dev eth2', 'gw 10.77.0.2 dev eth3']},
	6 => {
		from => [map { ("fd00:1::$_", "fd00:2::$_") } 2 .. 5],
		to => [map { ("2001:db8:9::$_", "2001:db8:a::$_") } 1 .. 4],
		sources => [qw(fd00:1::/64 fd00:2::/64 fd00:1::2 fd00:1::4/127 fd00:2::2/127 fd00::/16)],
		destinations => [qw(2001:db8:9::/64 2001:db8:9::2 2001:db8:9::/126 2001:db8:a::/64 2001:db8:a::2/127 ::/0)],
		gateways => ['gw 2001:db8:1::2 dev eth1', 'gw 2001:db8:2::2 dev eth2', 'gw 2001:db8:3::2 dev eth3']});
my @tos = (0, 0, 0x04, 0x08, 0x10, 0x1c);

sub node {
	my ($family) = @_;
	my $words = $words{$family};
	my $where = any(@{$words->{destinations}}) . ' class ' . any(100 .. 105);
	$where .= ' metric ' . any(10, 20) if rand() < 0.2;
	$where .= sprintf ' tos %x', any(@tos) if $family == 4 && rand() < 0.15;
	return "add $where " . any(qw(reject prohibit drop throw)) if rand() < 0.3;
	return "add $where " . any(@{$words->{gateways}}) if rand() < 0.85;
	return "add $where " . join ' ', map { "nexthop $_" } @{$words->{gateways}}[0, 1];
}

sub rule {
	my ($family, $preference) = @_;
	my $words = $words{$family};
	my $rule = "addrule pref $preference";
	my $selects = 0;
	my $not = rand() < 0.1;
	$rule .= ' not' if $not;
	$selects = $rule .= ' from ' . any(@{$words->{sources}}) if rand() < 0.6;
	$selects = $rule .= ' to ' . any(grep { !m,default|/0, } @{$words->{destinations}}) if rand() < 0.4;
	$selects = $rule .= sprintf ' tos %x', any(grep { $_ } @tos) if rand() < 0.15;
	$selects = $rule .= ' ipproto udp dport ' . any(17, '10-20', 18) if rand() < 0.15;
	$selects = $rule .= ' dev inside' if rand() < 0.2;
	return rule(@_) if $not && !$selects;
	$rule .= $family == 6 ? ' from ::/0' : '' if $rule !~ / (from|to) /;
	return "$rule " . any(qw(reject prohibit drop)) if rand() < 0.2;
	return "$rule goto " . ($preference + 200) if rand() < 0.08 && $preference < 700;
	return "$rule class " . any(100 .. 105) . (rand() < 0.15 ? ' suppress_prefixlength ' . any(0, 24, 48) : '');
}

sub policy {
	my @lines = ('addrule pref 50 to 10.0.0.0/8 class main', 'addrule pref 50 to fd00::/8 class main');
	my %preference;
	push @lines, node(any(4, 6)) for 1 .. 20;
	$preference{100 + int rand 800} = any(4, 6) for 1 .. 12;
	push @lines, rule($preference{$_}, $_) for sort { $b <=> $a } keys %preference;
	# Where a goto leads.
	push @lines, map { /pref (\d+) .* goto (\d+)/ && !$preference{$2} ? "addrule pref $2" . (/:/ ? ' from ::/0' : '') . ' nop' : () } @lines;
	my %seen;
	return grep { !$seen{/^(addrule pref \d+)/ ? $_ : /^add (\S+ class \d+)/ && "$1 " . (/metric (\d+)/ ? $1 : 0) . (/tos (\w+)/ ? $1 : 0)}++ } @lines;
}

sub in_router {
	my ($input, @words) = @_;
	my $pid = open2(my $out, my $in, 'ip', 'netns', 'exec', 'r', $iproute, @words);
	print $in $input;
	close $in;
	local $/;
	my $text = <$out>;
	waitpid $pid, 0;
	return ($text // '', $? >> 8);
}

# answers PACKETS…: what comes back of each.
sub answers {
	my $pid = open2(my $out, my $in, 'ip', 'netns', 'exec', 'in', $arrivals, 'ask');
	print $in join(' ', @{$_}[1 .. 3]), "\n" for @_;
	close $in;
	chomp(my @got = <$out>);
	waitpid $pid, 0;
	die "the sender failed\n" if $? || @got != @_;
	return @got;
}

sub expected {
	my ($family, $from, $to, $tos) = @_;
	my ($text) = in_router('', '-json', 'explain', $to, 'from', $from, 'iif', 'inside', 'tos', sprintf('%x', $tos),
		'ipproto', 'udp', 'dport', 17);
	my $answer = eval { decode_json($text)->[0] } or die "explain $to from $from: $text";
	die "the kernel disagrees: $to from $from tos $tos\n" if !$answer->{kernel}{agrees};
	my $result = $answer->{result};
	return map { $outside{$_->{dev}} } @{$result->{nexthops}} if $result->{nexthops};
	return $outside{$result->{dev}} if $result->{dev};
	return $icmp{$family}{$result->{errno}} // "what is $result->{errno}?";
}

my ($base) = in_router('', 'save');
my %count;
for my $number (1 .. $policies) {
	srand $seed + $number - 1;
	my @lines = policy();
	in_router($base, '-force', 'restore', '-');
	my ($said, $status) = in_router(join('', map { "$_\n" } @lines), 'batch', '-');
	die "seed $seed + $number - 1: $said\n@lines" if $status;
	my @sent;
	for (1 .. $packets) {
		my $family = any(4, 6);
		push @sent, [$family, any(@{$words{$family}{from}}), any(@{$words{$family}{to}}), any(@tos)];
	}
	my @got = answers(@sent);
	for my $packet (@sent) {
		my $got = shift @got;
		my @expected = expected(@$packet);
		# The kernel answers a sender once a second, after the first five (ip_error() in net/ipv4/route.c); and a busy
		# machine may be slow.
		for (my $try = 0; $got eq '-' && !grep({ $_ eq '-' } @expected) && $try < 10; $try++) {
			sleep 1;
			($got) = answers($packet);
		}
		$count{$got}++;
		next if grep { $_ eq $got } @expected;
		print "seed ", $seed + $number - 1, ": $packet->[2] from $packet->[1] tos $packet->[3]: $got, not @expected\n";
		print "$_\n" for @lines;
		exit 1;
	}
}
print join(', ', map { "$count{$_} $_" } sort keys %count), "\n";
