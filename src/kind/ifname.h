/* The name of a device that need not be there: what a rule matches. */
#ifndef KIND_IFNAME_H
#define KIND_IFNAME_H

#include "field/field.h"

struct ifname {
	bool given;
	char name[16]; /* ended by NUL; zeroes behind it */
};

extern const struct kind kind_ifname;

#endif
