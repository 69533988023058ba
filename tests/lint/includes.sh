#!/usr/bin/env bash
# The architecture, checked: each folder includes only those below it, nothing below main prints or exits,
# and no path of one machine is in the tree.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/../.."
order=(base output field kind model netlink policy command)
bad=0

complain() {
	echo "$*"
	bad=1
}

declare -A rank
for i in "${!order[@]}"; do
	rank[${order[i]}]=$i
done
while IFS=: read -r file line text; do
	from=${file#src/} from=${from%%/*}
	to=${text#*\"} to=${to%%/*}
	if [ -z "${rank[$from]:-}" ] || [ -z "${rank[$to]:-}" ]; then
		continue
	fi
	if [ "${rank[$to]}" -gt "${rank[$from]}" ]; then
		complain "$file:$line: $from/ includes $to/, which stands on it"
	elif [ "$from" = output ] && [ "$to" != base ] && [ "$to" != output ]; then
		complain "$file:$line: output/ needs only base/"
	fi
done < <(grep -nE '^#include "[a-z]+/' src/*/*.[ch])

while IFS= read -r line; do
	complain "$line: exits or prints below main"
done < <(grep -nE '(^|[^_a-z])exit\(|perror\(|fprintf\(stderr|[^a-z]printf\(' src/*/*.[ch] |
	grep -vE 'snprintf|vsnprintf|format\(printf|^src/base/memory.c' || true)

for file in src/*/*.[ch] src/main.c; do
	head -n1 "$file" | grep -q '^/\*' || complain "$file: does not open with what it is for"
done
exit "$bad"
