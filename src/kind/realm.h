/* Realms: what a route says of where its packets come from and go to, for traffic control. */
#ifndef KIND_REALM_H
#define KIND_REALM_H

#include "field/field.h"

/* `TO | FROM/TO`, names from rt_realms or numbers: a struct number, FROM << 16 | TO. */
extern const struct kind kind_realm;

#endif
