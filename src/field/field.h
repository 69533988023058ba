/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Read this first. Everything the program knows about a field of a route or a rule is one row: a
 * struct field. Everything it knows about a type of value is a struct kind, one file in kind/. The
 * walkers (parse, usage, complete, encode, decode, render, compare) use nothing but rows.
 */
#ifndef FIELD_FIELD_H
#define FIELD_FIELD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#include <linux/netlink.h>

#include "output/writer.h"

struct arena;
struct cacheinfo;
struct choice;
struct completion;
struct error;
struct field;
struct kind;
struct keywords;
struct names;
struct message;
struct object;
struct range;
struct words;

enum {
	FIELDS_MAX = 96,     /* rows of one object */
	RECORD_MAX = 1024,   /* bytes of one record */
	ATTRIBUTES_MAX = 64, /* attribute types of one message or nest */
	/* Maximum bytes of an encoded message; parsing refuses longer ones. The kernel accepts
	 * larger ones, but can't list those above 32 KiB. */
	MESSAGE_MAX = 64 * 1024,
};

/* A set of rows of one object: bit n stands for row n. */
struct rows {
	uint64_t word[2];
};
static inline void rows_add(struct rows *rows, int row)
{
	rows->word[row / 64] |= 1ULL << row % 64;
}
static inline void rows_remove(struct rows *rows, int row)
{
	rows->word[row / 64] &= ~(1ULL << row % 64);
}
static inline bool rows_have(const struct rows *rows, int row)
{
	return rows->word[row / 64] >> row % 64 & 1;
}
/* Removes the lowest row from the set and returns it; -1 if the set is empty. */
static inline int rows_take(struct rows *rows)
{
	uint64_t low = rows->word[0];
	uint64_t high = rows->word[1];

	if (low) {
		rows->word[0] = low & (low - 1);
		return __builtin_ctzll(low);
	}
	if (!high)
		return -1;
	rows->word[1] = high & (high - 1);
	return 64 + __builtin_ctzll(high);
}

/* The dialect of words: our own, or that of `ip`. */
enum dialect { DIALECT_OWN, DIALECT_IP };

/* Every record starts with a struct record, and every value in it with a bool: whether it is
 * given. */
struct record {
	uint8_t family; /* AF_INET, AF_INET6, …; AF_UNSPEC while no word has decided it */
};
struct value {
	bool given;
};

enum field_flags {
	FIELD_POSITIONAL = 1 << 0, /* its value needs no word before it: the destination */
	FIELD_BARE = 1 << 1,       /* its values are keywords: `reject` */
	FIELD_READ_ONLY = 1 << 2,  /* only the kernel sets it; words can only select by it. A flag
	                              from a listing that is given again is ignored */
	FIELD_INFO = 1 << 3,       /* part of the document's INFO: may follow `route` in a rule */
	FIELD_SHORTHAND = 1 << 4,  /* an abbreviation for the words in `stands_for`: `static` */
	FIELD_HOST_BITS = 1 << 5,  /* a prefix that a listing may show with host bits */
	FIELD_OWN = 1 << 6,        /* only in our own dialect */
	FIELD_IP = 1 << 7,         /* only in ip's dialect */
	FIELD_SELECTOR = 1 << 9,   /* a selector of a rule */
	FIELD_ACTION = 1 << 10,    /* an action of a rule */
	FIELD_KEY = 1 << 8,        /* the kernel distinguishes records by it */
	FIELD_LAST = 1 << 11,      /* our own dialect shows it last, because it would take the words
	                              after it */
	FIELD_JOINT = 1 << 12, /* shares an attribute with other rows: put_header() and got() of the
	                          object handle it */
};

/* Families in which some kernel ignores a row without an error. */
enum vanishing {
	VANISHES_INET = 1 << 0,
	VANISHES_INET6 = 1 << 1,
	VANISHES_MULTICAST = 1 << 2, /* RTNL_FAMILY_IPMR and IP6MR: rules only */
	VANISHES_MPLS = 1 << 3,
	VANISHES_ANY = 0xff,
};

