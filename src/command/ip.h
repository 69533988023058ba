/*
 * ip's own command line: the program called as `ip`, and `iproute route …`, `iproute rule …`. It
 * has ip's options, abbreviations, output, errors and exit statuses. The objects route, rule and
 * mrule are ours; every other one is handed to the real `ip`.
 */
#ifndef COMMAND_IP_H
#define COMMAND_IP_H

#include "command/ip_nexthop.h"
#include "command/session.h"
#include "policy/probe.h"

struct answer;
struct nlmsghdr;

/* What `ip` ends with where we have no status of that name. */
enum ip_status {
	IP_FAILED = 1,  /* no address, no device, a word is missing */
	IP_REFUSED = 2, /* by the kernel */
	IP_INVALID = 22,
	IP_WORDS = 255,
};

struct ip {
	struct session *session;
	const char *const
		*all;     /* every word of the command line, for handing over; ended by NULL */
	int option_count; /* how many of them are options */
	uint8_t family;   /* -4, -6, -f; AF_UNSPEC: the words say */
	bool oneline, resolve, echo, timestamp, tshort;
	int statistics;        /* how often -s was given */
	const char *batch;     /* -batch FILE; NULL: none */
	const char *namespace; /* -netns NAME */
	int batch_word;        /* where the option of the batch stands */
	bool ended;            /* after such an error `ip` goes on with no line of a batch */
	bool in_batch;         /* a line of a batch is run: missing tables are empty ones there */
	struct ip_nexthops nexthops; /* told while one verb runs */
	struct lexicon *words[6];    /* enum ip_grammar; made when needed */
	struct probes probes;        /* what the kernel is known to keep of rules */
};

enum ip_grammar {
	GRAMMAR_ROUTE,
	GRAMMAR_ROUTE_FILTER,
	GRAMMAR_RANGES,
	GRAMMAR_ROUTE_GET,
	GRAMMAR_RULE,
	GRAMMAR_RULE_FILTER,
};

struct ip_object;

struct ip_verb {
	const char *word;
	/* The words stand behind the verb. 0, or -1 with the error in ip's form. */
	int (*run)(struct ip *, const struct ip_verb *, struct words *, struct error *);
	uint16_t type;  /* RTM_… of the request */
	uint16_t flags; /* NLM_F_… */
	bool whole;     /* no beginning of the word stands for it */
};

struct ip_object {
	const char *word;
	const struct ip_verb *verbs; /* up to word NULL; the first is the one when none is given */
	const struct object *records;
};

/* Up to word NULL. */
extern const struct ip_verb ip_route_verbs[];
extern const struct ip_verb ip_rule_verbs[];

/* Are these words (behind the program's name) for ip's command line? */
bool ip_speaks(const char *program, const struct words *words);
/* Runs them. 0, or -1 with the error: its message as it stands is for standard error. */
int ip_run(struct session *session, struct words *words, struct error *error);
/* One command behind the options: object, verb, words. */
int ip_command(struct ip *ip, struct words *words, struct error *error);

/* The lines of ip->batch. 0, or -1 with the error. */
int ip_batch(struct ip *ip, struct error *error);
/* Is the object of these words ours? */
bool ip_is_ours(const struct words *words);
/* Are these words, behind `monitor`, about objects of ours alone? */
bool ip_monitor_is_ours(const struct words *words);
/* Tells what happens, until it is stopped. 0, or -1 with the error. */
int ip_monitor(struct ip *ip, struct words *words, struct error *error);
/* Goes to the namespace of the options. 0, or -1 with the error. */
int ip_enter(const struct ip *ip, struct error *error);

/* Reads the options into *ip and its session. -1: one is unknown or lacks its value. */
int ip_options_read(struct ip *ip, struct words *words, struct error *error);

/* ---- handing over ---- */

/*
 * Becomes the real `ip`: the next program of that name in PATH that is not this one, with the same
 * words. Returns only if there is none: -1 with the error.
 */
int ip_hand_over(const struct ip *ip, struct error *error);
/* Runs the real `ip` with our options and these words; *status is what it ended with. */
int ip_call(const struct ip *ip, const struct words *words, int *status, struct error *error);

/* ---- errors in ip's form ---- */

int ip_error(struct error *error, int status, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* Puts what is wrong with the words, as the walkers found it, into ip's sentence. Returns -1. */
int ip_refuse_words(struct ip *ip, const struct parser *parser, const struct object *object,
	struct error *error);
/* The same for a row of an encapsulation, or for `encap` itself. */
bool ip_is_encap(const struct field *field);
int ip_refuse_encap(const struct field *field, const char *word, struct error *error);
/* The kernel's answer in ip's form. Returns -1. */
int ip_refuse_kernel(const struct answer *answer, struct error *error);
/* The usage of an object goes to standard error. Returns -1. */
int ip_refuse_usage(struct ip *ip, const struct object *object, struct error *error);

/* ---- what the verbs share ---- */

/* Names and the kernel are there after it. 0, or -1. */
struct parser ip_parser(struct ip *ip, struct words *words);
const struct lexicon *ip_words(struct ip *ip, enum ip_grammar grammar);
struct view ip_view(const struct ip *ip);
struct writer *ip_writer(struct ip *ip, const struct object *object, const char *prefix);
/* Does the message tell of a deletion? */
bool ip_is_delete(const struct nlmsghdr *message);
/* One record as the kernel tells it, `deleted` in JSON if it says so. */
void ip_show_message(struct ip *ip, struct writer *writer, const struct object *object,
	const struct nlmsghdr *message, const struct view *view);
/* With -echo: what the kernel tells of a change. */
void ip_show_echo(struct ip *ip, const struct object *object, const struct nlmsghdr *message);
/*
 * Sends a record that has something which some kernel drops without a word: that is an error here
 * too, unlike with `ip`, and undone; but with -force a warning. 0, or -1.
 */
int ip_send_doubtful(struct ip *ip, const struct object *object, const void *record,
	const struct ip_verb *verb, struct error *error);
/* Sends one record and, with -echo, shows what comes back. 0, or -1 with the error. */
int ip_send(struct ip *ip, const struct object *object, const void *record,
	const struct ip_verb *verb, struct error *error);
/* Tells something beside the result on standard error. */
void ip_tell(const struct ip *ip, const char *text);
#endif
