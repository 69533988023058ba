/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Colours for dark and for light backgrounds. */
#include "output/tint.h"

const char *tint_escape(enum tint tint, bool light)
{
	switch (tint) {
	case TINT_NONE:
		break;
	case TINT_DEVICE:
		return light ? "\033[36m" : "\033[1;36m";
	case TINT_INET:
		return light ? "\033[35m" : "\033[1;35m";
	case TINT_INET6:
		return light ? "\033[34m" : "\033[1;94m";
	}
	return "";
}
