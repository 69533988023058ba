/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Options of a tunnel header that a route adds to its packets (LWTUNNEL_IP_OPTS): those of VXLAN
 * and ERSPAN, and functions shared with Geneve. */
#ifndef KIND_ENCAP_TUNNEL_H
#define KIND_ENCAP_TUNNEL_H

#include "field/field.h"
#include "kind/number.h"

struct erspan {
	bool given;
	uint8_t version;
	uint32_t index;          /* version 1 */
	uint8_t direction, hwid; /* version 2 */
};

/* The group policy, a struct number. Both are in the nest LWTUNNEL_IP_OPTS. */
extern const struct kind kind_vxlan;
/* VERSION:INDEX:DIRECTION:HWID */
extern const struct kind kind_erspan;

/* Reads the next number of `A:B:C`, at most `most`; moves *at after its colon, or to the end.
 * Returns false if there is no such number. */
bool option_number(const char **at, const struct parser *parser, uint32_t most, uint32_t *number);
/* Starts a line for the options in ip's text. */
void option_line(struct writer *writer, const struct field *field, const char *text,
	const struct view *view);
/* For ip's JSON: open a list of objects, which text doesn't show; write a number in an object. */
void option_items(struct writer *writer, const struct field *field);
void option_item(struct writer *writer, const char *key, uint32_t number);

#endif
