/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The `shown` functions of a rule's rows. `record` is a struct rule. Each returns true in the cases
 * that its comment gives. */
#ifndef MODEL_RULE_SHOWN_H
#define MODEL_RULE_SHOWN_H

#include "field/field.h"

/* If it is given; in our own dialect also `from default` of an IPv6 rule without prefixes, to
 * distinguish it from an IPv4 rule. */
bool rule_shows_source(const struct field *field, const void *record, const struct view *view);
/* Unless it is `kernel`, the protocol of the kernel's own rules; a complete list shows that,
 * too. */
bool rule_shows_protocol(const struct field *field, const void *record, const struct view *view);
/* Unless it is a private class (shown with -d), or the action ignores it. */
bool rule_shows_class(const struct field *field, const void *record, const struct view *view);
/* In ip's dialect only with a class. */
bool rule_shows_suppressed(const struct field *field, const void *record, const struct view *view);
/* Unless it is a lookup or a goto: other rows show these. */
bool rule_shows_action(const struct field *field, const void *record, const struct view *view);
/* Unless the program chose the realm (shown with -d). */
bool rule_shows_realm(const struct field *field, const void *record, const struct view *view);
/* Unless it is that of `reply` (shown with -d). */
bool rule_shows_mark(const struct field *field, const void *record, const struct view *view);
/* Only with -s, and not in lists that restore reads. */
bool rule_shows_traffic(const struct field *field, const void *record, const struct view *view);
/* Only in lists that restore reads. */
bool rule_shows_retag(const struct field *field, const void *record, const struct view *view);

#endif
