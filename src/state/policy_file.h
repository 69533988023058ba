/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reads a policy file into a snapshot, without a kernel: lines for routes and rules (add, append,
 * addrule) as `save` or an administrator writes them, `link` lines for devices and `addr` lines for
 * addresses of this host. policy_lines.h has the lines that concern the file itself. In a file
 * without `link` lines every device exists and is up. Adds what the kernel would make by itself:
 * the rules at 0, 32766 and 32767, unless the file is a whole save; local, broadcast and connected
 * routes; the device and the preference that words leave out.
 *
 * Who knows a kernel may add its devices, addresses and routes instead: see `begin`.
 */
#ifndef STATE_POLICY_FILE_H
#define STATE_POLICY_FILE_H

#include "base/arena.h"
#include "base/error.h"
#include "base/script.h"
#include "base/vector.h"
#include "field/walk.h"
#include "names/names.h"
#include "state/policy_lines.h"
#include "state/snapshot.h"

struct policy_file {
	struct policy_lines lines;
	struct words words; /* the line being read, or at fault */
	struct names *names;
	struct snapshot *snapshot;
	struct keywords *routes, *rules, *links, *addresses;
	struct arena line; /* memory of the record of one line */
	struct vector
		networks; /* struct network: prefixes of devices, to find the device of a gateway */
	uint32_t private_class;     /* number of the next private class */
	char head[SCRIPT_NOTE_MAX]; /* the first line, if it is a comment; in JSON what it is a save
	                               of */
	/*
	 * Called before the first route or rule if neither a `link` nor an `addr` line stands
	 * before it: adds to the snapshot what the kernel has. Returns 0, or -1 with the error.
	 * NULL: the file stands alone. Set after policy_file_open().
	 */
	int (*begin)(struct policy_file *file, void *context, struct error *error);
	void *context;
	bool begun;
	struct byte
		owner; /* the protocol of what the file declares; not given: that of its words */
};

/*
 * Opens a file; "-" is standard input. `name` and `names` are borrowed; from now on `names` knows
 * the devices of the snapshot. Call policy_file_close() even on failure. Returns 0, or -1 with the
 * error.
 */
int policy_file_open(struct policy_file *file, const char *name, struct names *names,
	struct snapshot *snapshot, struct error *error);
void policy_file_close(struct policy_file *file);

/* Gives own records other classes than this one, and those below it, from now on: another program
 * may use the number of a private class. `save` writes routes before rules. */
void policy_file_avoid_class(struct policy_file *file, uint32_t class);
/* Reads every line into the (empty) snapshot. Returns 0, or -1 with the error, which borrows words
 * of the file: it is valid until the file is closed. */
int policy_file_read(struct policy_file *file, struct error *error);

#endif
