/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ip's own command line: the program called as `ip`, and `iproute route …`, `iproute rule …`, with
 * ip's options, abbreviations, output, errors and exit statuses. We run the objects route, rule and
 * mrule; the real `ip` runs all others.
 */
#ifndef IP_IP_H
#define IP_IP_H

#include "ip/nexthop.h"
#include "command/session.h"
#include "change/probe.h"

struct answer;
struct nlmsghdr;

/* Exit statuses of `ip` without an enum status. */
enum ip_status {
	IP_FAILED = 1,  /* no address, no device, a word is missing */
	IP_REFUSED = 2, /* refused by the kernel */
	IP_INVALID = 22,
	IP_WORDS = 255,
};

/* The commands of ip with their own word order: see ip/grammar.h. */
enum ip_grammar {
	GRAMMAR_ROUTE,        /* add, delete …: a struct route */
	GRAMMAR_ROUTE_FILTER, /* show, flush, save: a struct route, without the words of
	                         GRAMMAR_RANGES */
	GRAMMAR_RANGES,       /* a struct ip_ranges */
	GRAMMAR_ROUTE_GET,    /* a struct packet */
	GRAMMAR_RULE,         /* add, delete: a struct rule */
	GRAMMAR_RULE_FILTER,  /* show, flush, save: a struct rule */
	GRAMMARS
};

struct ip {
	struct session *session;
	const char *const
		*all;     /* every word of the command line, for the real `ip`; NULL-terminated */
	int option_count; /* number of words that are options */
	uint8_t family;   /* -4, -6, -f; AF_UNSPEC: the words decide */
	bool oneline, resolve, echo, timestamp, tshort;
	int statistics;        /* number of -s options */
	const char *batch;     /* -batch FILE; NULL: none */
	const char *namespace; /* -netns NAME */
	int batch_word;        /* index of the word -batch */
	bool called;           /* called by the name `ip` */
	bool ended;            /* the error ends a batch even with -force */
	bool in_batch; /* running a line of a batch, where a missing table counts as empty */
	struct nexthop_cache nexthops;    /* nexthop objects shown by the running verb */
	struct keywords *words[GRAMMARS]; /* enum ip_grammar; made when needed */
	struct probes probes;             /* results of earlier probes */
};

struct ip_object;

struct ip_verb {
	const char *word;
	/* Runs the verb; `words` start after it. Returns 0, or -1 with the error in ip's words. */
	int (*run)(struct ip *, const struct ip_verb *, struct words *, struct error *);
	uint16_t type;  /* RTM_… of the request */
	uint16_t flags; /* NLM_F_… */
	bool whole;     /* the word must be written in full */
};

struct ip_object {
	const char *word;
	const struct ip_verb *verbs; /* the last has word NULL; the first is the default */
	const struct object *records;
};

/* Ended by a verb whose word is NULL. */
extern const struct ip_verb ip_route_verbs[];
extern const struct ip_verb ip_rule_verbs[];

/* Returns true if the words (after the program's name) are a command line of ip. */
bool ip_speaks(const char *program, const struct words *words);
/* Runs a command line of ip. Returns 0, or -1 with the error, whose message is to be printed
 * verbatim. */
int ip_run(struct session *session, const char *program, struct words *words, struct error *error);
/* Runs one command after the options: object, verb, words. Returns 0, or -1 with the error. */
int ip_command(struct ip *ip, struct words *words, struct error *error);

/* Runs the lines of ip->batch. Returns 0, or -1 with the error. */
int ip_batch(struct ip *ip, struct error *error);
/* Returns true if the object of these words is ours. */
bool ip_is_ours(const struct words *words);
/* Returns true if these words, after `monitor`, name only objects of ours. */
bool ip_monitor_is_ours(const struct words *words);
/* Prints notifications until it is stopped. Returns 0, or -1 with the error. */
int ip_monitor(struct ip *ip, struct words *words, struct error *error);
/* Enters the namespace of the options. Returns 0, or -1 with the error. */
int ip_enter(const struct ip *ip, struct error *error);

/* Reads the options into *ip and its session. Returns 0, or -1 with the error if one is unknown or
 * lacks its value. */
int ip_options_read(struct ip *ip, struct words *words, struct error *error);

/* ---- the real ip ---- */

/* Executes the real `ip` with the same words: the next program of that name in PATH that isn't this
 * one. Returns only if there is none: -1 with the error. */
int ip_hand_over(const struct ip *ip, struct error *error);
/* Runs the real `ip` with our options and these words; sets *status to its exit status. Returns 0,
 * or -1 with the error. */
int ip_call(const struct ip *ip, const struct words *words, int *status, struct error *error);

/* ---- errors in ip's form ---- */

/* Sets the error to a message that is printed verbatim, and an exit status of `ip`. Returns -1. */
int ip_error(struct error *error, int status, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* Turns the parser's error about the words into ip's sentence. Returns -1. */
int ip_refuse_words(struct ip *ip, const struct parser *parser, const struct object *object,
	struct error *error);
/* ip_is_encap() returns true for a row of an encapsulation and for `encap` itself;
 * ip_refuse_encap() fills the error about such a row with ip's sentence and returns -1. */
bool ip_is_encap(const struct field *field);
int ip_refuse_encap(const struct field *field, const char *word, struct error *error);
/* Sets the error from the kernel's answer, in ip's words. Returns -1. */
int ip_refuse_kernel(const struct answer *answer, struct error *error);
/* Prints the usage of an object to standard error. Returns -1. */
int ip_refuse_usage(struct ip *ip, const struct object *object, struct error *error);

/* ---- shared by the verbs ---- */

/*
 * Takes the lock of the namespace until the command ends; call it before any change. While a change
 * waits to be confirmed, fails for `iproute route` and `iproute rule`, but not for programs that
 * call `ip`, such as a DHCP client, which would not try again later. Returns 0, or -1 with the
 * error.
 */
int ip_lock(struct ip *ip, struct error *error);

/* Returns a parser of the remaining words in ip's dialect, with the family of the options. Its
 * memory is the session's arena. */
struct parser ip_parser(struct ip *ip, struct words *words);
struct view ip_view(const struct ip *ip);
struct writer *ip_writer(struct ip *ip, const struct object *object, const char *prefix);
/* Returns true if the message reports a deletion. */
bool ip_is_delete(const struct nlmsghdr *message);
/* Shows one record from the kernel; in JSON with `deleted` for a deletion. */
void ip_show_message(struct ip *ip, struct writer *writer, const struct object *object,
	const struct nlmsghdr *message, const struct view *view);
/* With -echo, shows the kernel's echo of a change. */
void ip_show_echo(struct ip *ip, const struct object *object, const struct nlmsghdr *message);
/* Sends a record with a row that some kernels ignore. If this kernel ignores it, undoes the change
 * and fails, unlike `ip`; with -force only warns. Returns 0, or -1 with the error. */
int ip_send_verified(struct ip *ip, const struct object *object, const void *record,
	const struct ip_verb *verb, struct error *error);
/* Takes the lock of the namespace, which ip_command() releases; sends one record and, with -echo,
 * shows the kernel's echo. Returns 0, or -1 with the error. */
int ip_send(struct ip *ip, const struct object *object, const void *record,
	const struct ip_verb *verb, struct error *error);
/* Prints a message on standard error. */
void ip_report(const struct ip *ip, const char *text);
#endif
