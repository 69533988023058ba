/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Values of one byte, in the header or an attribute: tos, named numbers, choices of words. */
#ifndef KIND_BYTE_H
#define KIND_BYTE_H

#include "field/field.h"
#include "names/names.h"

struct byte {
	bool given;
	uint8_t value;
};

/* TOS in hexadecimal, or a name from rt_dsfield; 0 means not given. In an attribute (of a tunnel),
 * 0 may be given, and `ip` shows the number without 0x. */
extern const struct kind kind_tos;

/* Finds the number of a name in rt_dsfield, in small or capital letters (`ef`). Returns false if
 * there is none. */
bool dsfield_number(struct names *names, const char *word, uint32_t *number);

/* A name or a number from 0 to 255. Reads `names`. */
extern const struct kind kind_name;
/* As kind_name, but in no message. */
extern const struct kind kind_owner;
/* For field->shown of an owner: unless the kernel's protocol is shown (-d). */
bool owner_shown(const struct field *field, const void *record, const struct view *view);

/* One of several words, each of them a keyword (FIELD_BARE). ip's dialect also accepts an
 * abbreviation (the first that matches), or the number. Reads `choices`. */
struct choice {
	const char *word;    /* our own; NULL: none, only possible after the row's own word: `type
	                        nat` */
	const char *ip_word; /* ip's, also accepted in our own; NULL: the same */
	uint8_t value;
	bool whole; /* ip doesn't accept abbreviations */
};
extern const struct kind kind_choice;

/* Returns the name that a listing shows for a number; NULL if it shows the number. Our own dialect
 * uses only names that are read as the same number; ip's dialect uses the name that `ip` shows. */
const char *shown_name(const struct view *view, enum name_set set, uint32_t number);

/* Returns the first choice that matches a word; NULL if none does. */
const struct choice *choice_find(
	const struct choice *choices, const char *word, enum dialect dialect);
/* Returns the word with this index, from 0, of all choices in a dialect; NULL after the last. */
const char *choice_word_at(const struct choice *choices, int index, enum dialect dialect);
/* Returns the word for a value in a dialect; NULL if it has none. */
const char *choice_word(const struct choice *choices, uint8_t value, enum dialect dialect);

#endif
