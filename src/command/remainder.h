/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a policy file leaves out of the kernel's state: devices and addresses, the routes that the
 * kernel makes itself, and the routes and rules of other programs. `diff` takes it from the kernel
 * when it compares such a file with it: a file that has just been saved then has no difference.
 */
#ifndef COMMAND_REMAINDER_H
#define COMMAND_REMAINDER_H

#include "command/extent.h"
#include "state/policy_file.h"
#include "state/selection.h"

struct remainder {
	struct session *session;
	struct snapshot *kernel; /* NULL: the file stands alone */
	bool saved;              /* the file begins with a head, which says what it is all of */
	struct extent extent;
	struct selection selection;
	uint32_t owner;       /* of a file without a head */
	struct vector hidden; /* uint64_t: private classes of rules that the file covers, sorted */
};

/*
 * For policy_file->begin, with the remainder as its context, zeroed but for the session, which has
 * a kernel. Adds the kernel's devices, addresses and routes, but for the routes of which the file
 * is all: those of the extent that its head names, or, without a head, those of its owner. Returns
 * 0, or -1 with the error.
 */
int remainder_begin(struct policy_file *file, void *context, struct error *error);
/* When the file has been read: adds the kernel's rules, but for those of which the file is all. */
void remainder_end(struct remainder *remainder, struct snapshot *snapshot);
void remainder_free(struct remainder *remainder);

#endif
