/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The state of a record's nftables part: `nft part missing`. */
#ifndef KIND_NFT_PART_H
#define KIND_NFT_PART_H

#include "field/field.h"

enum part_state {
	PART_MISSING = 1,
	PART_UNREADABLE, /* a capability is missing */
};

struct part {
	bool given;    /* it is missing or unreadable */
	uint8_t state; /* enum part_state */
};

/* In no message. In words: the field's word, then `part missing` or `part unreadable`. */
extern const struct kind kind_part;

#endif