/* The content and form of a listing. */
struct view {
	struct names *names;
	enum dialect dialect;
	bool numeric;    /* -N: no names */
	bool details;    /* -d: show more fields */
	bool statistics; /* -s */
	bool complete;   /* everything that restore needs */
	bool resolve;    /* ip's -r: show host names */
	bool plain;      /* don't colour devices: ip's lists of nexthops */
	bool oneline;    /* -o: no line breaks inside a record */
	bool columns;    /* cells of a table: class and tos as bare numbers */
	uint8_t family; /* the family that a reader of the output assumes without a word; AF_UNSPEC:
	                   AF_INET */
	struct rows hidden; /* rows that are not shown (`ip` hides those that the filter gives) */
};

struct field {
	const char *word;     /* the grammar's word, in our dialect: "gw" */
	const char *synonyms; /* separated by blanks: "via"; or NULL */
	const char *ip_word;  /* the word in ip's dialect, if it differs */
	const char *ip_key;   /* ip's JSON key, if it isn't ip's word */
	const struct kind *kind;
	uint16_t offset;    /* of the value in the record */
	uint16_t attribute; /* RTA_…, FRA_…; 0: in the header only */
	uint16_t also; /* a second attribute of the value (a mask, another form of it); 0: none */
	uint16_t nest; /* the attribute that contains it (RTA_METRICS); 0: none. Successive rows
	                  with the same nest share it */
	/* ip's JSON has the values of successive rows with the same group in a list of this name.
	 * "flags" is there even if it is empty; "metrics" has one item, an object. */
	const char *ip_group;
	uint16_t header;  /* offset of its byte in the family header; 0: none */
	uint8_t vanishes; /* enum vanishing: families in which some kernel ignores it, so it is read
	                     back */
	uint32_t flags;   /* enum field_flags */
	/*
	 * Members that kinds read. kind->needs and kind->takes declare which ones (enum
	 * row_member); 0 or NULL: not set.
	 */
	const struct choice *choices;     /* words and their numbers; the last has no word */
	const struct range *range;        /* the valid numbers; not set: all */
	const struct object *inner;       /* the object of the records inside the value */
	const uint16_t *padding;          /* attribute types without a meaning; the last is 0 */
	const struct cacheinfo *reported; /* a member of RTA_CACHEINFO */
	uint32_t bits;                    /* bits of the header word at `header` */
	uint8_t address_family;           /* AF_…, regardless of the record's family */
	uint8_t unit;                     /* kernel units per millisecond */
	uint8_t width;                    /* of the attribute, in bytes; not set: 1 */
	uint8_t names;                    /* enum name_set: names for the numbers */
	const char *ip_text;              /* ip's text in place of the word */
	const char *ip_second_key; /* ip's JSON key of the second part: a mask, a prefix length */
	/* FIELD_SHORTHAND: the words that it stands for; NULL: it is obsolete, and `help` gives the
	 * replacement. */
	const char *stands_for;
	/* Returns true if a listing shows the field; used to hide defaults that a reader assumes.
	 * NULL: shown if given. */
	bool (*shown)(const struct field *field, const void *record, const struct view *view);
	/* Returns true if messages contain the field. NULL: if it is given and not
	 * FIELD_READ_ONLY. */
	bool (*sent)(const struct field *field, const void *record);
	const char *help;   /* one line, without a full stop: usage, manual, completion */
	const char *blame;  /* parts of the kernel's error texts that mean this field, separated by
	                       '|' */
	const char *sample; /* words that set it, in canonical form, for tests and the manual */
};

/* The state of reading one line. */
struct parser {
	struct words *words;
	struct names *names;
	struct arena *arena; /* memory of values of variable length */
	const struct keywords
		*keywords; /* keywords of the record being read, for keywords_inner() */
	enum dialect dialect;
	uint8_t family;  /* AF_UNSPEC until a word or an option decides it */
	int family_word; /* index of the word that decided it; -1: an option */
	bool filter;     /* the words select records instead of making one */
	bool listed;     /* the words are from a listing: accept everything that a kernel can
	                    have */
	bool absent;     /* accept devices that do not exist: see names_device_absent() */
	bool locked;     /* a metric was given with `lock` */
	int value;       /* index of the word to blame for the value; -1: its first */
	int fib_model;   /* the document's fib_model: 0, 1, 2 */
};

