/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The sets of names. */
#ifndef NAMES_NAME_SET_H
#define NAMES_NAME_SET_H

enum name_set {
	NAMES_TABLES = 1, /* 0: none */
	NAMES_PROTOCOLS,
	NAMES_SCOPES,
	NAMES_REALMS,
	NAMES_DSFIELD,
	NAMES_GROUPS,
	NAMES_IP_PROTOCOLS, /* protocols over IP: tcp, udp */
	NAMES_SERVICES,     /* ports: smtp */
	NAMES_SETS
};

#endif
