/* Values of eight bits, in the header or an attribute: tos, named numbers, choices among words. */
#ifndef KIND_BYTE_H
#define KIND_BYTE_H

#include "field/field.h"
#include "kind/names.h"

struct byte {
	bool given;
	uint8_t value;
};

/* In hexadecimal, or a name from rt_dsfield; 0 is not given. In an attribute (of a tunnel) 0 may be
 * given, and `ip` shows the bare number. */
extern const struct kind kind_tos;

/* A name or a number from 0 to 255. The field's `extra`: a const enum name_set *. */
extern const struct kind kind_name;

/* One of several words, each a word of its own (FIELD_BARE); in ip's dialect also a beginning of
 * one, the first that fits, or the number. The field's `extra`: choices, up to
 * one without words. */
struct choice {
	const char *word;    /* our own; NULL: none, but behind the row's own word: `type nat` */
	const char *ip_word; /* ip's, also taken in our own; NULL: the same */
	uint8_t value;
	bool whole; /* ip takes no beginning of it for it */
};
extern const struct kind kind_choice;

/* The first choice that a word stands for; NULL: none. */
const struct choice *choice_find(
	const struct choice *choices, const char *word, enum dialect dialect);
/* All words of a dialect for all of them, from index 0 on; NULL: no more. */
const char *choice_word_at(const struct choice *choices, int index, enum dialect dialect);
/* What both dialects call a value; NULL: it has no word. */
const char *choice_word(const struct choice *choices, uint8_t value, enum dialect dialect);

#endif
