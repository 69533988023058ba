#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Output that does not get there is a failure, whatever the verb: full disks, closed descriptors, pipes.

bats_require_minimum_version 1.5.0
load lib

# What each verb is called with so that it writes something. A verb without a line here fails the test.
declare -gA words=(
	[add]="-dry-run add 10.9.0.0/24 gw 192.0.2.2"
	[append]="-dry-run append 10.9.0.0/24 gw 192.0.2.2"
	[prepend]="-dry-run prepend 10.9.0.0/24 gw 192.0.2.2"
	[change]="-dry-run change 10.8.0.0/24 gw 192.0.2.3"
	[replace]="-dry-run replace 10.8.0.0/24 gw 192.0.2.3"
	[del]="-dry-run del 10.8.0.0/24"
	[addrule]="-dry-run addrule from 10.2.0.0/16 class 251"
	[replacerule]="-dry-run replacerule from 10.1.0.0/16 class 251"
	[delrule]="-dry-run delrule pref 300"
	[show]="show"
	[showrules]="showrules"
	[get]="get 192.0.2.9"
	[classes]="classes"
	[explain]="explain 192.0.2.9"
	[local-policy]="local-policy show"
	[flush]="-dry-run flush class 250"
	[flushrules]="-dry-run flushrules all"
	[batch]="-dry-run batch $BATS_FILE_TMPDIR/lines"
	[monitor]="monitor"
	[save]="save"
	[restore]="restore $BATS_FILE_TMPDIR/saved"
	[test]="test $BATS_FILE_TMPDIR/policy"
	[check]="-json check"
	[diff]="-json diff - $BATS_FILE_TMPDIR/policy"
	[graph]="graph"
	[plan]="plan $BATS_FILE_TMPDIR/policy"
	[apply]="-dry-run apply $BATS_FILE_TMPDIR/policy"
	[confirm]="confirm"
	[rollback]="rollback"
	[rehearse]="rehearse $BATS_FILE_TMPDIR/policy"
	[status]="status $BATS_FILE_TMPDIR/policy"
	[help]="help add"
	[version]="version"
	[complete]="complete -- sh"
	[manual]="manual verbs"
)

# The same of ip's verbs; "" is one that writes nothing by itself.
declare -gA ip_words=(
	[route list]="route list" [route show]="route show" [route lst]="route lst"
	[route get]="route get 192.0.2.9"
	[route save]="route save"
	[route showdump]="route showdump"
	[route add]="-echo route add 10.7.0.0/24 via 192.0.2.2"
	[route append]="-echo route append 10.7.0.0/24 via 192.0.2.2"
	[route prepend]="-echo route prepend 10.7.0.0/24 via 192.0.2.3"
	[route change]="-echo route change 10.8.0.0/24 via 192.0.2.3"
	[route chg]="-echo route chg 10.8.0.0/24 via 192.0.2.3"
	[route replace]="-echo route replace 10.8.0.0/24 via 192.0.2.3"
	[route delete]="-echo route delete 10.8.0.0/24"
	[route test]="" [route flush]="" [route restore]=""
	[rule list]="rule list" [rule lst]="rule lst" [rule show]="rule show"
	[rule save]="rule save"
	[rule add]="-echo rule add from 10.6.0.0/16 table 250"
	[rule delete]="-echo rule delete pref 300"
	[rule flush]="" [rule restore]=""
)

setup() {
	lone h
	on h iproute batch - <<-'END'
		add 10.8.0.0/24 gw 192.0.2.2
		add 10.8.0.0/24 gw 192.0.2.2 class 250
		addrule pref 300 from 10.1.0.0/16 class 250
	END
	echo "add 10.9.0.0/24 gw 192.0.2.2" >"$BATS_FILE_TMPDIR/lines"
	printf 'add 10.3.0.0/16 reject\nexpect 10.3.0.1 reject\n' >"$BATS_FILE_TMPDIR/policy"
	on h iproute save >"$BATS_FILE_TMPDIR/saved"
	on h ip route save >"$BATS_FILE_TMPDIR/dump"
}

# verbs FILE MEMBER: the verbs of a table in the source.
verbs() {
	sed -n "s/.*\.$2 = \"\([a-z-]*\)\".*/\1/p" "${top_srcdir:?}/src/$1" | sort -u
}

