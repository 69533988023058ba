/* Nexthop objects of the tool's own, in the kernel: found, made, removed. */
#ifndef POLICY_OBJECTS_H
#define POLICY_OBJECTS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/vector.h"
#include "netlink/netlink.h"

/* Where routes lead. */
struct way {
	uint8_t family;
	uint8_t gateway[16]; /* network order */
	uint32_t device;     /* index, as the words give it; 0: the one that the gateway is on */
	uint32_t output;     /* that one */
	uint32_t routes;     /* how many */
	bool wanted;         /* an object is to be found or made */
	bool fresh;          /* it was made here */
	uint32_t object;     /* its number; 0: none */
};

/*
 * Gives each of `ways` (struct way) that is wanted an object: one that is there, or a new one. One
 * that the kernel refuses stays without. 0, or -1 with the error when the conversation failed.
 */
int objects_make(struct netlink *netlink, struct vector *ways, struct error *error);
/* Removes those that were made. 0, or -1. */
int objects_remove(struct netlink *netlink, struct vector *ways, struct error *error);

bool objects_exist(struct netlink *netlink);
/* Removes all that no route uses. Best effort. */
void objects_sweep(struct netlink *netlink);

#endif
