#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# packaging/epoch.sh DIRECTORY: the time that a tarball's files carry: SOURCE_DATE_EPOCH, else that of the last commit,
# else (in an unpacked tarball) that of its files.
set -eu

cd "$1"
if [ -n "${SOURCE_DATE_EPOCH:-}" ]; then
	echo "$SOURCE_DATE_EPOCH"
elif [ -e .git ]; then
	git log -1 --format=%ct
else
	stat -c %Y configure.ac
fi
