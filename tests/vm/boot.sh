#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A Debian 12 with systemd in QEMU: installs iproute with its units, and boots it several times with a policy that
# refuses. Which packets leave the guest is seen outside of it, from the first one on. make check-boot.
#
#   tests/vm/boot.sh [PACKAGE.deb]      the package instead of `make install`
#
# As root, for debootstrap. The root file system is made once, in $VM_CACHE. What is missing here is the reason of a
# skip. boot-guest.sh is what the guest does after each start. $BOOTS: only
# these; $BOOT_LIMIT: seconds for each. Without KVM a start takes minutes. Prints TAP; the last line is the sum.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
top_builddir=$(cd "${top_builddir:-$here/../..}" && pwd)
package=${1:+$(realpath "$1")}
# shellcheck source=tests/vm/kernel.bash
. "$here/kernel.bash"
PATH=$PATH:/usr/sbin:/sbin
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cache=${VM_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/iproute-vm}
passed=0 failed=0

cannot() {
	printf 'ok 1 # SKIP %s\n0 passed, 0 failed, 1 skipped\n' "$1"
	exit
}

# Debian 12 with what else manages networks there, and the modules of its kernel.
root_get() {
	root=$cache/debian-12-root
	[ ! -f "$root/made" ] || return 0
	[ "$(id -u)" = 0 ] || cannot "debootstrap needs root"
	need debootstrap debootstrap
	echo "# making $root"
	rm -rf "$root"
	debootstrap --variant=minbase --include=systemd,systemd-sysv,libpam-systemd,dbus,dbus-user-session,udev,iproute2,nftables,libmnl0,libnftnl11,iputils-ping,kmod,ifupdown,network-manager,frr,procps \
		bookworm "$root" >"$work/debootstrap.log" 2>&1 ||
		cannot "debootstrap: $(tail -n1 "$work/debootstrap.log")"
	touch "$root/made"
}

# The guest's disk, with what it runs. All that manages networks is enabled; the kernel's command line masks units.
disk_build() {
	need mkfs.ext4 e2fsprogs
	local unit
	cp -a --reflink=auto "$root" "$work/root"
	mkdir -p "$work/root/lib/modules"
	cp -a "$kernel/lib/modules/$version" "$work/root/lib/modules/"
	if [ -n "$package" ]; then
		cp "$package" "$work/root/package.deb"
		chroot "$work/root" dpkg -i /package.deb >&2
	else
		make -s -C "$top_builddir" install DESTDIR="$work/root" sysconfdir=/etc >&2
	fi
	install -m 755 "$here/boot-guest.sh" "$work/root/guest"
	install -m 755 "$here/../../boot/hook" "$work/root/etc/NetworkManager/dispatcher.d/50-iproute"
	install -m 755 "$here/../../boot/hook" "$work/root/etc/network/if-up.d/iproute"
	"$here/boot-guest.sh" policy "$work/root/etc/iproute"
	echo guest >"$work/root/etc/hostname"
	for unit in frr apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer e2scrub_reap fstrim.timer \
		logrotate.timer cron getty@tty1; do
		systemctl --root="$work/root" disable "$unit" >>"$work/systemctl.log" 2>&1 || true
	done
	systemctl --root="$work/root" enable systemd-networkd NetworkManager networking iproute iproute-online \
		>>"$work/systemctl.log" 2>&1
	printf '[Match]\nName=eth0\n[Network]\nDHCP=ipv4\n' >"$work/root/etc/systemd/network/eth0.network"
	printf '[main]\nplugins=keyfile\n' >"$work/root/etc/NetworkManager/conf.d/guest.conf"
	printf 'auto eth0\niface eth0 inet static\n\taddress 10.0.2.15/24\n\tgateway 10.0.2.2\n' \
		>"$work/root/etc/network/interfaces"
	# What takes long without KVM, and says nothing here.
	for unit in systemd-pstore systemd-update-utmp systemd-random-seed systemd-binfmt user@0 \
		systemd-journal-flush systemd-update-utmp-runlevel ModemManager wpa_supplicant polkit; do
		systemctl --root="$work/root" mask "$unit.service" >>"$work/systemctl.log" 2>&1 || true
	done
	# Without it systemd enables all units at the first start.
	echo 0123456789abcdef0123456789abcdef >"$work/root/etc/machine-id"
	cat >"$work/root/etc/systemd/system/guest.service" <<-'END'
		[Unit]
		After=multi-user.target
		[Service]
		Type=oneshot
		StandardOutput=tty
		StandardError=tty
		TTYPath=/dev/ttyS1
		ExecStart=/guest
		[Install]
		WantedBy=graphical.target
	END
	# It sends from the very start to an address that the policy refuses, and to one that it does not.
	cat >"$work/root/etc/systemd/system/chatter.service" <<-'END'
		[Unit]
		DefaultDependencies=no
		Before=sysinit.target
		[Service]
		ExecStart=/guest chatter
		[Install]
		WantedBy=sysinit.target
	END
	systemctl --root="$work/root" enable guest chatter >>"$work/systemctl.log" 2>&1
	systemctl --root="$work/root" set-default graphical.target >>"$work/systemctl.log" 2>&1
	mkfs.ext4 -q -d "$work/root" "$work/disk" 2G
	rm -rf "$work/root"
}

