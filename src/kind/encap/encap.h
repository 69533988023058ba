/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Encapsulation of a route's packets: `encap TYPE …` (linux/lwtunnel.h). */
#ifndef KIND_ENCAP_ENCAP_H
#define KIND_ENCAP_ENCAP_H

#include "field/field.h"

/* Each type is an object. Its rows are the words after the type and the attributes in RTA_ENCAP. */
struct encap_type {
	const char *word;
	uint16_t number; /* LWTUNNEL_ENCAP_…; 0: any type without a word */
	const struct object *object;
	const char *help; /* one line, without a full stop */
};

/* All types in the order of usage; the last has word NULL. */
extern const struct encap_type encap_types[];

struct encap {
	bool given;
	uint16_t number; /* LWTUNNEL_ENCAP_… */
	const struct object *object;
	void *record; /* a record of that object, in an arena */
};

/*
 * RTA_ENCAP and RTA_ENCAP_TYPE. The type takes all following words that it knows, so `src` after
 * `encap ip` belongs to the tunnel; our own dialect shows it last (FIELD_LAST). A type without a
 * word is written as `encap NUMBER 0xHEX`.
 */
extern const struct kind kind_encap;

/* The rows of the types, each in its own file; all have FIELD_INFO. */
extern const struct object encap_ip_object;
extern const struct object encap_ip6_object;
extern const struct object encap_mpls_object;
extern const struct object encap_seg6_object;
extern const struct object encap_seg6local_object;
extern const struct object encap_bpf_object;
extern const struct object encap_xfrm_object;
extern const struct object encap_ioam6_object;
extern const struct object encap_rpl_object;
extern const struct object encap_ila_object;
extern const struct object encap_other_object;

/* The row of each type for attributes without a word. Its record has a member `struct attributes
 * others`; the file defines AT(). */
#define ENCAP_OTHERS                                                             \
	{                                                                        \
		.word = "encap-attr", .kind = &kind_nest_attributes, AT(others), \
		.flags = FIELD_INFO | FIELD_OWN, .vanishes = VANISHES_ANY,       \
		.help = "an attribute that has no word here, as bytes",          \
		.sample = "encap-attr 99=0x0a000001"                             \
	}

#endif