/* The index of the word that gave each row of a record; -1: none. */
struct origin {
	const struct object *object;
	int16_t word[FIELDS_MAX];  /* the row's own word */
	int16_t value[FIELDS_MAX]; /* the first word of its value, or its own */
};

/* The members of a row that kinds may read. */
enum row_member {
	MEMBER_BITS = 1 << 0,
	MEMBER_CHOICES = 1 << 1,
	MEMBER_RANGE = 1 << 2,
	MEMBER_NAMES = 1 << 3,
	MEMBER_INNER = 1 << 4,
	MEMBER_PADDING = 1 << 5,
	MEMBER_REPORTED = 1 << 6,
	MEMBER_ADDRESS_FAMILY = 1 << 7,
	MEMBER_UNIT = 1 << 8,
	MEMBER_WIDTH = 1 << 9,
	MEMBER_IP_TEXT = 1 << 10,
	MEMBER_IP_SECOND_KEY = 1 << 11,
	MEMBER_STANDS_FOR = 1 << 12,
};

/* One type of value, whose struct starts with struct value. The kind does not support operations
 * whose function is NULL, unless noted. */
struct kind {
	const char
		*syntax; /* the value's name in usage: "ADDR"; empty: no value follows the word */
	size_t size;     /* of the value, in bytes */
	uint16_t needs;  /* enum row_member: members that each of its rows must set */
	uint16_t takes;  /* enum row_member: members that they may set */
	/*
	 * Reads the value from the words after the field's word (for a bare or positional field:
	 * from the word itself) and sets `given`. Returns 0, or -1 with the error at the word at
	 * fault.
	 */
	int (*parse)(struct parser *, const struct field *, void *value, struct error *);
	/* Adds header bytes and attributes to a message with room for MESSAGE_MAX bytes. */
	void (*put)(struct nlmsghdr *, const struct field *, const void *value);
	/*
	 * Reads the value from a message and checks sizes; leaves it not given if it is absent. For
	 * a row with an attribute and without a header byte, called only if the message has that
	 * attribute (or `also`, or the nest).
	 */
	void (*get)(struct message *, const struct field *, void *value);
	/* Writes a value that is given. */
	void (*write)(
		struct writer *, const struct field *, const void *value, const struct view *);
	/* Returns true if two given values are the same. NULL: compares all bytes after `given`. */
	bool (*same)(const void *a, const void *b);
	/* Returns true if `wanted` selects `value`, which may not be given. NULL: true if it is
	 * given and the same. */
	bool (*fits)(const void *value, const void *wanted);
	/* Offers values that start with the typed text. */
	void (*complete)(struct completion *, const struct field *);
	/* Returns the keyword with this index, from 0, of a FIELD_BARE row; NULL after the last. */
	const char *(*bare)(const struct field *, int index, enum dialect);
	bool rest;      /* the row takes the attributes that no other row of the object has */
	bool nest_rest; /* the row takes the attributes of its nest with types higher than any row
	                   has */
	bool repeats;   /* the word may be repeated: each adds to the value */
	bool inner;     /* the value contains records of the row's `inner`: see keywords_inner() */
	/*
	 * Finds what the kernel ignored or changed without an error: compares the value sent with
	 * the one `reported` by the kernel. Returns the field, or the row inside it, that was lost;
	 * NULL if nothing was. If `reported` is NULL, returns what some kernel may ignore. If lost
	 * is NULL, only `vanishes` counts.
	 */
	const struct field *(*lost)(
		const struct field *, const void *sent, const void *reported, uint8_t family);
	/* Returns the object whose words may follow the first word of a value; NULL: none. */
	const struct object *(*inside)(const char *word);
	/* Copies the memory that a given value points to into another arena. NULL: values contain
	 * no pointers. */
	void (*keep)(void *value, struct arena *arena);
	/* Returns true if words that start with this one, after the row's own word, add to a
	 * selector that is given already (`match` to `root`). NULL: never. */
	bool (*adds)(const void *value, const char *word);
	/* Returns true if the next word also belongs to the value, which is given already (INFO
	 * after `route`). NULL: never. */
	bool (*goes_on)(const struct parser *, const struct field *, const char *word);
	/* Returns true if the words of this value would take those after it: our own dialect shows
	 * it last, like FIELD_LAST. NULL: never. */
	bool (*takes_after)(const struct field *, const void *value);
};

