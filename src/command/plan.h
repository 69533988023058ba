/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Compares a policy file with the owner's records in the kernel; plan shows the difference, apply
 * makes it. Every route and rule of the file has the owner's protocol; only records with that
 * protocol are ever removed.
 */
#ifndef COMMAND_PLAN_H
#define COMMAND_PLAN_H

#include "change/reconcile.h"
#include "command/session.h"
#include "command/subject.h"
#include "netlink/netlink.h"
#include "state/policy_lines.h"
#include "state/records.h"
#include "state/rule_set.h"

struct command;

/* The default policy file. */
#define PLAN_FILE "/etc/iproute/policy"

struct plan {
	struct session *session;
	const char *name; /* name of the file; borrowed */
	struct policy_lines lines;
	struct words words;       /* the line being read, or at fault */
	uint32_t owner;           /* its protocol: RTPROT_… */
	const char *owner_name;   /* as in the file */
	struct rule_set rules[2]; /* IPv4, IPv6: for the preferences of rules that give none */
	struct arena line, kept;  /* memory of one record; of the file's rules and of places */
	struct vector places;     /* struct plan_place of each line, by line number minus one */
	struct records want;      /* records of the file; item->line counts as in `places` */
	struct records kernel;    /* the kernel's own rules in the file, which only have to exist */
	struct records have;      /* the owner's records and those that it adopts */
	struct records others;    /* records of other owners in the place of a wanted one */
	struct vector keys;       /* uint64_t: keys of `want` and `kernel`, sorted */
	struct reconcile reconcile;
	struct transaction transaction;
	struct vector expectations; /* struct words: the `expect` lines of the file, in `kept` */
	bool proven;                /* their warnings have been reported */
	struct buffer copy; /* copy of the file if -last-good is given: see command/last_good.h */
	bool lists;         /* list the lines that wait at the end instead of reporting each */
	struct vector waiting;  /* struct plan_waiting: lines left out (-partial) */
	struct vector refusals; /* struct plan_refusal: changes left out because the kernel refuses
	                           them for now (-partial) */
};

/* The hint for a rule that is there without its own route; "up" or "there" follows. */
#define PLAN_BARE_HINT                                                                         \
	"the rule is there without its own route, which waits: apply the file again when the " \
	"device is"

/* A line that waits for a device. */
struct plan_waiting {
	uint32_t line;    /* counts as in `places` */
	const char *text; /* `FILE:LINE: reason` */
};

/* A change that the kernel refuses for now. */
struct plan_refusal {
	uint32_t line; /* as above */
	size_t change; /* its index */
	struct answer answer;
};

/* The place of a line of the policy. */
struct plan_place {
	const char *file;
	int line;
};

/*
 * For a verb with one file, or none (PLAN_FILE): calls `run` with a plan of that file, of which
 * nothing has been read. Returns 0, or -1 with the error.
 */
int plan_run(struct session *session, const struct command *command, struct words *words,
	int (*run)(struct plan *plan, struct error *error), struct error *error);

/* Adapts the plan to a new socket of the session (rehearse). Nothing has been read yet. */
void plan_begin(struct plan *plan);
/* Reads the file. Returns 0, or -1 with the error. */
int plan_read(struct plan *plan, struct error *error);
/*
 * Reads the kernel and finds the differences. Fails with STATUS_GUARDED if a record of another
 * owner would be changed, unless the session has -adopt. Returns 0, or -1 with the error.
 */
int plan_compare(struct plan *plan, struct error *error);
/*
 * Call it after plan_compare(). Fails with STATUS_GUARDED if the file declares neither a route nor
 * a rule, and the owner has some, or, when a host starts, the last policy that was applied
 * (-last-good) does: a full disk may have emptied the file. Not with -force, and not for /dev/null.
 * Returns 0, or -1 with the error.
 */
int plan_refuse_bare(const struct plan *plan, struct error *error);
/* Returns true if there is anything to change. */
bool plan_changes(const struct plan *plan);
/*
 * Writes each difference to the session's output, as a line `+`, `-` or `~` or as JSON, and the
 * effect of the changes: packets that are treated differently, `expect` lines that would not hold,
 * new findings of check. Sets *broken to the number of `expect` lines that would not hold. Returns
 * 0, or -1 with the error.
 */
int plan_show(struct plan *plan, size_t *broken, struct error *error);
/*
 * Proves the `expect` lines on the outcome of the changes before they are made; or on the kernel
 * (`kernel`) if there are none or they have been made, and then also asks the kernel: see
 * expectations_prove(). Returns 0, or -1 with the error: STATUS_NO with the first line that does
 * not hold, or for which the kernel's answer differs. With -partial that is only a warning while
 * lines wait for a device that is missing or down.
 */
int plan_prove(struct plan *plan, bool kernel, struct error *error);
/* Writes only the lines of the differences, to `writer`, or as text if it is NULL. */
void plan_show_changes(struct plan *plan, struct writer *writer);
/* As transaction_check(); the error names the line at fault. Call it after plan_compare(). */
int plan_check(struct plan *plan, struct error *error);
/* Makes the changes in one transaction. Returns 0, or -1 with the error. */
int plan_commit(struct plan *plan, struct error *error);

/* ---- only for the plan_*.c files ---- */

/* Writes the effect of the changes, as plan_show(). Returns 0, or -1 with the error. */
int plan_show_meaning(
	struct plan *plan, struct writer *writer, size_t *broken, struct error *error);

/* Finds the owner's protocol, once the line that names it has been read. Returns 0, or -1 with the
 * error, which marks that line. */
int plan_find_owner(struct plan *plan, struct error *error);
/* Adds a line of the file, by its number, to an error that names none; 0: no line. Returns -1. */
int plan_name_line(struct plan *plan, uint32_t line, struct error *error);
/* With -partial: if the error is a missing device, keeps the line being read as one that waits and
 * returns true. Otherwise returns false. */
bool plan_may_wait(struct plan *plan, struct error *error);
/* Returns true if a line of the file waits for a device or leads to one that is down. */
bool plan_waits(struct plan *plan, const struct snapshot *snapshot);
/* With -partial: returns true if the error is a missing device, which only the own route of a rule
 * may need. */
bool plan_may_be_bare(const struct plan *plan, const struct error *error);
/* Returns true if the route needs a device that does not exist. */
bool plan_is_absent(const struct plan *plan, const struct route *route);
/* Keeps the line being read as one whose rule is made without its own route, and reports that. */
void plan_note_bare(struct plan *plan, struct error *error);
/* Returns true if the line is known as one that waits. */
bool plan_is_waiting(const struct plan *plan, uint32_t line);
/* No longer counts the line of a change that the kernel refuses for now among the changes. */
void plan_note_refused(struct plan *plan, uint32_t line);
/* Removes missing routes whose device is down from the difference: they wait. */
void plan_excuse_waiting(struct plan *plan, const struct snapshot *snapshot);

/* Removes the protocol from a record, to compare records of two owners. */
void plan_disown(const struct object *object, void *record);

#endif
