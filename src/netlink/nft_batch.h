/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Builds a batch of changes to the program's nftables tables: the kernel makes all of them or
 * none. */
#ifndef NETLINK_NFT_BATCH_H
#define NETLINK_NFT_BATCH_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"

struct error;
struct netlink;
struct nft_element;
struct nft_hook;
struct nft_set;
struct nftnl_rule;

/* Zero it before the first use. */
struct nft_batch {
	struct buffer messages;
	uint8_t family;    /* family of the next objects: NFPROTO_IPV4, NFPROTO_IPV6 */
	uint32_t sequence; /* of the last message */
	size_t last;       /* where that message starts */
	/* Start of the message that takes further elements; 0: none. */
	size_t open;
	const void *open_set; /* the elements' set */
	uint16_t open_type;   /* NFT_MSG_NEWSETELEM, NFT_MSG_DELSETELEM */
};

/* Starts a batch. The kernel refuses it (ERESTART) if nftables has another generation; 0: any. */
void nft_batch_begin(struct nft_batch *batch, uint32_t generation);
void nft_batch_free(struct nft_batch *batch);
bool nft_batch_is_empty(const struct nft_batch *batch);

/* Adds or deletes the table. Adding an existing one does nothing. */
void nft_batch_table(struct nft_batch *batch, bool add);
/* `hook` is NULL for a chain that other chains jump to. */
void nft_batch_add_chain(struct nft_batch *batch, const char *name, const struct nft_hook *hook);
void nft_batch_delete_chain(struct nft_batch *batch, const char *name);
/* Deletes all rules of a chain. */
void nft_batch_flush_chain(struct nft_batch *batch, const char *name);
/* Appends a rule, whose chain is set, with a comment (NULL: none). */
void nft_batch_rule(struct nft_batch *batch, struct nftnl_rule *rule, const char *comment);
/* `name`: that of the set, since there may be several like `set`. */
void nft_batch_set(struct nft_batch *batch, bool add, const struct nft_set *set, const char *name);
/* Deletes all elements of a set. */
void nft_batch_flush_set(struct nft_batch *batch, const char *name);
void nft_batch_element(struct nft_batch *batch, bool add, const struct nft_set *set,
	const char *name, const struct nft_element *element);

/* Sends the batch. Sets *number to 0, to the kernel's first refusal (errno), or to NFT_ANSWER_LOST
 * if it may have been made or not. Returns 0, or -1 with the error. */
enum { NFT_ANSWER_LOST = -1 };
int nft_batch_send(struct netlink *nft, struct nft_batch *batch, int *number, struct error *error);

/* Fills the error for a refusal of nftables (errno); returns -1. */
int nft_refuse(int number, struct error *error);

#endif
