/* Protocols of IP: a struct byte, by name from /etc/protocols or number. None is 0. */
#ifndef KIND_IPPROTO_H
#define KIND_IPPROTO_H

#include "kind/byte.h"

/* An attribute of one byte. */
extern const struct kind kind_ipproto;

#endif
