/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Realms: numbers for the source and the destination of packets, used by traffic control. */
#ifndef KIND_REALM_H
#define KIND_REALM_H

#include "field/field.h"

/*
 * `TO | FROM/TO`, names from rt_realms or numbers: a struct number, FROM << 16 | TO. In ip's JSON
 * an object if the field has an `ip_key`, otherwise two keys: flow_from and flow_to.
 */
extern const struct kind kind_realm;

#endif
