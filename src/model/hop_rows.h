/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The rows shared by a route and its nexthops, as designated initialisers of struct field. The
 * including file defines AT(), whose argument is a member of the record. Further arguments are
 * initialisers that only one of the two objects has.
 */
#ifndef MODEL_HOP_ROWS_H
#define MODEL_HOP_ROWS_H

#include <stdint.h>

#include <linux/rtnetlink.h>

#include "kind/realm.h"

static const uint16_t hop_padding[] = {RTA_PAD, 0};

#define HOP_ENCAP(...)                                                                          \
	{                                                                                       \
		.word = "encap", .kind = &kind_encap, AT(encap), .attribute = RTA_ENCAP,        \
		.also = RTA_ENCAP_TYPE, .flags = FIELD_INFO | FIELD_LAST,                       \
		.help = "wrap each packet into another or put labels in front of it (`iproute " \
			"help encap`)",                                                         \
		.blame = "encap|lwt|Flavor|VRF|MPLS|label|segment", __VA_ARGS__                 \
	}

#define HOP_NEW_DESTINATION(...)                                                                  \
	{                                                                                         \
		.word = "as", .ip_key = "to", .kind = &kind_new_destination, AT(new_destination), \
		.attribute = RTA_NEWDST, .flags = FIELD_INFO,                                     \
		.vanishes = VANISHES_INET | VANISHES_INET6,                                       \
		.help = "rewrite the destination to ADDR; kernels do so for MPLS only",           \
		.blame = "new destination", .sample = "as 10.9.0.1", __VA_ARGS__                  \
	}

#define HOP_GATEWAY(...)                                                                       \
	{                                                                                      \
		.word = "gw", .synonyms = "via", .ip_word = "via", .ip_key = "gateway",        \
		.kind = &kind_gateway, AT(gateway), .attribute = RTA_GATEWAY, .also = RTA_VIA, \
		.flags = FIELD_INFO, .help = "the next router",                                \
		.blame = "gateway|Egress device not specified|ENETUNREACH|EHOSTUNREACH|"       \
			 "Network is unreachable|No route to host|RTA_VIA",                    \
		.sample = "gw 192.0.2.1", __VA_ARGS__                                          \
	}

#define HOP_DEVICE(...)                                                                 \
	{                                                                               \
		.word = "dev", .synonyms = "oif", .kind = &kind_device, AT(device),     \
		.attribute = RTA_OIF, .flags = FIELD_INFO, .help = "the output device", \
		.blame = "device|ENODEV|ENETDOWN|No such device|Network is down",       \
		.sample = "dev eth0", __VA_ARGS__                                       \
	}

#define HOP_REALM(...)                                                                        \
	{                                                                                     \
		.word = "realm", .synonyms = "realms", .ip_key = "flow", .kind = &kind_realm, \
		AT(realm), .attribute = RTA_FLOW, .flags = FIELD_INFO,                        \
		.help = "source and destination realms, for traffic control",                 \
		.blame = "realm|Invalid RTA_FLOW", .sample = "realm 5", __VA_ARGS__           \
	}

#define HOP_ONLINK(...)                                                                       \
	{                                                                                     \
		.word = "onlink", .kind = &kind_flag, AT(onlink), .bits = RTNH_F_ONLINK,      \
		.ip_group = "flags", .flags = FIELD_INFO,                                     \
		.help = "the gateway is on the link, even without an address in its network", \
		.blame = "onlink", .sample = "onlink", __VA_ARGS__                            \
	}

/* A flag that only the kernel sets. */
#define HOP_FLAG(name, flag, more, ...)                                                           \
	{                                                                                         \
		.word = #name, .kind = &kind_flag, AT(name), .bits = (flag), .ip_group = "flags", \
		.flags = FIELD_READ_ONLY | (more), .shown = field_shown_state, __VA_ARGS__        \
	}
#define HOP_STATE(name, flag, ...) HOP_FLAG(name, flag, 0, __VA_ARGS__)
/* As HOP_STATE, for the state of the device, which an own record shows, too. */
#define HOP_LINK_STATE(name, flag, ...) HOP_FLAG(name, flag, FIELD_INFO, __VA_ARGS__)

#define HOP_OTHERS(...)                                                                            \
	{                                                                                          \
		.word = "attr", .kind = &kind_attributes, AT(others),                              \
		.flags = FIELD_INFO | FIELD_OWN, .vanishes = VANISHES_ANY, .padding = hop_padding, \
		.help = "an attribute that has no word here, as bytes",                            \
		.sample = "attr 99=0x0a000001", __VA_ARGS__                                        \
	}

#endif
