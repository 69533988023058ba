/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Values of a single packet: address, port, user, flow label, IP protocol. */
#ifndef KIND_PACKET_VALUE_H
#define KIND_PACKET_VALUE_H

#include "field/field.h"
#include "kind/address.h"

/* A struct address; its length in bits is in the field's header byte. ip's dialect ignores a `/LEN`
 * after it. */
extern const struct kind kind_host;

/* A struct number, 16 bits in network byte order: a port, by number or, in our own dialect, by name
 * (/etc/services). */
extern const struct kind kind_port;

/* A struct number, 32 bits in host byte order: a user, by number or, in our own dialect, by
 * name. */
extern const struct kind kind_user;

/* A struct number, 20 bits in network byte order: an IPv6 flow label. */
extern const struct kind kind_flow_label;

/* A struct byte: an IP protocol, by number or name (/etc/protocols). */
extern const struct kind kind_transport;

#endif
