/* Whether the part of a record that is in nftables is there: `nft part missing`. */
#ifndef KIND_PART_H
#define KIND_PART_H

#include "field/field.h"

enum part_state {
	PART_MISSING = 1,
	PART_UNREADABLE, /* for want of a capability */
};

struct part {
	bool given;    /* something is wrong with it */
	uint8_t state; /* enum part_state */
};

/* In no message. As words: the field's word, then `part missing` or `part unreadable`. */
extern const struct kind kind_part;

#endif
