#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# A random policy file: policies.pl SEED. Routes of three classes, rules of all sorts; the same SEED, the same file.
use strict;
use warnings;

srand(shift // 0);

sub one { return $_[rand @_] }
sub net { return '10.' . int(rand 6) . '.' . int(rand 4) . '.0/' . one(24, 24, 26) }

my @gateways = ('192.0.2.2', '192.0.2.3', '198.51.100.2');
my %seen;
my @lines;

for (1 .. 3 + rand 8) {
	my $class = one(250, 251, 252);
	my $to = one('default', net());
	next if $seen{"$to $class"}++;
	push @lines, "add $to " . one((map { "gw $_" } @gateways), 'reject', 'prohibit', $to eq 'default' ? 'drop' : 'dev eth1',
		"gw $gateways[0] metric 7 mtu 1400") . " class $class";
}
for (1 .. rand 3) {
	my $to = '2001:db8:' . int(10 + rand 5) . '::/48';
	push @lines, "add $to " . one('gw 2001:db8:1::2', 'gw 2001:db8:1::3', 'reject') . ' class 250'
		unless $seen{$to}++;
}
for (1 .. 2 + rand 8) {
	my $preference = 100 + int rand 30;
	next if $seen{$preference}++;
	push @lines, "addrule pref $preference " . one('from ' . net(), 'to ' . net(), 'fwmark ' . int(1 + rand 9), 'dev eth1',
		'ipproto tcp dport ' . int(1 + rand 99), 'tos 8 from ' . net()) . ' ' .
		one('class 250', 'class 251', 'class 252', 'prohibit', 'drop', 'route gw ' . one(@gateways),
		'route gw 192.0.2.2 masq');
}
push @lines, 'addrule pref 200 from 2001:db8:2::/48 ' . one('class 250', 'prohibit', 'route gw 2001:db8:1::2') if rand > 0.4;
push @lines, 'add 198.18.' . int(rand 3) . '.0/24 nat 10.1.0.0/24' if rand > 0.7;
push @lines, 'local-policy off' if rand > 0.7;
print map { "$_\n" } @lines;
