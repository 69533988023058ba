/* What tells one flow of packets from another: single addresses, ports, flow labels. */
#ifndef KIND_FLOW_H
#define KIND_FLOW_H

#include "field/field.h"
#include "kind/address.h"

/* A struct address; its length in bits stands in the field's header byte. ip's dialect: a `/LEN`
 * behind it counts for nothing. */
extern const struct kind kind_host;

/* A struct number of 16 bits in network order: a port. */
extern const struct kind kind_port;

/* A struct number of 20 bits in network order: a flow label of IPv6. */
extern const struct kind kind_flow_label;

/* A struct byte: an IP protocol, by number or name (/etc/protocols). */
extern const struct kind kind_transport;

#endif
