#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# make bench: the raw floor, `ip` and `iproute` on the same data, each in a fresh network namespace, in
# turns; medians and ratios. Not a test: it says what is, on this machine. See the variables below.
set -euo pipefail

export top_builddir=${top_builddir:-$(pwd)}
export BENCH_ROUTES=${BENCH_ROUTES:-1000000}
export BENCH_RULES=${BENCH_RULES:-30000}
export BENCH_OWN=${BENCH_OWN:-100000}
export BENCH_PROCESSES=${BENCH_PROCESSES:-500}
export BENCH_MIB=${BENCH_MIB:-1024}
rounds=${BENCH_ROUNDS:-3}

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
floor=$top_builddir/tests/bench/floor
work=$(mktemp -d "${TMPDIR:-/tmp}/iproute-bench.XXXXXX")
trap 'rm -rf "$work"' EXIT
export results=$work/results words=$work/words
mkdir "$results" "$words"

who=-rn
[ "$(id -u)" != 0 ] || who=-n
unshare "$who" true || {
	echo "bench: unshare $who is refused: no namespaces here"
	exit 1
}

for kind in routes:$BENCH_ROUTES rules:$BENCH_RULES own:$BENCH_OWN; do
	"$floor" words "${kind%:*}" "${kind#*:}" >"$words/${kind%:*}.own"
	"$floor" words "${kind%:*}" "${kind#*:}" ip >"$words/${kind%:*}.ip"
done
"$floor" words routes 10000 >"$words/routes.few"

# say TEXT: what is being measured, where somebody watches.
say() {
	[ ! -t 2 ] || printf '%-60s\r' "$*" >&2
}

cases=(load-floor load-spread load-ip load-own load-nexthops rules-floor rules-ip rules-own own own-load apply show
	flush processes explain explain-rules meaning masq-plain masq-all masq-stream)
for ((round = 1; round <= rounds; round++)); do
	for case in ${BENCH_CASES:-"${cases[@]}"}; do
		say "round $round of $rounds: $case"
		unshare "$who" "$here/case.sh" "$case"
	done
done
say instructions
unshare "$who" "$here/case.sh" instructions
say ""

# median NAME [COLUMN]: of all rounds; empty if it was not measured.
median() {
	[ -n "$1" ] && [ -s "$results/$1" ] || return 0
	awk -v column="${2:-1}" '{ print $column }' "$results/$1" | sort -g |
		awk '{ line[NR] = $1 } END { print line[int((NR + 1) / 2)] }'
}

# row TEXT OURS-NAME BASE-NAME WANTED SENSE: SENSE "<": the ratio ours/base is at most WANTED; ">": base/ours
# at least; "=": ours at most WANTED seconds; "M": at most WANTED MiB; "?": the ratio, nothing is wanted. The
# last column is the same in processor time, which a busy machine changes less.
row() {
	local column=1
	[ "$5" != M ] || column=2
	awk -v text="$1" -v ours="$(median "$2" "$column")" -v base="$(median "$3")" -v wanted="$4" -v sense="$5" \
		-v ours_cpu="$(median "$2" 3)" -v base_cpu="$(median "$3" 3)" '
		function result(ours, base) {
			if (sense == "<" || sense == "?") return sprintf("%.2f ×", ours / base)
			if (sense == ">") return sprintf("%.1f ×", base / ours)
			if (sense == "=") return sprintf("%.2f s", ours)
			return sprintf("%.0f MiB", ours / 1024)
		}
		BEGIN {
		if (ours == "" || (base == "" && index("<>?", sense))) {
			printf "| %s | - | - | not measured: this build cannot do it | | |\n", text
			exit
		}
		if (sense == "?") { met = 1; limit = "" }
		if (sense == "<") { met = ours / base <= wanted; limit = "≤ " wanted " ×" }
		if (sense == ">") { met = base / ours >= wanted; limit = "≥ " wanted " ×" }
		if (sense == "=") { met = ours <= wanted; limit = "≤ " wanted " s" }
		if (sense == "M") { met = ours / 1024 <= wanted; limit = "≤ " wanted " MiB" }
		printf "| %s | %s | %s | %s | %s%s | %s |\n", text, sense == "M" ? "" : sprintf("%.3f s", ours),
			base == "" ? "" : sprintf("%.3f s", base), result(ours, base), limit,
			met ? "" : " **missed**", sense == "M" ? "" : result(ours_cpu, base_cpu ? base_cpu : 1)
	}'
}

