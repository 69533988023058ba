#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# sequences.pl COUNT CHANGES [SEED]: random sequences of changes of rules, in the lab of tests/netns/lab.bash. After each
# change 40 new flows are seen outside as the rules say, no connection that the change does not concern has died, `save`
# says the same twice, and at the end nothing is left. Prints the seed, and what was done, of a sequence that fails.
use strict;
use warnings;
use IPC::Open2;
use List::Util qw(shuffle);
use Time::HiRes qw(usleep);

my ($count, $changes, $first_seed) = @ARGV;
$first_seed //= 1;
my $far = '203.0.113.9';
my $iproute = "$ENV{top_builddir}/src/iproute";
my $talk = "$ENV{top_builddir}/tests/sequences/talk";
my @hosts = map { "10.1.0.$_" } 4 .. 43;
my @gateways = (['192.0.2.2', 'eth2', 'o1', '192.0.2.1'], ['198.51.100.2', 'eth3', 'o2', '198.51.100.1']);
my %class = (250 => 0, 251 => 1, 252 => 0, 254 => 0);    # their gateways
my (@rules, @did);    # {pref, first, length, out, class, words, net}; in order

sub run { return system(@_) >> 8 }

# says OPTIONS…: what `iproute` prints in the router, both outputs, and its status.
sub says {
	my (@words) = @_;
	my $pid = open(my $in, '-|') // die;
	if (!$pid) {
		open STDERR, '>&', \*STDOUT;
		exec 'ip', 'netns', 'exec', 'r', $iproute, @words or die;
	}
	local $/;
	my $text = <$in>;
	close $in;
	return ($text // '', $? >> 8);
}

# fed INPUT OPTIONS…: the same, with input.
sub fed {
	my ($input, @words) = @_;
	my $file = "/tmp/sequences.$$";
	open my $out, '>', $file or die;
	print $out $input;
	close $out;
	my @result = says(@words, $file);
	unlink $file;
	return @result;
}

# ---- the model ----

sub number { my @bytes = split /\./, shift; return $bytes[3] }

sub matches {
	my ($rule, $n) = @_;
	return $n >= $rule->{first} && $n < $rule->{first} + (1 << (32 - $rule->{length}));
}

# What routes and translates the host's flows: `log`, `valve` and `count` come and go without an effect on them.
sub concerned {
	my ($host) = @_;
	for my $rule (@rules) {
		next if !matches($rule, number($host));
		my $words = $rule->{words} =~ /(masq|nat \S+)/ ? $1 : '';
		return join ' ', expected($host), selector($rule), @{$rule}{qw(pref class out)}, $words;
	}
	return expected($host);
}

# What becomes of a flow of the host: who sees it as whom.
sub expected {
	my ($host) = @_;
	my $n = number($host);
	for my $rule (@rules) {
		next if !matches($rule, $n);
		my $gateway = $gateways[$rule->{out}];
		my $seen = $host;
		$seen = $gateway->[3] if $rule->{words} =~ /masq/;
		$seen = "198.18.$rule->{net}.$n" if $rule->{words} =~ /nat/;
		return "$gateway->[2]/$seen";
	}
	return "o1/$host";
}

my $placed = 0;
sub place {
	my ($rule) = @_;
	$rule->{placed} = ++$placed;
	@rules = sort { $a->{pref} <=> $b->{pref} || $a->{placed} <=> $b->{placed} } @rules, $rule;
}

sub without { my ($rule) = @_; @rules = grep { $_ != $rule } @rules }

sub translates { return shift->{words} =~ /masq|nat|log|valve|count/ }

# ---- words ----

sub pick { return $_[rand @_] }

sub selector { my ($rule) = @_; return "from 10.1.0.$rule->{first}/$rule->{length}" }

sub action {
	my ($rule) = @_;
	my $gateway = $gateways[$rule->{out}];
	my $way = $rule->{class} ? "class $rule->{class}" : "route gw $gateway->[0] dev $gateway->[1]";
	return join ' ', $way, $rule->{words} || (), $rule->{retag} ? 'retag' : ();
}

sub choose_action {
	my ($rule, $translates) = @_;
	$rule->{class} = rand() < 0.5 ? 0 : pick(250, 250, 251, 252, 254);
	$rule->{out} = $rule->{class} ? $class{$rule->{class}} : int rand 2;
	$rule->{net} = 1 + int rand 8;
	$rule->{words} = '';
	$rule->{words} = pick('masq', 'masq', 'masq log', 'masq valve', 'masq count', 'log', 'count',
		"nat 198.18.$rule->{net}.$rule->{first}/$rule->{length}") if $translates;
	$rule->{retag} = $translates && $rule->{class} && rand() < 0.7;
}

sub new_rule {
	my $translates = (grep { translates($_) } @rules) < 8 && rand() < 0.6;
	my $length = pick(32, 32, 31, 30, 29);
	my $size = 1 << (32 - $length);
	my $rule = {length => $length, first => int(rand(40 / $size)) * $size + ($size > 4 ? 8 : 4), pref => 300 + int rand 40};
	choose_action($rule, $translates);
	return $rule;
}

# ---- changes: each returns the rules whose hosts may have lost their connections although nothing has changed ----

my $everybody = {first => 0, length => 24};

sub same_selector {
	my ($rule) = @_;
	return grep { $_->{first} == $rule->{first} && $_->{length} == $rule->{length} } @rules;
}

sub done { push @did, join ' ', @_ }

sub change_add {
	return change_delete() if @rules >= 16;
	my $rule = new_rule();
	return () if same_selector($rule);
	my $words = 'addrule ' . selector($rule) . " pref $rule->{pref} " . action($rule);
	my ($text, $status) = says(split / /, $words);
	done($words, $status);
	die "$words: $status: $text" if $status != 0 && $status != 3;
	place($rule) if !$status;
	return ();
}

sub change_delete {
	return () if !@rules;
	my $rule = pick(@rules);
	my $words = 'delrule ' . selector($rule) . " pref $rule->{pref}";
	my ($text, $status) = says(split / /, $words);
	done($words, $status);
	die "$words: $status: $text" if $status != 0 && $status != 3;
	without($rule) if !$status;
	return ();
}

# Does the kernel hold the rule with a realm?
sub is_tagged {
	my ($rule) = @_;
	my $from = selector($rule) =~ s{/32$}{}r;
	return grep { m{^$rule->{pref}:\s+\Q$from\E } && / realms / } `ip -n r rule`;
}

# A rule that has another class or route, or that gets a realm, follows the rules with its preference; else it keeps its
# place among them.
sub replace_in_model {
	my ($old, $new, $tagged) = @_;
	my $same_route = $old->{class} == $new->{class} && $old->{out} == $new->{out};
	if ($same_route && ($tagged || !translates($new))) {
		@rules = map { $_ == $old ? $new : $_ } @rules;
		return;
	}
	without($old);
	place($new);
}

sub change_replace {
	return change_add() if !@rules;
	my $old = pick(@rules);
	my $rule = {%$old};
	choose_action($rule, rand() < 0.6);
	my $words = 'replacerule ' . selector($rule) . " pref $rule->{pref} " . action($rule);
	my $tagged = is_tagged($old);
	my ($text, $status) = says(split / /, $words);
	done($words, $status);
	die "$words: $status: $text" if $status != 0 && $status != 3;
	return () if $status;
	replace_in_model($old, $rule, $tagged);
	return ();
}

sub change_batch {
	my ($refused) = @_;
	my (@lines, @coming);
	for (1 .. 2 + int rand 3) {
		my $rule = new_rule();
		next if same_selector($rule) || grep { $_->{first} == $rule->{first} && $_->{length} == $rule->{length} } @coming;
		push @coming, $rule;
		push @lines, 'addrule ' . selector($rule) . " pref $rule->{pref} " . action($rule);
	}
	push @lines, 'add 10.77.0.0/16 gw 10.99.0.1' if $refused;
	my ($text, $status) = fed(join('', map { "$_\n" } @lines), 'batch');
	done('batch', @lines, $status);
	die "batch: $status: $text" if $status != 0 && $status != 3 && !($refused && $status == 2);
	die "batch: done in spite of a line that cannot be: $text" if $refused && !$status;
	# A batch that the kernel refuses was in effect for a moment.
	return @coming if $status;
	place($_) for @coming;
	return ();
}

# The program is killed at any time; what it has left is cleared by the next -ensure. The rule is there or not.
sub change_killed {
	my $rule = new_rule();
	return () if same_selector($rule) || @rules >= 16;
	my $words = 'addrule ' . selector($rule) . " pref $rule->{pref} " . action($rule);
	my $pid = fork // die;
	if (!$pid) {
		open STDERR, '>', '/dev/null';
		exec 'ip', 'netns', 'exec', 'r', $iproute, split / /, $words or die;
	}
	usleep(1000 + rand 12000);
	kill 'KILL', $pid;
	waitpid $pid, 0;
	my ($text, $status) = says('-ensure', 'delrule', 'pref', '9999');
	done("killed: $words");
	die "after a kill: $status: $text" if $status;
	($text) = says('showrules', split / /, selector($rule) . " pref $rule->{pref}");
	return $everybody if $text =~ /no rule matches/;
	die "after a kill: $text" if $text =~ /iproute: /;
	if ($text =~ /part missing/) {
		($text, $status) = says('-ensure', split / /, $words);
		die "repair after a kill: $status: $text" if $status && $status != 3;
		if ($status) {
			says(split / /, "delrule pref $rule->{pref} " . selector($rule));
			return $everybody;
		}
	}
	place($rule);
	return $everybody;
}

sub change_flushed {
	my ($saved, $status) = says('save');
	die "save: $status: $saved" if $status;
	run(qw(ip netns exec r nft flush ruleset));
	(my $text, $status) = fed($saved, 'restore');
	done('nft flush ruleset, restore', $status);
	die "restore: $status: $text" if $status;
	return $everybody;
}

my @kinds = ((\&change_add) x 8, (\&change_delete) x 6, (\&change_replace) x 6, (sub { change_batch(0) }) x 2,
	(sub { change_batch(1) }) x 3, (\&change_killed) x 3, (\&change_flushed) x 2);

# ---- checking ----

my ($from_asker, $to_asker);

sub asked {
	my ($line) = @_;
	print $to_asker "$line\n";
	$to_asker->flush;
	my $answer = <$from_asker> // die "talk has ended";
	chomp $answer;
	return split / /, $answer;
}

sub check_flows {
	my @seen = asked("ask $far @hosts");
	# A busy machine may lose a packet, but not twice.
	@seen = asked("ask $far @hosts") if grep { $_ eq '-' } @seen;
	for my $i (0 .. $#hosts) {
		my $wanted = expected($hosts[$i]);
		die "$hosts[$i] is seen as $seen[$i], not $wanted" if $seen[$i] ne $wanted;
	}
}

sub check_saved {
	my ($once, $status) = says('save');
	my ($twice) = says('save');
	die "save: $status: $once" if $status;
	die "save says:\n$once\nand then:\n$twice" if $once ne $twice;
}

my @kept = @hosts[map { $_ * 2 + 1 } 0 .. 15];

sub open_kept {
	my @addresses = @_;
	return if !@addresses;
	my @open = asked("open $far @addresses");
	for my $i (0 .. $#addresses) {
		die "no connection from $addresses[$i]" if $open[$i] ne '1';
	}
}

# The connections are alive, but for those of hosts whose outcome has changed, or that these rules match.
sub check_kept {
	my ($before, @shaken) = @_;
	my %same = map { $_ => $before->{$_} eq concerned($_) } @kept;
	for my $host (@kept) {
		$same{$host} &&= !matches($_, number($host)) for @shaken;
	}
	my @staying = grep { $same{$_} } @kept;
	my @alive = @staying ? asked("alive @staying") : ();
	for my $i (0 .. $#staying) {
		die "the connection of $staying[$i], which stays $before->{$staying[$i]}, has died" if $alive[$i] ne '1';
	}
	open_kept(grep { !$same{$_} } @kept);
}

sub check_nothing_left {
	while (@rules) {
		my ($text, $status) = says('delrule', split / /, selector($rules[0]) . " pref $rules[0]{pref}");
		die "at the end: delrule: $status: $text" if $status;
		shift @rules;
	}
	my $rules = `ip -n r rule`;
	die "rules are left:\n$rules" if $rules =~ /realms/ || $rules =~ tr/\n// != 3;
	my $routes = `ip -n r route show table all`;
	die "private classes are left:\n$routes" if $routes =~ /table 2147\d{6}/;
	my $tables = `ip netns exec r nft list ruleset`;
	die "the table has rules:\n$tables" if $tables =~ /comment "rule /;
}

# ---- the lab ----

for my $net (1 .. 8) {
	my ($text, $status) = says('add', "198.18.$net.0/24", 'nat', '10.1.0.0/24');
	die $text if $status;
}
for my $class (250, 251, 252) {
	my ($text, $status) = says('add', 'default', 'gw', $gateways[$class{$class}][0], 'class', $class);
	die $text if $status;
}
open2($from_asker, $to_asker, 'ip', 'netns', 'exec', 'in', $talk, 'ask');
for my $n (0 .. $count - 1) {
	srand($first_seed + $n);
	@did = ();
	eval {
		open_kept(@kept);
		for (1 .. $changes) {
			my %before = map { $_ => concerned($_) } @kept;
			my @shaken = pick(@kinds)->();
			check_flows();
			check_kept(\%before, @shaken);
			check_saved();
		}
		check_nothing_left();
		1;
	} or do {
		print "sequence with seed ", $first_seed + $n, ", after:\n", map({ "\t$_\n" } @did), $@, "\n",
			`ip -n r rule`, `ip netns exec r $iproute showrules`, `ip netns exec r nft list ruleset`;
		print "in $_:\n", `ip netns exec $_ ss -Htun 2>&1` for qw(in o1 o2);
		print "tracked:\n", `ip netns exec r conntrack -L 2>&1`;
		exit 1;
	};
}
print "$count sequences of $changes changes\n";
