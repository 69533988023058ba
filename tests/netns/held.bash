# SPDX-License-Identifier: GPL-2.0-or-later
# Runs a command in the namespace r and lets strace stop it before a message, until the test lets it go on. $held is its
# process, until ended(). A file that loads this uses this setup and teardown unless it has its own.
# shellcheck shell=bash

setup() {
	need strace strace -V
	lone r
	held=""
}

teardown() {
	if [ -n "$held" ]; then
		kill -KILL "$held" "$(tracer)" 2>/dev/null || true
	fi
	wait
}

exec_traced() {
	exec ip netns exec r env ASAN_OPTIONS=detect_leaks=0 strace -qq -o "$BATS_TEST_TMPDIR/trace" -e trace=sendto,sendmsg "$@"
}

traced() {
	(exec_traced "$@")
}

sent() {
	grep -cE 'send(to|msg)\(' "$BATS_TEST_TMPDIR/trace" 2>/dev/null || true
}

has_sent() {
	[ "$(($(sent) + 0))" -ge "$1" ]
}

# hold WHEN WORDS…: starts a command in the background that stops before the WHEN-th message that it sends, and waits until
# it stops. There it stays until released() or ended().
hold() {
	local when=$1
	shift
	rm -f "$BATS_TEST_TMPDIR/trace"
	# The command is our child (of `exec`; with -D), and strace, which holds it for an hour, its grandchild.
	(exec_traced -D -e "inject=sendto,sendmsg:delay_enter=3600s:when=$when" iproute "$@" >"$BATS_TEST_TMPDIR/held" 2>&1 3>&-) &
	held=$!
	until_true 20 has_sent "$when"
}

# hold_changes WORDS…: as hold(), before the first message that changes something. A dry run sends all messages before that
# one, and lists the devices to name them.
hold_changes() {
	traced iproute -dry-run "$@" >/dev/null 2>&1 || true
	# The socket for names says NLMSG_NOOP before its dump.
	sed -i '/NLMSG_NOOP/{N;/RTM_GETLINK.*NLM_F_DUMP/d};/RTM_GETLINK.*NLM_F_DUMP/d' "$BATS_TEST_TMPDIR/trace"
	hold "$(($(sent) + 1))" "$@"
}

# tracer: who holds the held command; 0: nobody.
tracer() {
	awk '$1 == "TracerPid:" { print $2 }' "/proc/$held/status"
}

# released: the held command goes on, because strace is gone.
released() {
	[ "$(tracer)" != 0 ] || { echo "nobody holds the command"; return 1; }
	kill -KILL "$(tracer)"
}

# ended STATUS: the held command, which goes on if it was not released, ends with this status; its output is in $output.
ended() {
	local got=0
	[ "$(tracer)" = 0 ] || released
	wait "$held" || got=$?
	held=""
	output=$(cat "$BATS_TEST_TMPDIR/held")
	[ "$got" = "$1" ] || { echo "the held command ended with $got instead of $1: $output"; return 1; }
}

# waits WORDS…: starts a command in the background, as $waiter, that says that it waits for another one. waited STATUS: it
# ends with this status; its output is in $output.
waits() {
	ip netns exec r iproute "$@" >"$BATS_TEST_TMPDIR/waiter" 2>&1 3>&- &
	waiter=$!
	until_true 20 grep -q 'waiting for ' "$BATS_TEST_TMPDIR/waiter"
}

waited() {
	local got=0
	wait "$waiter" || got=$?
	output=$(cat "$BATS_TEST_TMPDIR/waiter")
	[ "$got" = "$1" ] || { echo "the command that waited ended with $got instead of $1: $output"; return 1; }
}
