/* What a route wraps its packets into before it sends them: `encap TYPE …` (linux/lwtunnel.h). */
#ifndef KIND_ENCAP_H
#define KIND_ENCAP_H

#include "field/field.h"

/* Each type is an object: its rows are the words that may follow, and the attributes in RTA_ENCAP.
 */
struct encap_type {
	const char *word;
	uint16_t number; /* LWTUNNEL_ENCAP_…; 0: any that has no word */
	const struct object *object;
	const char *help; /* one line, without a full stop */
};

/* In the order of usage, up to word NULL. */
extern const struct encap_type encap_types[];

struct encap {
	bool given;
	uint16_t number; /* LWTUNNEL_ENCAP_… */
	const struct object *object;
	void *record; /* of that object, in an arena */
};

/*
 * RTA_ENCAP, with RTA_ENCAP_TYPE beside it. Words are claimed as long as the type has them, so that
 * `src` behind `encap ip` is the tunnel's: in our own dialect it is shown last (FIELD_LAST). A type
 * without a word is `encap NUMBER 0xHEX`.
 */
extern const struct kind kind_encap;

/* The rows of the types, in encap_TYPE.c: all have FIELD_INFO. */
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

#endif
