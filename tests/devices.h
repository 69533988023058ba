/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The devices of all tests that need no kernel: lo 1, eth0 2, eth1 3, wan 4, dmz 5. */
#ifndef TESTS_DEVICES_H
#define TESTS_DEVICES_H

#include "names/names.h"

struct device_source test_devices(void);

#endif