initramfs_build() {
	mkdir -p "$work/initramfs"/{bin,dev,proc,sys,guest,modules}
	cd "$work/initramfs"
	cp "$(command -v busybox)" bin
	modules_unpack modules virtio_pci virtio_blk ext4
	cat >init <<-'INIT'
		#!/bin/busybox sh
		/bin/busybox --install -s /bin
		mount -t devtmpfs dev /dev
		mount -t proc proc /proc
		mount -t sysfs sys /sys
		for module in /modules/*; do insmod "$module"; done
		mount /dev/vda /guest
		for part in dev proc sys; do mount --move "/$part" "/guest/$part"; done
		exec switch_root /guest /lib/systemd/systemd
	INIT
	chmod +x init
	find . | busybox cpio -o -H newc >../initrd 2>/dev/null
	cd "$here"
}

# masked BOOT: the units that are not to run then.
masked() {
	local networkd="systemd-networkd.service systemd-networkd.socket systemd-networkd-wait-online.service"
	local manager="NetworkManager.service NetworkManager-wait-online.service" ifupdown="networking.service"
	case $1 in
	without) echo "$manager $ifupdown iproute.service iproute-online.service" ;;
	networkd) echo "$manager $ifupdown" ;;
	networkmanager) echo "$networkd $ifupdown" ;;
	ifupdown) echo "$networkd $manager" ;;
	esac
}

# One start of the guest, until it reboots: what it says is added to $work/said, what leaves it is in $work/packets.
# QEMU has a DHCP server and a router; in a network namespace without links it leads nowhere.
guest_start() {
	local accel unit line="guest=$1"
	for unit in $(masked "$1"); do
		line+=" systemd.mask=$unit"
	done
	accel=$(accelerator)
	timeout -k 5 "${BOOT_LIMIT:-3000}" unshare -n qemu-system-x86_64 -accel "$accel" -cpu max -m 1024 \
		-nodefaults -display none -no-reboot -kernel "$kernel/boot/vmlinuz-$version" -initrd "$work/initrd" \
		-append "console=ttyS0 quiet panic=-1 oops=panic mitigations=off no_timer_check norandmaps net.ifnames=0 systemd.getty_auto=no \
systemd.default_timeout_start_sec=1200 systemd.service_watchdogs=no $line" \
		-drive "file=$work/disk,format=raw,if=virtio,cache=unsafe" \
		-netdev user,id=net -device virtio-net-pci,netdev=net \
		-object "filter-dump,id=dump,netdev=net,file=$work/packets" \
		-serial "file:$work/console" -serial "file:$work/said" </dev/null >"$work/qemu.log" 2>&1 || return
}

# sent ADDR: how many IPv4 packets to this address have left the guest since it was started.
sent() {
	perl -e '
		my ($to, $name) = (join("", map { chr } split /\./, $ARGV[0]), $ARGV[1]);
		open my $file, "<:raw", $name or die;
		read $file, my $header, 24;
		my $count = 0;
		while (read($file, $header, 16) == 16) {
			my (undef, undef, $length) = unpack "VVV", $header;
			read $file, my $packet, $length;
			$count++ if substr($packet, 12, 2) eq "\x08\x00" && substr($packet, 30, 4) eq $to;
		}
		print "$count\n"' "$1" "$work/packets"
}

# result ok|no TEXT
result() {
	if [ "$1" = ok ]; then
		passed=$((passed + 1))
		echo "ok $((passed + failed)) - $2"
	else
		failed=$((failed + 1))
		echo "not ok $((passed + failed)) - $2"
	fi
}

need perl perl
kernel_get linux-image-amd64
root_get
disk_build
initramfs_build
for boot in ${BOOTS:-without networkd networkmanager ifupdown}; do
	: >"$work/said"
	start=$SECONDS
	if ! guest_start "$boot" || ! grep -q '^end' "$work/said"; then
		cat "$work/said"
		tail -n 30 "$work/console" "$work/qemu.log"
		result no "$boot: the guest comes to its end"
		break
	fi
	while IFS= read -r line; do
		line=${line%$'\r'}
		case $line in
		'ok '*) result ok "$boot: ${line#ok }" ;;
		'not ok '*) result no "$boot: ${line#not ok }" ;;
		*) echo "# $line" ;;
		esac
	done <"$work/said"
	refused=$(sent 203.0.113.9) allowed=$(sent 198.51.100.9)
	echo "# $boot: $refused packets to the refused address, $allowed to the other; $((SECONDS - start)) s"
	if [ "$boot" = without ]; then
		what="packets leave" wanted=$((refused > 0 && allowed > 0))
	else
		what="no packet left that the policy refuses" wanted=$((refused == 0 && allowed > 0))
	fi
	if [ $wanted = 1 ]; then result ok "$boot: $what"; else result no "$boot: $what"; fi
done
echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" = 0 ]