# Prints WORDS of each verb, one to a line, those of monitor and of ip's included.
every_command() {
	local verb object
	[ "$(verbs command/table.c verb | wc -l)" -gt 20 ]
	for verb in $(verbs command/table.c verb); do
		[ -n "${words[$verb]+there}" ] || { echo "tests/netns/output.bats: no words for $verb" >&2; return 1; }
		[ "$verb" = monitor ] || echo "${words[$verb]}"
	done
	for object in route rule; do
		for verb in $(verbs "ip/$object.c" word); do
			[ -n "${ip_words[$object $verb]+there}" ] ||
				{ echo "tests/netns/output.bats: no words for $object $verb" >&2; return 1; }
			[ -z "${ip_words[$object $verb]}" ] || echo "${ip_words[$object $verb]}"
		done
	done
	printf '%s\n' "" -r -l -h -V -j "-j -r" "-j show" "-j save" "-j -p showrules" "-j classes"
}

# fails_to TARGET SENTENCE COMMAND…: status 2 and the sentence. The state is made anew before.
fails_to() {
	local target=$1 sentence=$2 got=0
	shift 2
	on h iproute restore "$BATS_FILE_TMPDIR/saved" >/dev/null
	output=$(eval 'timeout 60 ip netns exec h "$@" 2>&1 >'"$target" <"$BATS_FILE_TMPDIR/dump") || got=$?
	[ "$got" = 2 ] || { echo "status $got: $* >$target: $output"; return 1; }
	has "cannot write: $sentence"
}

@test "every verb, in both dialects, with a full disk" {
	local command
	every_command >"$BATS_TEST_TMPDIR/commands"
	while IFS= read -r command; do
		# shellcheck disable=SC2086 # words
		fails_to /dev/full "No space left on device" iproute $command
	done <"$BATS_TEST_TMPDIR/commands"
}

@test "every verb, in both dialects, with standard output closed" {
	local command
	every_command >"$BATS_TEST_TMPDIR/commands"
	while IFS= read -r command; do
		# shellcheck disable=SC2086 # words
		fails_to '&-' "Bad file descriptor" iproute $command
	done <"$BATS_TEST_TMPDIR/commands"
}

# has_ended PID: another route is another event.
has_ended() {
	try=$((try % 200 + 1))
	on h ip route replace 10.5.0.0/24 via "192.0.2.$((try + 1))"
	fails kill -0 "$1"
}

@test "monitor, in both dialects, ends when an event cannot be written" {
	local command try got
	ln -sf "$(command -v iproute)" "$BATS_TEST_TMPDIR/ip"
	for command in "iproute monitor" "iproute -j monitor" "$BATS_TEST_TMPDIR/ip monitor route"; do
		# shellcheck disable=SC2086 # words
		timeout 600 ip netns exec h $command 2>"$BATS_TEST_TMPDIR/said" >/dev/full 3>&- &
		try=0
		until_true 20 has_ended $!
		got=0
		wait $! || got=$?
		[ "$got" = 2 ] || { echo "status $got, after $try tries: $command"; return 1; }
		grep -q "cannot write: No space left on device" "$BATS_TEST_TMPDIR/said"
		# shellcheck disable=SC2086 # words
		fails_to '&-' "Bad file descriptor" $command
	done
}

@test "called as ip, the sentence has no other words" {
	ln -sf "$(command -v iproute)" "$BATS_TEST_TMPDIR/ip"
	fails_to /dev/full "No space left on device" "$BATS_TEST_TMPDIR/ip" route
	same "cannot write: No space left on device"
	fails_to '&-' "Bad file descriptor" "$BATS_TEST_TMPDIR/ip" rule show
}

@test "a change that is made but not shown says that it is made" {
	fails_to /dev/full "No space left on device" iproute -echo route add 10.7.0.0/24 via 192.0.2.2
	has "what was asked for is done, only not shown"
	ip -n h route | grep -q '^10.7.0.0/24'
}

@test "a reader who goes away ends it without a word" {
	local status gone='while (trap "" PIPE; echo) 2>/dev/null; do sleep 0.02; done'
	on h bash -c "seq 1 9 | sed 's,.*,add 10.200.&.0/24 gw 192.0.2.2,' | iproute batch -"
	# shellcheck disable=SC2016 # expanded inside
	run --separate-stderr on h bash -c 'trap "" PIPE; { '"$gone"'; iproute show; } | true; exit ${PIPESTATUS[0]}'
	[ "$status" = 141 ]
	[ -z "$stderr" ]
	# shellcheck disable=SC2016 # expanded inside
	run --separate-stderr on h bash -c '{ '"$gone"'; iproute save; } | true; exit ${PIPESTATUS[0]}'
	[ "$status" = 141 ]
	[ -z "$stderr" ]
	# shellcheck disable=SC2016 # expanded inside
	run --separate-stderr on h bash -c 'trap "" PIPE; { '"$gone"'; iproute route show; } | true; exit ${PIPESTATUS[0]}'
	[ "$status" = 141 ]
	[ -z "$stderr" ]
}

