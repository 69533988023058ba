/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Stands in for nft.c in a program that is built without nftables: configure --disable-nat. */
#include "netlink/nft.h"

#include "base/error.h"

static int refuse(struct error *error)
{
	error_set(error, STATUS_REFUSED,
		"this iproute was built without masq, nat, log, valve and count");
	return error_hint(error, "configure it without --disable-nat; that needs libnftnl");
}

struct netlink *nft_open(struct error *error)
{
	refuse(error);
	return NULL;
}

/* Never called, since nft_open() always fails. */

int nft_read(struct netlink *nft, struct vector *found, bool *outdated, struct error *error)
{
	(void)nft, (void)found, (void)outdated;
	return refuse(error);
}

int nft_verify(
	struct netlink *nft, struct vector *entries, struct nft_faults *faults, struct error *error)
{
	(void)nft, (void)entries, (void)faults;
	return refuse(error);
}

int nft_read_one(struct netlink *nft, uint32_t key, struct nft_found *found, bool *there,
	struct error *error)
{
	(void)nft, (void)key, (void)found, (void)there;
	return refuse(error);
}

uint32_t nft_generation(struct netlink *nft)
{
	(void)nft;
	return 0;
}

int nft_stamp_read(struct netlink *nft, struct nft_stamp *stamp, struct error *error)
{
	(void)nft, (void)stamp;
	return refuse(error);
}

int nft_write(struct netlink *nft, const struct vector *now, struct vector *wanted,
	struct nft_terms *terms, bool *stale, struct error *error)
{
	(void)nft, (void)now, (void)wanted, (void)terms, (void)stale;
	return refuse(error);
}
