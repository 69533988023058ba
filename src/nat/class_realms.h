/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Counts the rules of each class by their realm, so that a change of one rule needs no look at the
 * others. */
#ifndef NAT_CLASS_REALMS_H
#define NAT_CLASS_REALMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/hash_table.h"
#include "base/vector.h"

struct rule;

/* Realms of the rules of one class. */
struct class_realm {
	uint32_t class;
	uint32_t realm; /* a realm of this program; 0: none */
	size_t tagged;  /* number of rules with it */
	size_t others;  /* number of rules without it */
	bool mixed;     /* some of these may have another realm of this program */
	bool unknown;   /* the rules of the class must be read again */
	bool clean;     /* realm_conflicts_class() has found nothing; later routes of the
	                   transaction are checked against the rules */
};

/* Empty when zeroed. */
struct class_realms {
	struct vector classes;      /* struct class_realm */
	struct hash_table by_class; /* indexes of `classes` */
};

/* Returns the entry of a class, which is valid until the next call. */
struct class_realm *class_realm(struct class_realms *realms, uint32_t class);
/* An IPv4 rule comes or goes. One without a class changes nothing. */
void class_realms_add(struct class_realms *realms, const struct rule *rule);
void class_realms_remove(struct class_realms *realms, const struct rule *rule);
void class_realms_free(struct class_realms *realms);

#endif