/* A type of record that the kernel keeps. */
struct object {
	const char *name;           /* "route" */
	const struct field *fields; /* in the order of a listing */
	int count;
	size_t size;                           /* of the record */
	size_t header_size;                    /* of the family header in a message */
	uint16_t type_new, type_del, type_get; /* RTM_… */
	/* Called after all words are read: sets defaults and the class, and refuses contradictions.
	 * `del`: the words select, so sets no defaults. Returns 0, or -1 with the error. */
	int (*finish)(const struct parser *, void *record, const struct origin *, bool del,
		struct error *);
	const char *ip_order; /* order of its words where ip reads it inside another: see
	                         keywords_ordered() */
	/* Adds header bytes that no row has, and attributes that several rows share (FIELD_JOINT).
	 * Called before the rows. May be NULL. */
	void (*put_header)(struct nlmsghdr *, const void *record);
	/* Called after the rows of a decoded record, to set values that depend on several rows. May
	 * be NULL. */
	void (*got)(struct message *, void *record);
	bool once; /* no word may come twice, not even in ip's dialect */
};

/* Returns the row with this word or bare value in our own dialect; NULL if there is none. For code
 * that needs one row. */
const struct field *object_field(const struct object *object, const char *word);

static inline void *field_value(const struct field *field, void *record)
{
	return (char *)record + field->offset;
}
static inline const void *field_peek(const struct field *field, const void *record)
{
	return (const char *)record + field->offset;
}
static inline bool field_given(const struct field *field, const void *record)
{
	return ((const struct value *)field_peek(field, record))->given;
}
/* Returns true if some kernel ignores the field in records of this family without an error. */
static inline bool field_vanishes(const struct field *field, uint8_t family)
{
	if (!field->vanishes)
		return false;
	switch (family) {
	case AF_INET:
		return field->vanishes & VANISHES_INET;
	case AF_INET6:
		return field->vanishes & VANISHES_INET6;
	case AF_MPLS:
		return field->vanishes & VANISHES_MPLS;
	default:
		return field->vanishes & VANISHES_MULTICAST;
	}
}
/* For field->shown: shows state that the kernel reports, which restore doesn't need. */
bool field_shown_state(const struct field *field, const void *record, const struct view *view);
/* Returns the members of enum row_member that the row sets. */
uint16_t field_members(const struct field *field);
/* Returns the highest attribute type of the object's rows in this nest (0: outside of nests,
 * including the nests themselves); 0 if no row has one. */
uint16_t object_highest(const struct object *object, uint16_t nest);
/* Returns true if the word is one of the field's, in any dialect. */
bool field_has_word(const struct field *field, const char *word);
/* Returns the field's word in a dialect. */
const char *field_word(const struct field *field, enum dialect dialect);
struct label field_label(const struct field *field, enum dialect dialect);

/* ---- for kinds: reading words ---- */

/* Takes the next word as the value of a field. Returns NULL with the error `gw needs ADDR after it`
 * if there is none. */
const char *parser_value(struct parser *parser, const struct field *field, struct error *error);
/* Skips the next word if it is `word`: then errors mark the word after it (gw inet6 ADDR). Returns
 * true if it did. */
bool parser_accept(struct parser *parser, const char *word);
/* Sets an error at the word that was taken last; returns -1. */
int parser_refuse(struct parser *parser, struct error *error, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* As parser_refuse() (FAULT_TWICE), for `word` that is repeated with `value`; both are borrowed. */
int parser_refuse_again(
	struct parser *parser, struct error *error, const char *word, const char *value);
/* Decides the family, because the word that was taken last belongs to it. Returns 0, or -1 with the
 * error if another family was decided before. */
int parser_settle(struct parser *parser, uint8_t family, struct error *error);

/* ---- for kinds: messages; received.h has what reads them ---- */

/* Returns the field's byte of the family header of a message that is being built. */
uint8_t *header_byte(struct nlmsghdr *message, const struct field *field);

#endif
