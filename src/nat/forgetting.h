/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Deletes the connection tracking entries that a change of rules outdates, and no others. */
#ifndef NAT_FORGETTING_H
#define NAT_FORGETTING_H

struct error;
struct netlink;
struct vector;

/*
 * Connection tracking keeps the translation of a flow as it was when the flow started. Deletes the
 * flows that a rule masquerades, or whose port it forwards, either before or after but not both, or
 * that another rule translates now. `before` and `after` are the entries (struct nft_entry, in the
 * order of their rules). `nft`: from nft_open(). Returns 0, or -1 with the error.
 */
int flows_forget(struct netlink *nft, const struct vector *before, const struct vector *after,
	struct error *error);

#endif
