/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A fixed set of devices, whatever the machine has. */
#include "devices.h"

#include <stddef.h>
#include <string.h>

static const char *const devices[] = {"lo", "eth0", "eth1", "wan", "dmz"};

enum { DEVICES = sizeof devices / sizeof *devices };

static uint32_t device_index(void *context, const char *name)
{
	(void)context;
	for (uint32_t i = 0; i < DEVICES; i++)
		if (!strcmp(devices[i], name))
			return i + 1;
	return 0;
}

static const char *device_name(void *context, uint32_t index)
{
	(void)context;
	return index && index <= DEVICES ? devices[index - 1] : NULL;
}

static void device_all(
	void *context, void (*each)(const char *name, void *argument), void *argument)
{
	(void)context;
	for (int i = 0; i < DEVICES; i++)
		each(devices[i], argument);
}

struct device_source test_devices(void)
{
	return (struct device_source){
		.index = device_index, .name = device_name, .all = device_all};
}
