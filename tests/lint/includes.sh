#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The architecture, checked: each folder includes only those below it (structure.pl), nothing below main prints or
# exits, every file says what it is for, a test can fail, and no path of one machine is in the tree.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/../.."
bad=0

complain() {
	echo "$*"
	bad=1
}

perl tests/lint/structure.pl || bad=1

# bash's errexit ignores a command after `!`: such a line passes whatever the command does.
while IFS= read -r line; do
	complain "$line: can't fail the test: write fails COMMAND"
done < <(grep -nE '(^|[;{]|\b(do|then|else))[[:blank:]]*! ' tests/*/*.bats tests/*/*.bash || true)

# Memory that runs out ends the program in one place.
while IFS= read -r line; do
	complain "$line: exits or prints below main"
done < <(grep -nE '\b(exit|_exit|abort|perror|errx?|warnx?|printf|puts|putchar) ?\(|\bstderr\b' src/*/*.[ch] src/*/*/*.[ch] |
	grep -vE '\(format\(printf|^src/base/memory\.c:' || true)

for file in src/*/*.[ch] src/*/*/*.[ch] src/main.c; do
	sed -n 2p "$file" | grep -q '^/\*' || complain "$file: does not open with what it is for"
done

# REUSE.toml names the files that cannot hold a comment.
while IFS= read -r file; do
	grep -qm1 'SPDX-License-Identifier: GPL-2.0-or-later' "$file" ||
		complain "$file: has no line SPDX-License-Identifier: GPL-2.0-or-later"
done < <(git ls-files 2>/dev/null | grep -vE '^(COPYING|tests/fuzz/corpus/.*|tests/golden/.*\.(json|wire)|debian/(changelog|copyright|source/format))$')

# Where the tree of one developer lies; the tree itself is not to know.
while IFS= read -r line; do
	complain "$line: a path of one machine"
done < <(grep -rnIE '(^|[^[:alnum:]_.$}/-])(/home/[a-z]|/root/|/work/|/tmp/[a-z]|shared/)' \
	configure.ac Makefile.am CONTRIBUTING.md README* src man completions examples tests .ci \
	--include='*.[ch]' --include='*.ac' --include='*.am' --include='*.md' --include='*.in' \
	--include='*.sh' --include='*.bash' --include='*.bats' --include='*.fish' --include='_*' \
	--include=run --exclude=includes.sh 2>/dev/null || true)
exit "$bad"
