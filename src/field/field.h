/*
 * Read this first. Everything the program knows about a field of a route or a rule is one row: a
 * struct field. Everything it knows about a sort of value is a struct kind, one file in kind/. The
 * walkers (parse, usage, complete, encode, decode, render, compare) only walk rows.
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
struct completion;
struct decoder;
struct error;
struct field;
struct kind;
struct lexicon;
struct names;
struct object;
struct words;

enum {
	FIELDS_MAX = 96,     /* rows of one object */
	RECORD_MAX = 1024,   /* bytes of one record */
	ATTRIBUTES_MAX = 64, /* attribute types of one message or nest */
	MESSAGE_MAX =
		16 * 1024, /* bytes of one encoded message, at most; longer is refused in parsing */
};

/* A set of rows of one object: bit n of all of them is row n. */
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
/* The lowest row that is left, taken away; -1: none. */
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

/* Whose words are read and written: our own, or `ip`'s. */
enum dialect { DIALECT_OWN, DIALECT_IP };

/* Every record begins so; every value in it begins with a bool that says whether it is given. */
struct record {
	uint8_t family; /* AF_INET, AF_INET6, …; AF_UNSPEC while no word has settled it */
};
struct value {
	bool given;
};

enum field_flags {
	FIELD_POSITIONAL = 1 << 0, /* stands without a word before it: the destination */
	FIELD_BARE = 1 << 1,       /* its values are words of their own: `reject` */
	FIELD_READ_ONLY = 1 << 2,  /* the kernel tells it; words only select by it. A flag of a
	                              listing, given again, is taken for nothing */
	FIELD_INFO = 1 << 3,       /* part of the document's INFO: may follow `route` in a rule */
	FIELD_SHORTHAND = 1 << 4,  /* stands for other words, which are `extra`: `static` */
	FIELD_OWN = 1 << 6,        /* only in our own dialect */
	FIELD_IP = 1 << 7,         /* only in ip's dialect */
	FIELD_SELECTOR = 1 << 9,   /* which packets a rule matches */
	FIELD_ACTION = 1 << 10,    /* what it does with them */
	FIELD_KEY = 1 << 8,        /* part of what tells one record from another in the kernel */
	FIELD_LAST = 1 << 11,      /* in our own dialect shown behind the rest: its words would
	                              claim those that follow */
	FIELD_JOINT = 1 << 12,     /* shares an attribute with others: put_header() and got() of its
	                              object put and get it */
};

/* Families of records, some kernel of which drops a row without a word. */
enum vanishing {
	VANISHES_INET = 1 << 0,
	VANISHES_INET6 = 1 << 1,
	VANISHES_MULTICAST = 1 << 2, /* RTNL_FAMILY_IPMR and IP6MR: rules only */
	VANISHES_MPLS = 1 << 3,
	VANISHES_ANY = 0xff,
};

/* What a listing shows, and how. */
struct view {
	struct names *names;
	enum dialect dialect;
	bool numeric;    /* -N: no names */
	bool details;    /* -d: also what is usually left out */
	bool statistics; /* -s */
	bool complete;   /* everything that a restore needs */
	bool resolve;    /* -r of ip: hosts by their names */
	bool plain;      /* devices have no colour: in ip's lists of nexthops */
	bool oneline;    /* -o: no line breaks inside a record */
	bool columns;    /* cells of a table: class and tos as bare numbers */
	uint8_t family;  /* what a reader will assume where no word says it; AF_UNSPEC: AF_INET */
	struct rows hidden; /* rows that are not shown (`ip` hides what the filter says) */
};

