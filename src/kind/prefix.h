/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A prefix: an address and its number of significant bits. Destinations and sources. */
#ifndef KIND_PREFIX_H
#define KIND_PREFIX_H

#include "field/field.h"
#include "kind/prefix_select.h"

/* `PREFIX | NET mask MASK`, `default`. */
extern const struct kind kind_prefix;
/* As kind_prefix, for NET, which is in no message. */
extern const struct kind kind_prefix_apart;

enum { PREFIX_TEXT_MAX = 52 };

/* Writes `default`, ADDRESS, or ADDRESS/LENGTH. */
void prefix_text(const struct prefix *prefix, char text[PREFIX_TEXT_MAX]);
/* Clears the bits after the prefix length. */
void prefix_clear_host_bits(struct prefix *prefix);
/* Writes the prefix without its host bits. Returns true if it has host bits. */
bool prefix_meant(const struct prefix *prefix, char text[PREFIX_TEXT_MAX]);

/* Checks NET of a translation from `from`; sets its length to that of `from` if it has none.
 * Returns 0, or -1 if NET isn't a network of this length. */
int net_fit(struct prefix *net, const struct prefix *from);

#endif
