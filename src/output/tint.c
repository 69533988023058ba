/* The escape sequences of colours. */
#include "output/tint.h"

const char *tint_escape(enum tint tint)
{
	switch (tint) {
	case TINT_NONE:
		break;
	case TINT_DEVICE:
		return "\033[1;36m";
	case TINT_INET:
		return "\033[1;35m";
	case TINT_INET6:
		return "\033[1;94m";
	}
	return "";
}
