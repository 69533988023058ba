/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The order decides: `p` is priority, `pro` protocol, `pre` the IPv6 router preference. */
#include "ip/word_order.h"

const char ip_route_order[] =
	"src as via from tos dsfield~ expires metric~ priority~ preference scope mtu hoplimit "
	"advmss reordering~ rtt rto_min window~ cwnd~ initcwnd~ initrwnd~ features~ quickack~ "
	"congctl~ rttvar~ ssthresh~ realms~ onlink nexthop nhid protocol~ table~ vrf~ dev oif "
	"pref~ encap ttl-propagate "
	"fastopen_no_cookie~ "
	"to- @type help~? *dst";

const char ip_route_filter_order[] = "tos dsfield~ protocol~ scope~ type~ dev oif iif mark metric~ "
				     "priority~ preference from~ to~- *dst";

const char ip_route_ranges_order[] = "vrf~ cached~ cloned~ via src realms~";

const char ip_route_get_order[] =
	"tos dsfield~ from~ iif~ mark~ oif~ dev notify~ connected~ vrf~ uid~ as fibmatch~ sport~ "
	"dport~ ipproto~ flowlabel to- help~? *to";

const char ip_rule_order[] =
	"not from to preference~ order~ priority~ tos dsfield~ fwmark realms~ protocol~ tun_id~ "
	"table~ lookup suppress_prefixlength~ sup_pl suppress_ifgroup~ sup_group dev iif oif "
	"l3mdev uidrange nat map-to~ ipproto sport dport dscp flowlabel type- goto~ nop~ help~? "
	"*action";

const char ip_rule_filter_order[] =
	"preference~ order~ priority~ not tos dsfield fwmark dev iif oif l3mdev uidrange tun_id~ "
	"lookup~ table~ from~ src~=from protocol~ ipproto sport dport dscp flowlabel dst~=to to~ "
	"*to";
