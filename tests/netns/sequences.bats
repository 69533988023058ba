#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Random changes of rules that translate and rules that do not: tests/sequences/sequences.pl.

load lib
load lab

setup() {
	need_translation
	lab
	local i host
	for i in {7..43}; do
		ip -n in addr add "10.1.0.$i/24" dev eth0
	done
	for host in o1 o2; do
		ready "$host" "$top_builddir/tests/sequences/talk" serve "$host" "$FAR"
		servers+=($!)
	done
}

teardown() {
	unlab
}

@test "random sequences of changes" {
	perl "${top_srcdir:-$BATS_TEST_DIRNAME/../..}/tests/sequences/sequences.pl" "${SEQUENCES:-3}" "${SEQUENCE_CHANGES:-30}" \
		"${SEQUENCE_SEED:-1}"
}
