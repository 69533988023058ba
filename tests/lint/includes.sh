#!/usr/bin/env bash
# The architecture, checked: each folder includes only those below it, nothing below main prints or exits,
# every file says what it is for, and no path of one machine is in the tree.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/../.."
bad=0

complain() {
	echo "$*"
	bad=1
}

# What each folder may include, besides itself: a folder, or one header.
declare -A may=(
	[base]=""
	[output]="base"
	[field]="base output"
	[kind]="base output field"
	[model]="base output field kind"
	[netlink]="base field kind model"
	[policy]="base output field kind model netlink"
	[command]="base output field kind model netlink policy"
)

while IFS=: read -r file line text; do
	from=${file#src/} from=${from%%/*}
	header=${text#*\"} header=${header%%\"*}
	[ -n "${may[$from]+known}" ] || {
		complain "$file:$line: tests/lint/includes.sh does not know the folder $from/"
		continue
	}
	case " $from ${may[$from]} " in
	*" ${header%%/*} "* | *" $header "*) ;;
	*) complain "$file:$line: $from/ may not include $header" ;;
	esac
done < <(grep -nE '^#[[:blank:]]*include[[:blank:]]*"' src/*/*.[ch])

# Memory that runs out ends the program in one place.
while IFS= read -r line; do
	complain "$line: exits or prints below main"
done < <(grep -nE '\b(exit|_exit|abort|perror|errx?|warnx?|printf|puts|putchar) ?\(|\bstderr\b' src/*/*.[ch] |
	grep -vE '\(format\(printf|^src/base/memory\.c:' || true)

for file in src/*/*.[ch] src/main.c; do
	head -n1 "$file" | grep -q '^/\*' || complain "$file: does not open with what it is for"
done

# Where the tree of one developer lies; the tree itself is not to know.
while IFS= read -r line; do
	complain "$line: a path of one machine"
done < <(grep -rnIE '(^|[^[:alnum:]_.$}/-])(/home/[a-z]|/root/|/work/|/tmp/[a-z]|shared/)' \
	configure.ac Makefile.am CONTRIBUTING.md README* src man completions examples tests .ci \
	--include='*.[ch]' --include='*.ac' --include='*.am' --include='*.md' --include='*.in' \
	--include='*.sh' --include='*.bash' --include='*.bats' --include='*.fish' --include='_*' \
	--include=run --exclude=includes.sh 2>/dev/null || true)
exit "$bad"