# A pipe that is full and does not wait, as a parent may leave it: all of it gets there.
@test "pipes that do not wait lose nothing" {
	need python3 python3 -V
	on h bash -c "for a in {0..39}; do seq 0 255 | sed \"s,.*,add 10.\$a.&.0/24 gw 192.0.2.2 class 77,\"; done | iproute batch -"
	cat >"$BATS_TEST_TMPDIR/slow.py" <<-'END'
		import fcntl, os, subprocess, sys, time
		reader, writer = os.pipe()
		for end in reader, writer:
		    fcntl.fcntl(end, fcntl.F_SETFL, fcntl.fcntl(end, fcntl.F_GETFL) | os.O_NONBLOCK)
		child = subprocess.Popen(sys.argv[1:], stdout=writer)
		os.close(writer)
		time.sleep(0.3)
		os.set_blocking(reader, True)
		with os.fdopen(reader, "rb") as file:
		    sys.stdout.buffer.write(file.read())
		sys.exit(child.wait())
	END
	local command
	for command in save "route show table 77" "-j show class 77"; do
		# shellcheck disable=SC2086 # words
		on h iproute $command >"$BATS_TEST_TMPDIR/whole"
		# shellcheck disable=SC2086 # words
		on h python3 "$BATS_TEST_TMPDIR/slow.py" iproute $command >"$BATS_TEST_TMPDIR/slow"
		cmp "$BATS_TEST_TMPDIR/whole" "$BATS_TEST_TMPDIR/slow"
	done
	# The same on the way in.
	cat >"$BATS_TEST_TMPDIR/feed.py" <<-'END'
		import fcntl, os, subprocess, sys, time
		reader, writer = os.pipe()
		fcntl.fcntl(reader, fcntl.F_SETFL, os.O_NONBLOCK)
		child = subprocess.Popen(sys.argv[2:], stdin=reader)
		time.sleep(0.2)
		os.write(writer, open(sys.argv[1], "rb").read()[:4096])
		os.close(writer)
		sys.exit(child.wait())
	END
	echo "add 10.250.0.0/24 gw 192.0.2.2" >"$BATS_TEST_TMPDIR/line"
	on h python3 "$BATS_TEST_TMPDIR/feed.py" "$BATS_TEST_TMPDIR/line" iproute batch -
	ip -n h route | grep -q ^10.250.0.0/24
}

@test "a closed standard input is an error, and no socket takes its place" {
	status 255 timeout 60 bash -c "ip netns exec h iproute batch - <&-"
	has "standard input: Bad file descriptor"
	status 255 timeout 60 bash -c "ip netns exec h iproute restore - <&-"
	has "standard input: Bad file descriptor"
	status 1 timeout 60 bash -c "ip netns exec h iproute route restore <&-"
	has "Bad file descriptor"
	# With all of them closed a change is made all the same.
	timeout 60 bash -c "exec ip netns exec h iproute add 10.99.0.0/24 gw 192.0.2.2 <&- >&- 2>&-"
	ip -n h route | grep -q ^10.99.0.0/24
	status 2 timeout 60 bash -c "exec ip netns exec h iproute show <&- >&- 2>&-"
	same ""
	status 255 timeout 60 bash -c "exec ip netns exec h iproute nonsense <&- 2>&-"
}

