# SPDX-License-Identifier: GPL-2.0-or-later
# Turns `iproute -N -d -j` into what tests/peer/reader.c tells: one record after the other, without what
# libnl-route-3 (3.7) does not know:
#
# * of routes: nhid (the kernel tells the ways of the object beside it), pref, expires, ttl-propagate, as,
#   features, congctl, quickack, fastopen_no_cookie, attributes without a word; whole routes with an encap
#   other than mpls, at which its parser gives up;
# * of rules: not, uidrange, tun_id, suppress_prefixlength, suppress_ifgroup, dscp, flowlabel, masks of ports,
#   actions without a name; what the kernel tells of the moment; and what a rule has in nftables.

def hex: ltrimstr("0x") | explode
	| reduce .[] as $c (0; . * 16 + (if $c >= 97 then $c - 87 else $c - 48 end));

def unmasked: if type == "string" and contains("/") then split("/")[0] | hex else . end;

def known_encap: . == null or has("mpls");

def route: del(.nhid, .pref, .expires, .["ttl-propagate"], .as, .features, .congctl, .quickack,
		.fastopen_no_cookie, .attr, .["metric-attr"], .encap)
	| .metric = (.metric // 0)
	| if .nexthop then .nexthop |= map(del(.encap, .as, .attr)) else . end;

def rule: del(.not, .uidrange, .tun_id, .suppress_prefixlength, .suppress_ifgroup, .dscp, .flowlabel,
		.["[detached]"], .["[unresolved]"], .own, .masq, .nat, .log, .valve, .retag, .nft, .attr)
	| if .from == "::/0" then del(.from) else . end
	| if .sport then .sport |= unmasked else . end
	| if .dport then .dport |= unmasked else . end
	| if .action and (.action | IN("nop", "drop", "reject", "prohibit") | not)
		then .action = "another" else . end;

.[]
| select(.encap | known_encap)
| select([.nexthop[]?.encap] | all(known_encap))
| if has("dst") then route else rule end
