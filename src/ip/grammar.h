/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads the words of ip's commands. Each command has its own word order. */
#ifndef IP_GRAMMAR_H
#define IP_GRAMMAR_H

#include "ip/ip.h"

/* Returns the keywords of a command, owned by `ip`. */
const struct keywords *ip_words(struct ip *ip, enum ip_grammar grammar);
/*
 * Reads all words of the parser into a zeroed record, without object->finish(). Fills `origin` (may
 * be NULL) with the word that gave each row. Returns 0, or -1 with the error in ip's form.
 */
int ip_read(struct ip *ip, enum ip_grammar grammar, struct parser *parser, void *record,
	struct origin *origin, struct error *error);

#endif
