#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Breaks the model in one place at a time: the test of the model must see each of them.
#
#   tests/model/mutations.sh [PACKETS [SEED]]
set -euo pipefail

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
build=${top_builddir:-$top}
packets=${1:-20000}
seed=${2:-1}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# NAME FILE PATTERN REPLACEMENT: the first line that has the pattern.
mutations=(
	'weak tos off|search_ipv4.c|return !node->tos.value .. node|return node'
	'suppress_prefixlength ignored|scan.c|if (length_suppressed(scan, rule, found))|if (0)'
	'suppress_ifgroup ignored|scan.c|return group_suppressed(scan, rule, found) ?|return 0 ?'
	'goto one rule too far|scan.c|\*next = target;|*next = target + 1;'
	'oif of a detached rule matches|match.c|return MATCH_OUTPUT_DETACHED;|return MATCH_YES;'
	'not ignored|match.c|if (!rule->invert.given)|if (1)'
	'ports not compared|match.c|if (!port_matches(&rule->source_ports, flow->source_port))|if (0)'
	'metric ignored|search.c|p->metric.value < q->metric.value|p->metric.value > q->metric.value'
	'IPv6 source subtree skipped|search_ipv6.c|if (!prefix_contains_address(&all.i..route.from, flow->source))|if (all[i].route.from.length)'
	'plain routes beside a subtree found|search_ipv6.c|hide_plain(all, count);|(void)hide_plain;'
	'router preference ignored|search_ipv6.c|return score . preference_of(hop->node) << 2;|return score;'
	'throw refuses|node.c|return EAGAIN;|return ENETUNREACH;'
	'rp_filter 2 as strict as 1|input_ipv4.c|return filter == 1 ?|return filter ?'
	'src_valid_mark ignored|input_ipv4.c|reverse.mark = marked ? flow->mark : 0;|reverse.mark = 0;'
	'accept_local ignored|input_ipv4.c|== RTN_LOCAL \&\& !switches->accept_local|== RTN_LOCAL'
	'forwarding ignored|input_ipv4.c|if (!switches.forwarding)|if (0)'
	'source without the scope|source_ipv4.c|reach > scope)|0)'
	'deprecated source preferred|source_ipv6.c|loopback .. !(address->flags|loopback \|\| (address->flags'
	'dscp mask ignored|match.c|rule->dscp.value) & rule->dscp.mask)|rule->dscp.value))'
	'nexthop object hides nothing|search_ipv4.c|if (has_object(&candidate->route))|if (0)'
)

compile() {
	local sources=("$top"/tests/model/{model,policy,world}.c "$work"/lookup/*.c)
	gcc -std=gnu11 -O1 -w -D_GNU_SOURCE -include "$build/config.h" -I"$work" -I"$top/src" -I"$top/tests/model" \
		-o "$work/model" "${sources[@]}" "$build/src/libiproute.a" -lnftnl -lmnl
}

number=0
echo "1..${#mutations[@]}"
failed=0
for mutation in "${mutations[@]}"; do
	IFS='|' read -r name file pattern replacement <<<"${mutation//\\|\\|/@@}"
	replacement=${replacement//@@/||}
	number=$((number + 1))
	rm -rf "$work/lookup" && cp -r "$top/src/lookup" "$work/lookup"
	sed -i "0,\\@$pattern@s@$pattern@${replacement//&/\\&}@" "$work/lookup/$file"
	if cmp -s "$top/src/lookup/$file" "$work/lookup/$file"; then
		echo "not ok $number - $name: changed nothing in $file"
		failed=1
	elif ! compile; then
		echo "not ok $number - $name: does not compile"
		failed=1
	elif "$work/model" "$packets" "$seed" 1 >"$work/log" 2>&1; then
		echo "not ok $number - $name: not seen"
		failed=1
	else
		echo "ok $number - $name: seen ($(grep -o '[0-9]* of [0-9]* disagree' "$work/log"))"
	fi
done
exit "$failed"
