/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A finding of `check`, and the functions that make findings. */
#ifndef COMMAND_FINDING_H
#define COMMAND_FINDING_H

#include "base/buffer.h"
#include "command/subject.h"
#include "lookup/policy_set.h"

struct finding {
	const char *code;        /* stable, for scripts and `# check: ignore` */
	const struct rule *rule; /* NULL: none */
	char *text;
	char *fix;   /* commands, one per line; NULL: none */
	char *owner; /* the protocol of another program that owns the rule, so that there is no
	                fix; NULL: none */
	struct packet witness;
	bool has_witness;
};

/* One run of check. */
struct checking {
	struct session *session;
	struct subject *subject;
	struct policy_sets *sets;
	struct policy_set policy; /* of the family being checked, with its reach */
	uint8_t family;
	struct vector classes;  /* uint32_t: classes that the family's rules look up, sorted */
	struct vector findings; /* struct finding */
};

/* Adds a finding about a rule, or about the policy if it is NULL. Returns it for further filling;
 * valid until the next one is added. */
struct finding *finding_add(struct checking *checking, const char *code, const struct rule *rule,
	const char *format, ...) __attribute__((format(printf, 4, 5)));
void finding_fix(struct finding *finding, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* Returns true, and names the owner in the finding, if another program owns this rule. */
bool finding_is_owned(
	const struct checking *checking, struct finding *finding, const struct rule *rule);
/* Sets the fix to a command that deletes the finding's rule and no other, or its owner. */
void finding_fix_delrule(const struct checking *checking, struct finding *finding);
/* Appends `verb` and a rule in words that give its family and everything that it matches. */
void finding_rule_words(const struct checking *checking, const struct rule *rule, const char *verb,
	struct buffer *out);
/* Sets the witness to a packet of the condition. */
void finding_witness(struct checking *checking, struct finding *finding, uint32_t condition);
void findings_free(struct vector *findings);

/* Returns true if a rule of the family looks up the class. */
bool checking_has_class(const struct checking *checking, uint32_t class);

/* The checks, each of one family. Each returns 0, or -1 with the error. */
int check_rules(struct checking *checking, struct error *error);   /* one rule at a time */
int check_policy(struct checking *checking, struct error *error);  /* the rules together */
int check_routes(struct checking *checking, struct error *error);  /* the routes */
int check_replies(struct checking *checking, struct error *error); /* rp_filter */
/* Finds what network managers will remove, in both families; only for the kernel's policy. */
int check_managers(struct checking *checking, struct error *error);
int check_answers(struct checking *checking, struct error *error); /* rules with `reply` */

#endif
