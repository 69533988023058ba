/* A prefix: an address and the number of its bits that count. Destinations and sources. */
#ifndef KIND_PREFIX_H
#define KIND_PREFIX_H

#include "field/field.h"

/* How a prefix selects others. */
enum prefix_match {
	PREFIX_EXACT,  /* the same prefix */
	PREFIX_WITHIN, /* those inside it (`root`) */
	PREFIX_AROUND, /* those that hold it (`match`) */
};

struct prefix {
	bool given;
	uint8_t family;    /* AF_INET, AF_INET6; AF_UNSPEC: `default` of a family that no word has
	                      settled */
	uint8_t length;    /* in bits; 0: default */
	uint8_t match;     /* enum prefix_match, in a selector */
	uint8_t bytes[16]; /* network order */
};

/* `PREFIX | NET mask MASK`, `default`. */
extern const struct kind kind_prefix;
/* NET: the same where no message holds it. */
extern const struct kind kind_prefix_apart;

enum { PREFIX_TEXT_MAX = 52 };

/* `default`, ADDRESS, or ADDRESS/LENGTH. */
void prefix_text(const struct prefix *prefix, char text[PREFIX_TEXT_MAX]);
/* Writes the prefix without its host bits. True: it has some. */
bool prefix_meant(const struct prefix *prefix, char text[PREFIX_TEXT_MAX]);
/* Does `outer` hold all addresses of `inner`? Both of one family. */
bool prefix_holds(const struct prefix *outer, const struct prefix *inner);

/*
 * NET of a translation from `from`: gets its length, if it has none of its own. 0; -1: it is no
 * network of that length.
 */
int net_fit(struct prefix *net, const struct prefix *from);

#endif