# cost TEXT NAME: instructions for each of 10,000 lines, without those of starting.
cost() {
	awk -v text="$1" -v all="$(median "$2")" -v start="$(median start)" 'BEGIN {
		printf "| %s | %s |\n", text, all == "" ? "not measured" : int((all - start) / 10000)
	}'
}

echo "$(uname -sr), $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n1), $(nproc) cores," \
	"$(ip -V | sed 's/ip utility, //; s/,.*//'); median of $rounds rounds;" \
	"$BENCH_ROUTES IPv4 routes, $BENCH_RULES rules, $BENCH_OWN rules with a gateway each"
echo
echo "| what | iproute | against | result | wanted | in processor time |"
echo "| --- | ---: | ---: | ---: | ---: | ---: |"
row "load routes, all or nothing; the floor" load-own load-floor 1.25 "<"
row "the same; the floor in the order that we send" load-own load-spread "" "?"
row "the same; \`ip -batch\`" load-own load-ip 4 ">"
row "the same: peak memory" load-own "" 128 M
row "load with \`-nexthops\`; the plain floor" load-nexthops load-floor 0.75 "<"
row "load rules; \`ip -batch\`" rules-own rules-ip 100 ">"
row "load rules with a gateway each; the floor" own-load own-floor 3 "="
row "list them" own-list "" 1 "="
row "\`apply\` a policy of them over one with 100 other gateways" apply-changed "" 3 "="
row "the same again: unchanged" apply-unchanged "" 3 "="
row "\`plan\` of a policy of 1,000 of them" plan-1000 "" 0.5 "="
row "\`show\` to a file; raw dump" show-own dump 1.4 "<"
row "the same; \`ip route\`" show-own show-ip 1 "<"
row "the same: peak memory" show-own "" 16 M
row "\`-json show\`; raw dump" json-own dump 1.7 "<"
row "the same; \`ip -json route\`" json-own json-ip 1 "<"
row "\`flush\`; raw dump and deletes" flush-own flush-floor 1.3 "<"
row "$BENCH_PROCESSES processes that add a route; \`ip route add\`" process-own process-ip 0.8 "<"
row "load 10,000 rules with masq; without" masq-all-load masq-plain-load 3 "<"
row "20 rules with masq more, one by one; plain ones beside plain rules" masq-all-more masq-plain-one 1.5 "<"
row "20 plain rules beside 10,000 with masq; beside plain rules" masq-all-one masq-plain-one 1.1 "<"
row "list 10,000 rules with masq" masq-all-list "" 0.3 "="
row "$BENCH_MIB MiB through the last of 10,000 rules with masq; of plain rules and one" stream-0 stream-1 1.05 "<"
row "\`explain\` through a class of so many routes; raw dump" explain-own explain-dump 1.3 "<"
row "\`explain\` with 1,000 rules" explain-rules "" 0.015 "="
row "\`check\` of 1,000 rules" check-1000 "" 1 "="
row "\`diff\` of 1,000 rules" diff-1000 "" 1 "="
row "\`check\` of 30,000 rules" check-30000 "" 20 "="
row "\`diff\` of 30,000 rules" diff-30000 "" 20 "="
row "\`check\` of a class of so many random prefixes" check-routes "" 10 "="
row "\`diff\` of two such classes" diff-routes "" 10 "="
row "the same: peak memory" diff-routes "" 1024 M
echo
echo "| our own instructions | for each of 10,000 |"
echo "| --- | ---: |"
cost "line of a batch: add" add
cost "route shown" show
cost "route shown, JSON" json
cost "route flushed" flush
