/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a fuzz target is, to libFuzzer and to replay.c. */
#ifndef FUZZ_FUZZ_H
#define FUZZ_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/*
 * Returns true if a run with this input takes path `way` of `count`. Under libFuzzer it takes one,
 * chosen by the input's length and its first and last byte: many short runs find more than a few
 * long ones. replay.c takes all of them.
 */
static inline bool fuzz_goes(const uint8_t *data, size_t size, size_t way, size_t count)
{
#ifdef FUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION
	return (size + (size ? data[0] + data[size - 1] : 0U)) % count == way;
#else
	(void)data;
	(void)size;
	return way < count;
#endif
}

#endif
