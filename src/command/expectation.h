/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An `expect` line: packets, and what must happen to all of them. */
#ifndef COMMAND_EXPECTATION_H
#define COMMAND_EXPECTATION_H

#include "command/subject.h"
#include "lookup/policy_set.h"

enum { WANTS_MAX = 12 };

/* One of the words after the packet. */
struct want {
	enum want_kind {
		WANT_VIA,
		WANT_DEVICE,
		WANT_CLASS,
		WANT_RULE,
		WANT_SOURCE,
		WANT_LOCAL,
		WANT_REJECT,
		WANT_PROHIBIT,
		WANT_DROP,
		WANT_UNREACHABLE, /* rejected, or no route at all */
		WANT_MASQ,
	} kind;
	struct address address;
	uint32_t number;    /* a class or a preference */
	const char *device; /* borrowed from the words */
};

struct expectation {
	struct rule packets; /* only its selector: the packets in question */
	bool never;          /* `never`: no packet may be treated so */
	struct want want[WANTS_MAX];
	int count;
};

/* Reads the words after `expect`. Returns 0, or -1 with the error. */
int expectation_read(struct session *session, struct words *words, struct policy_sets *sets,
	struct expectation *expectation, struct error *error);

/* The result of the model for an expectation. */
struct judgement {
	bool holds;
	bool any;              /* there are such packets; if not, the expectation holds */
	struct packet witness; /* one for which it does not hold; if it holds, any of its packets */
};

/*
 * Judges an expectation for all its packets. Also follows a single incoming packet through the
 * checks of its source. Returns 0, or -1 with the error.
 */
int expectation_judge(struct session *session, const struct expectation *expectation,
	struct policy_sets *sets, const struct policy_set *policy, struct judgement *judgement,
	struct error *error);

/*
 * Asks the kernel about a packet of an expectation that holds. Sets *agrees to false if the
 * kernel's answer differs from the model's, or if the model allows several hops and the kernel
 * chooses one that is not expected; then appends the packet and both answers to `answers`. Sets
 * *agrees to true if the kernel can't be asked: see expectations_prove(). Returns 0, or -1 with the
 * error.
 */
int expectation_ask(struct session *session, const struct subject *subject,
	const struct expectation *expectation, const struct packet *packet, bool *agrees,
	struct buffer *answers, struct error *error);

/* Returns the input device of the packets if the snapshot has no device of this name: then there
 * are no such packets and the expectation holds. Otherwise returns NULL. */
const char *expectation_missing_device(
	const struct expectation *expectation, const struct snapshot *snapshot);

/*
 * Proves `expect` lines (struct words, each starting with `expect`) on an open subject, for all
 * their packets with the model. If the subject is the kernel, then asks it about one packet of each
 * line, unless RTM_GETROUTE cannot express the packet (see kernel_ask()) or its input device is
 * down. Does not ask about what nftables changes: the source of `masq` and `nat`. Returns 0, or -1
 * with the error: STATUS_NO with the first line that does not hold, or for which the kernel's
 * answer differs from the model's; then *disagrees is true. `warns`: reports lines whose input
 * device does not exist.
 */
int expectations_prove(struct session *session, struct subject *subject, const struct vector *lines,
	bool warns, bool *disagrees, struct error *error);
/*
 * Writes the lines that do not hold to `writer`, or as text if it is NULL, each with the outcome of
 * a packet for which it does not. Adds their number to *shown. Reports lines whose input device
 * does not exist. Returns 0, or -1 with the error.
 */
int expectations_show_broken(struct session *session, struct subject *subject,
	const struct vector *lines, struct writer *writer, size_t *shown, struct error *error);

#endif
