/* SPDX-License-Identifier: GPL-2.0-or-later */
/* IP protocols: a struct byte, by name from /etc/protocols or number. 0 means not given. */
#ifndef KIND_IPPROTO_H
#define KIND_IPPROTO_H

#include "kind/byte.h"

/* A one-byte attribute. */
extern const struct kind kind_ipproto;

#endif
