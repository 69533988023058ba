# SPDX-License-Identifier: GPL-2.0-or-later
# Runs a command in the namespace r and lets strace pause it before a message. $held is its process, until ended(). A file
# that loads this uses this setup and teardown unless it has its own.
# shellcheck shell=bash

setup() {
	need strace strace -V
	lone r
	held=""
}

teardown() {
	[ -z "$held" ] || kill "$held" 2>/dev/null || true
	wait
}

traced() {
	ip netns exec r env ASAN_OPTIONS=detect_leaks=0 strace -qq -o "$BATS_TEST_TMPDIR/trace" -e trace=sendto,sendmsg "$@"
}

sent() {
	grep -cE 'send(to|msg)\(' "$BATS_TEST_TMPDIR/trace" 2>/dev/null || true
}

# hold SECONDS WHEN WORDS…: starts a command in the background that pauses before the WHEN-th message that it sends, and
# waits until it pauses.
hold() {
	local seconds=$1 when=$2 try
	shift 2
	rm -f "$BATS_TEST_TMPDIR/trace"
	traced -e "inject=sendto,sendmsg:delay_enter=${seconds}s:when=$when" iproute "$@" >"$BATS_TEST_TMPDIR/held" 2>&1 3>&- &
	held=$!
	for try in {1..500}; do
		[ "$(($(sent) + 0))" -lt "$when" ] || return 0
		sleep 0.02
	done
	echo "the held command was never reached after $try tries"
	return 1
}

# hold_changes SECONDS WORDS…: as hold(), before the first message that changes something. A dry run sends all messages
# before that one, and lists the devices to name them.
hold_changes() {
	local seconds=$1
	shift
	traced iproute -dry-run "$@" >/dev/null 2>&1 || true
	# The socket for names says NLMSG_NOOP before its dump.
	sed -i '/NLMSG_NOOP/{N;/RTM_GETLINK.*NLM_F_DUMP/d};/RTM_GETLINK.*NLM_F_DUMP/d' "$BATS_TEST_TMPDIR/trace"
	hold "$seconds" "$(($(sent) + 1))" "$@"
}

# ended STATUS: the held command ends with this status; its output is in $output.
ended() {
	local got=0
	wait "$held" || got=$?
	held=""
	output=$(cat "$BATS_TEST_TMPDIR/held")
	[ "$got" = "$1" ] || { echo "the held command ended with $got instead of $1: $output"; return 1; }
}
