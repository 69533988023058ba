/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Shared by the verbs about rules. */
#ifndef COMMAND_RULES_H
#define COMMAND_RULES_H

#include "base/vector.h"
#include "command/session.h"
#include "model/rule.h"

/* A rule in words, and the transaction whose policy has the existing rules. */
struct rule_request {
	struct rule rule;
	struct origin origin;
	struct words *words;
	struct transaction *transaction;
	bool records; /* comparing needs the own records of the existing rules */
};

/*
 * Reads the words into *request. `del`: the words select an existing rule. Returns 0, or -1 with
 * the error.
 */
int rule_request_read(struct session *session, struct words *words, struct transaction *transaction,
	bool del, struct rule_request *request, struct error *error);

/*
 * Fills `rules` (struct rule; zeroed, freed by the caller) with the rules of a family (AF_UNSPEC:
 * of both), each with its own record; both are in the session's arena. Warns if they kept changing.
 * Returns 0, or -1 with the error.
 */
int rules_load(struct session *session, uint8_t family, struct vector *rules, struct error *error);

/* Returns true if both rules match the same packets. */
bool rules_select_alike(const struct rule *a, const struct rule *b);
/*
 * Returns true if both rules match the same packets and `a`, which exists, does the same with them
 * as `b`. Compares private classes by their own records; a removed record of `a` matches any.
 * Preferences may differ. Does not compare the nftables part of `a` if it is lost.
 */
bool rules_alike(const struct rule *a, const struct rule *b);

/*
 * Fills `found` (struct rule, freed by the caller) with the rules that `fits` accepts, as the
 * transaction will leave them, each with its own record. `neighbours`: the rules to search. Returns
 * 0, or -1 with the error.
 */
int rules_find(struct session *session, struct rule_request *request, enum neighbours neighbours,
	bool (*fits)(const struct rule *rule, const struct rule_request *request),
	struct vector *found, struct error *error);

/* Adds the rules of `found` to the error's hint, after the line `lead`. Returns -1. */
int rules_hint(
	struct session *session, const struct vector *found, const char *lead, struct error *error);

/*
 * Warns of nftables parts that belong to no rule. `rules`: all rules of the family (AF_UNSPEC: of
 * both).
 */
void rules_report_orphans(struct session *session, uint8_t family, const struct vector *rules);

#endif
