/* Realms: what a route says of where its packets come from and go to, for traffic control. */
#ifndef KIND_REALM_H
#define KIND_REALM_H

#include "field/field.h"

/*
 * `TO | FROM/TO`, names from rt_realms or numbers: a struct number, FROM << 16 | TO. In ip's JSON
 * an object, if the field has an `ip_key`, else two keys: flow_from and flow_to.
 */
extern const struct kind kind_realm;

#endif