@test "save FILE has all of it, or leaves the old file" {
	mkdir "$BATS_TEST_TMPDIR/disk"
	mount -t tmpfs -o size=16k tmpfs "$BATS_TEST_TMPDIR/disk"
	cd "$BATS_TEST_TMPDIR/disk"
	on h iproute save ./policy
	on h iproute save | cmp - policy
	on h bash -c "seq 0 255 | sed 's,.*,add 10.40.&.0/24 gw 192.0.2.2,' | iproute batch -"
	cp policy ../before
	status 2 on h iproute save ./policy
	has "cannot write ./policy: No space left on device"
	cmp ../before policy
	[ "$(ls -A)" = policy ]
	# A full disk without FILE: the last line may be cut, but not in silence.
	status 2 on h bash -c 'iproute save >other'
	rm other
	on h iproute flush class main proto boot >/dev/null || on h iproute flush class main >/dev/null
	chmod 600 policy
	ln -s policy link
	on h iproute -j save ./link rules
	[ -L link ]
	[ "$(stat -c %a policy)" = 600 ]
	on h iproute -j save rules | cmp - policy
	cd /
	umount "$BATS_TEST_TMPDIR/disk"
	status 2 on h iproute save /dev/full
	has "cannot write /dev/full: No space left on device"
	status 2 on h iproute save "$BATS_TEST_TMPDIR/nowhere/policy"
	has "No such file or directory"
	status 255 on h iproute save policy
	has 'a file of this folder is "./policy"'
}

@test "save /dev/stdout goes on where the output is, and replaces no link" {
	local name whole
	whole=$(on h iproute save)
	# The names of descriptors elsewhere, which a fault would replace by files.
	mkdir "$BATS_TEST_TMPDIR/dev"
	ln -s /proc/self/fd "$BATS_TEST_TMPDIR/dev/fd"
	ln -s fd/1 "$BATS_TEST_TMPDIR/dev/one"
	ln -s one "$BATS_TEST_TMPDIR/dev/output"
	for name in fd/1 one output; do
		name=$BATS_TEST_TMPDIR/dev/$name
		[ "$(on h iproute save "$name" | cat)" = "$whole" ]
		{ echo before; on h iproute save "$name"; echo after; } >"$BATS_TEST_TMPDIR/file"
		[ "$(cat "$BATS_TEST_TMPDIR/file")" = "before"$'\n'"$whole"$'\n'"after" ]
		# A file that has no name any more.
		exec 7>"$BATS_TEST_TMPDIR/gone"
		rm "$BATS_TEST_TMPDIR/gone"
		on h iproute save "$name" >&7
		[ "$(cat /proc/self/fd/7)" = "$whole" ]
		exec 7>&-
		# shellcheck disable=SC2016 # expanded inside
		status 2 on h bash -c 'iproute save "$1" >/dev/full' bash "$name"
		has "cannot write $name: No space left on device"
		# shellcheck disable=SC2016 # expanded inside
		status 2 on h bash -c 'iproute save "$1" >&-' bash "$name"
		has "cannot write $name: Bad file descriptor"
	done
	[ "$(cd "$BATS_TEST_TMPDIR/dev" && printf '%s ' *)" = "fd one output " ]
	[ -L "$BATS_TEST_TMPDIR/dev/one" ]
	# The file of another process.
	sleep 600 5>"$BATS_TEST_TMPDIR/theirs" 3>&- &
	local other=$!
	on h iproute save "/proc/$other/fd/5"
	kill "$other"
	[ "$(cat "$BATS_TEST_TMPDIR/theirs")" = "$whole" ]
}

@test "save to a link makes the file that it names" {
	cd "$BATS_TEST_TMPDIR"
	mkdir folder
	ln -s ../there folder/link
	ln -s folder/link chain
	on h iproute save ./chain
	[ -L chain ]
	[ -L folder/link ]
	[ ! -L there ]
	on h iproute save | cmp - there
	ln -s round round
	status 2 on h iproute save ./round
	has "cannot write ./round: Too many levels of symbolic links"
	ln -s nowhere/file lost
	status 2 on h iproute save ./lost
	has "cannot write ./lost: No such file or directory"
	[ "$(printf '%s ' *)" = "chain folder lost round there " ]
}

@test "a limit of a file's size is an error, and no temporary file stays" {
	cd "$BATS_TEST_TMPDIR"
	mkdir limited
	status 2 on h prlimit --fsize=100 iproute save ./limited/saved
	has "cannot write ./limited/saved: File too large"
	[ -z "$(ls -A limited)" ]
	status 2 on h prlimit --fsize=100 bash -c 'iproute save >limited/shell'
	has "cannot write: File too large"
	status 2 on h prlimit --fsize=100 bash -c 'iproute route save >limited/shell'
	has "cannot write: File too large"
	# Other programs still get the signal.
	ln -sf "$(command -v iproute)" ip
	status 153 on h prlimit --fsize=10 bash -c 'exec ./ip link >limited/link'
}
