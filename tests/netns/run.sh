#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Runs a bats file in a network, mount and (for an ordinary user) user namespace of its own.
set -euo pipefail

file=$1
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
export top_srcdir=${top_srcdir:-$(cd "$here/../.." && pwd)}
export top_builddir=${top_builddir:-$top_srcdir}

if ! command -v bats >/dev/null; then
	printf '1..1\nok 1 %s # SKIP bats is not installed\n' "$file"
	exit
fi
who=-rmn
[ "$(id -u)" != 0 ] || who=-mn
if ! unshare "$who" true 2>/dev/null; then
	printf '1..1\nok 1 %s # SKIP unshare %s is refused: no namespaces here\n' "$file" "$who"
	exit
fi
# shellcheck disable=SC2016 # expanded inside
exec unshare "$who" --propagation private -- bash -c '
	mount -t tmpfs run /run && mkdir -p /run/netns /run/lock
	mount -t sysfs sysfs /sys 2>/dev/null || true
	ip link set lo up
	exec bats --tap "$1"
' bash "$file"
