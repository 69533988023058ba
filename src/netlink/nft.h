/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The program's tables in nftables, `ip iproute` and `ip6 iproute`: reads their entries, verifies
 * their content, and changes them in one batch that the kernel makes completely or not at all.
 * Touches no other tables. nft_layout.h describes their content.
 */
#ifndef NETLINK_NFT_H
#define NETLINK_NFT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/vector.h"
#include "netlink/nft_entry.h"
#include "netlink/nft_stamp.h"

struct error;
struct netlink;

/*
 * Opens a socket for nftables; closed with netlink_close(). Returns NULL with the error on failure.
 * After a write that removed something, closing it takes about 10 ms, also at the end of the
 * program: the kernel frees what was removed first, after an RCU grace period
 * (nft_rcv_nl_event(), nf_tables_trans_destroy_flush_work(); any netfilter socket waits for that).
 */
struct netlink *nft_open(struct error *error);

/* An entry as the tables keep it. */
struct nft_found {
	uint8_t family;
	uint32_t key;
	char comment[NFT_COMMENT_MAX];
	struct traffic traffic;
};

/*
 * Fills `found` (struct nft_found; zeroed, freed by the caller) with the entries of both tables;
 * with none if there is no table. Sets *outdated if a table is of another version of the program,
 * so that the next write must replace it. Returns 0, or -1 with the error.
 */
int nft_read(struct netlink *nft, struct vector *found, bool *outdated, struct error *error);

/* Faults of the tables besides missing parts of entries. */
struct nft_faults {
	bool dormant; /* a table is switched off (flags dormant) */
	bool foreign; /* chains of ours contain rules of others */
	bool broken;  /* anything is wrong, including these two */
};

/*
 * Compares the tables with what `entries` (struct nft_entry, as read) need. Sets `whole` of each
 * entry, and *faults. Returns 0, or -1 with the error.
 */
int nft_verify(struct netlink *nft, struct vector *entries, struct nft_faults *faults,
	struct error *error);

/*
 * Reads the IPv4 entry with this key. Sets *there to whether it exists, and then fills *found.
 * Returns 0, or -1 with the error.
 */
int nft_read_one(struct netlink *nft, uint32_t key, struct nft_found *found, bool *there,
	struct error *error);

/* The conditions of a write, and the stamp that it may leave. */
struct nft_terms {
	/* The entries are only some of the IPv4 entries, each of the only rule of its realm, and
	 * the base chains stay unchanged. */
	bool part;
	uint32_t generation; /* expected generation of nftables, updated by the write; 0: unknown */
	bool vouch;          /* write `stamp` (its generation is filled in) */
	struct nft_stamp stamp;
};

/*
 * Changes the tables from the content for `now` to that for `wanted` (struct nft_entry, in the
 * order of their rules). Assigns keys to those of `wanted` without one. A family without entries
 * gets no table. `now` NULL: replaces the tables, whatever they contain. Sets *stale if the tables
 * do not contain what `now` needs and nothing was changed, or if the answer was lost. If nftables
 * has another generation, forgets the expected one and tries again. Returns 0, or -1 with the
 * error; nothing was changed then.
 */
int nft_write(struct netlink *nft, const struct vector *now, struct vector *wanted,
	struct nft_terms *terms, bool *stale, struct error *error);

#endif