struct field {
	const char *word;     /* the grammar's word, in our dialect: "gw" */
	const char *synonyms; /* parted by blanks: "via"; or NULL */
	const char *ip_word;  /* in ip's dialect, where it differs */
	const char *ip_key;   /* ip's JSON key, where it is not ip's word */
	const struct kind *kind;
	uint16_t offset;    /* of the value in the record */
	uint16_t attribute; /* RTA_…, FRA_…; 0: in the header only */
	uint16_t also; /* a second attribute of the value (a mask, another form of it); 0: none */
	uint16_t nest; /* the attribute that holds it (RTA_METRICS); 0: none. Neighbours share one
	                  nest */
	/* In ip's JSON a list of this name holds the values of such neighbours: "flags" even if
	 * there is none; of "metrics" the only item is an object. */
	const char *ip_group;
	uint16_t header;   /* of the byte in the family header that belongs to it; 0: none */
	uint32_t bits;     /* flags: which bits of that header word or attribute */
	uint32_t flags;    /* enum field_flags */
	uint8_t vanishes;  /* enum vanishing: of which families it must be read back */
	const void *extra; /* what the kind wants to know: choices, a name set, a range, an object.
	                      Without a kind: the words it stands for, or NULL: it is gone, and
	                      `help` says what there is instead */
	/* Does a listing show it? NULL: when it is given. For defaults that reading assumes anyway.
	 */
	bool (*shown)(const struct field *field, const void *record, const struct view *view);
	/* Does it go into a message? NULL: when it is given and not FIELD_READ_ONLY. */
	bool (*sent)(const struct field *field, const void *record);
	const char *help; /* one line, without a full stop: usage, manual, completion */
	const char
		*blame; /* pieces of the kernel's sentences that mean this field, parted by '|' */
	const char *sample; /* words that set it, in canonical form: for tests and the manual */
};

/* Where a line's words are, while it is read. */
struct parser {
	struct words *words;
	struct names *names;
	struct arena *arena;           /* for what varies in length */
	const struct lexicon *lexicon; /* of what is being read: lexicon_inner() asks it */
	enum dialect dialect;
	uint8_t family;  /* AF_UNSPEC until a word or an option settles it */
	int family_word; /* the word that settled it; -1: an option */
	bool filter;     /* the words select records, they do not make one */
	bool listed;     /* they are of a listing: what a kernel keeps is right */
	bool locked;     /* a metric was given with its lock */
	/* For ip's sentences about what is wrong: the row that is being read, NULL: none. */
	const struct field *field;
	bool help;     /* a word asked for help: reading ended there, with an error */
	int fib_model; /* 0, 1, 2: the document's */
};

/* Which words gave each row of a record: indexes; -1: none. */
struct origin {
	const struct object *object;
	int16_t word[FIELDS_MAX];  /* the row's own word */
	int16_t value[FIELDS_MAX]; /* the first word of its value; its own, if it takes none */
};

/* A message, taken apart once, that rows get their values from. */
struct message {
	const struct decoder *decoder; /* which rows know which attributes */
	const struct nlmsghdr *header;
	const uint8_t *family_header; /* struct rtmsg, struct fib_rule_hdr, … */
	const struct nlattr *attribute[ATTRIBUTES_MAX];
	uint16_t nest; /* the nest in nested[]; 0: none yet */
	const struct nlattr *nested[ATTRIBUTES_MAX];
	struct arena *arena; /* for what varies in length */
};

/* One sort of value. Values begin with struct value. Unset functions: the kind cannot do that. */
struct kind {
	const char *syntax; /* of the value in usage: "ADDR"; empty: none follows the word */
	size_t size;        /* of the value, in bytes */
	/*
	 * Reads the value from the words after the field's word (for a bare or positional field:
	 * from the word itself), sets `given`. 0, or -1 with the error pointing at the word.
	 */
	int (*parse)(struct parser *, const struct field *, void *value, struct error *);
	/* Adds header bytes and attributes to a message that has room for MESSAGE_MAX bytes. */
	void (*put)(struct nlmsghdr *, const struct field *, const void *value);
	/* Takes the value from a message if it is there, else leaves it not given. Sizes are
	 * checked. A row with an attribute and no header byte is asked only when that attribute
	 * (the other one, its nest) is there. */
	void (*get)(struct message *, const struct field *, void *value);
	/* Shows a value that is given. */
	void (*write)(
		struct writer *, const struct field *, const void *value, const struct view *);
	/* Are two given values the same? NULL: compared by all bytes behind `given`. */
	bool (*same)(const void *a, const void *b);
	/* Does `value`, given or not, lie in what `wanted` selects? NULL: when it is given and
	 * the same. */
	bool (*fits)(const void *value, const void *wanted);
	/* Offers values that begin with what is typed. */
	void (*complete)(struct completion *, const struct field *);
	/* The words that FIELD_BARE puts among the keywords: index from 0; NULL: no more. */
	const char *(*bare)(const struct field *, int index, enum dialect);
	bool rest;    /* it takes the attributes that no other row of the object knows */
	bool repeats; /* its word may come again: each time adds to the value */
	bool inner;   /* the field's `extra` is the object of records inside: lexicon_inner() */
	/*
	 * Of a value that was sent: the field itself, or the row inside of it, that some kernel
	 * drops or changes without a word, and that `told`, what the kernel made of it, does not
	 * have so. `told` NULL: that it may drop. NULL: none. Unset: only `vanishes` counts.
	 */
	const struct field *(*lost)(
		const struct field *, const void *sent, const void *told, uint8_t family);
	/* The object whose words may follow the first word of a value; NULL: none. */
	const struct object *(*inside)(const char *word);
	/* Copies what a given value points at into another arena. NULL: it points at nothing. */
	void (*keep)(void *value, struct arena *arena);
	/* Given already: does the next word also belong to it (INFO after `route`)? NULL: no. */
	bool (*claims)(const struct parser *, const struct field *, const char *word);
};

