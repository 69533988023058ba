# SPDX-License-Identifier: GPL-2.0-or-later
# FRR on the router r of ospf.bash. zebra has one kernel table for OSPF, so it installs nothing, and fill puts what ospfd
# says into the classes: nothing when it has ended, unless that is a graceful restart.
# shellcheck shell=bash

frr_config() {
	local link
	echo "log file /run/frr/$1.log"
	echo 'debug ospf graceful-restart'
	[ "$2" = plain ] || printf '%s\n' 'route-map NOTHING deny 10' 'ip protocol ospf route-map NOTHING'
	cat <<-END
		router ospf
		 ospf router-id 192.0.2.1
		 capability opaque
		 graceful-restart grace-period 120
		interface host
		 ip ospf area 0.0.0.0
		 ip ospf passive
	END
	for link in core:0.0.0.0 asbr:0.0.0.0 edge:0.0.0.1; do
		cat <<-END
			interface ${link%%:*}
			 ip ospf area ${link#*:}
			 ip ospf network point-to-point
			 ip ospf hello-interval 1
			 ip ospf dead-interval 60
		END
	done
}

# frr_run PROGRAM classes|plain: in r, with a configuration of its own; it skips the commands of the other one.
frr_run() {
	frr_config "$1" "$2" >"/run/frr/$1.conf"
	chown -R frr:frr /run/frr
	ip netns exec r "/usr/lib/frr/$1" -f "/run/frr/$1.conf" -i "/run/frr/$1.vty.pid" -z /run/frr/zserv.api \
		--vty_socket /run/frr >"/run/frr/$1.out" 2>&1 3>&- &
	echo $! >"/run/$1.pid"
}

# frr_start classes|plain
frr_start() {
	mkdir -p /run/frr
	frr_run zebra "$1"
	until_true 10 test -S /run/frr/zserv.api
	frr_run ospfd "$1"
	until_true 10 ospfd_answers
	[ "$1" = classes ] || return 0
	while sleep 0.3; do fill; done >/dev/null 2>&1 3>&- &
	echo $! >/run/fill.pid
}

# ospfd_says COMMAND
ospfd_says() {
	ip netns exec r vtysh --vty_socket /run/frr -d ospfd -c "$1"
}

ospfd_answers() {
	ospfd_says 'show ip ospf' 2>/dev/null | grep -q 192.0.2.1
}

# What ospfd knows, as the words of routes.
wanted() {
	ospfd_says 'show ip ospf route json' | jq -r '
		to_entries[] | select(.value.nexthops and (.key | contains("/"))) | .key as $key | .value |
		({"N E2": 253, "N E1": 252, "N IA": 251}[.routeType] //
			{"0.0.0.0": 250, "0.0.0.1": 249}[.area]) as $class | .nexthops[0] |
		(if .via then "gw \(.ip) dev \(.via)" else "dev \(.directlyAttachedTo)" end) as $way |
		"\($key) \($way) class \($class) proto ospf"' | sed 's#^0.0.0.0/0 #default #; s/ class 253 / class default /'
}

# Makes the classes what ospfd knows, in one transaction.
fill() {
	local knows="" has
	if ospfd_answers; then
		# It restarts gracefully until it has computed the routes again.
		knows=$(wanted | sort) || return 0
		[ ! -e /run/graceful ] || [[ $knows == *' class default '* ]] || return 0
	elif [ -e /run/graceful ]; then
		return 0
	fi
	# A flag of the moment is not a difference.
	has=$(on r iproute -4 show proto ospf 2>/dev/null | sed 's/ dead//; s/ linkdown//' | sort)
	{
		comm -13 <(echo "$has") <(echo "$knows") | sed '/./s/^/replace /'
		comm -23 <(echo "$has") <(echo "$knows") | sed '/./s/^/del /'
	} | on r iproute batch -
}
