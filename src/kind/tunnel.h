/* Options of a tunnel's header, given to a packet by its route (LWTUNNEL_IP_OPTS): of VXLAN and
 * ERSPAN, and what those of Geneve share with them. */
#ifndef KIND_TUNNEL_H
#define KIND_TUNNEL_H

#include "field/field.h"
#include "kind/number.h"

struct erspan {
	bool given;
	uint8_t version;
	uint32_t index;          /* version 1 */
	uint8_t direction, hwid; /* version 2 */
};

/* The group policy, a struct number. The nest of both is LWTUNNEL_IP_OPTS. */
extern const struct kind kind_vxlan;
/* VERSION:INDEX:DIRECTION:HWID */
extern const struct kind kind_erspan;

/* The next number of `A:B:C`, at most `most`; *at moves behind its colon, or to the end. */
bool option_number(const char **at, const struct parser *parser, uint32_t most, uint32_t *number);
/* ip's text: a line for them. */
void option_line(struct writer *writer, const struct field *field, const char *text,
	const struct view *view);
/* ip's JSON: opens a list of objects, which text does not show; a number in one. */
void option_items(struct writer *writer, const struct field *field);
void option_item(struct writer *writer, const char *key, uint32_t number);

#endif