/* A sort of record that the kernel keeps. */
struct object {
	const char *name;           /* "route" */
	const struct field *fields; /* in the order of a listing */
	int count;
	size_t size;                           /* of the record */
	size_t header_size;                    /* of the family header in a message */
	uint16_t type_new, type_del, type_get; /* RTM_… */
	/*
	 * When all words are read: what follows from them (defaults, the class), and what
	 * contradicts itself. `del`: the words select, so nothing is assumed. 0, or -1 with the
	 * error.
	 */
	int (*finish)(const struct parser *, void *record, const struct origin *, bool del,
		struct error *);
	const char
		*ip_order; /* of its words, where ip reads it inside another: lexicon_ordered() */
	/* Header bytes that no row owns, attributes that several rows share (FIELD_JOINT); called
	 * before the rows. May be NULL. */
	void (*put_header)(struct nlmsghdr *, const void *record);
	/* After the rows of a decoded record: what follows from them. May be NULL. */
	void (*got)(struct message *, void *record);
	bool once; /* no word of it may come twice, in ip's dialect neither */
};

/* The row whose word or bare value, in our own dialect, this is; NULL: none. For code that needs
 * one row. */
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
/* May a kernel take a record of this family and drop the field without a word? */
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
/* Is it one of the words of the field, in any dialect? */
bool field_has_word(const struct field *field, const char *word);
/* What the field is called in a dialect. */
const char *field_word(const struct field *field, enum dialect dialect);
struct label field_label(const struct field *field, enum dialect dialect);

/* ---- for kinds: reading words ---- */

/* The value of a field: the next word. NULL with the error `gw needs ADDR after it`. */
const char *parser_value(struct parser *parser, const struct field *field, struct error *error);
/* Refuses the word just taken; returns -1. */
int parser_refuse(struct parser *parser, struct error *error, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* The same in ip's words: a word that has come already comes again, with this value. */
int parser_refuse_again(
	struct parser *parser, struct error *error, const char *word, const char *value);
/* The word just taken belongs to this family: 0, or -1 if another family is settled. */
int parser_settle(struct parser *parser, uint8_t family, struct error *error);

/* ---- for kinds: messages ---- */

/* The attribute of a field inside its nest; NULL: absent. */
const struct nlattr *message_nested(struct message *message, const struct field *field);
/* The attribute of a field, in its nest if it has one; NULL: absent or shorter than `size` bytes.
 */
static inline const struct nlattr *message_attribute(
	struct message *message, const struct field *field, size_t size)
{
	const struct nlattr *attribute =
		field->nest ? message_nested(message, field) : message->attribute[field->attribute];

	return attribute && attribute->nla_len >= NLA_HDRLEN + size ? attribute : NULL;
}
/* The byte of the family header that belongs to the field. */
static inline uint8_t message_header(const struct message *message, const struct field *field)
{
	return message->family_header[field->header];
}
uint8_t *header_byte(struct nlmsghdr *message, const struct field *field);

#endif
