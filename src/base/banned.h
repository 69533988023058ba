/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Makes the use of functions that overrun buffers or hide errors a compile error, like git's
 * banned.h.
 */
#ifndef BASE_BANNED_H
#define BASE_BANNED_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#pragma GCC poison strcpy strcat strncpy strncat sprintf vsprintf strtok atoi atol gets

#endif
