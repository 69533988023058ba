/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Pseudo-random numbers; a seed repeats them. */
#ifndef TESTS_MODEL_RANDOM_H
#define TESTS_MODEL_RANDOM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct random {
	uint64_t state;
};

static inline uint64_t random_next(struct random *random)
{
	uint64_t mixed = random->state += 0x9e3779b97f4a7c15;

	mixed = (mixed ^ mixed >> 30) * 0xbf58476d1ce4e5b9;
	mixed = (mixed ^ mixed >> 27) * 0x94d049bb133111eb;
	return mixed ^ mixed >> 31;
}
/* Returns a number from 0 to bound - 1, or 0 if `bound` is 0. */
static inline unsigned random_below(struct random *random, unsigned bound)
{
	return bound ? (unsigned)(random_next(random) % bound) : 0;
}
/* Returns true with a probability of `percent` percent. */
static inline bool random_chance(struct random *random, unsigned percent)
{
	return random_below(random, 100) < percent;
}
/* Returns one of several numbers. */
static inline unsigned random_pick(struct random *random, const unsigned *of, size_t count)
{
	return of[random_below(random, (unsigned)count)];
}
#define PICK(random, ...)                                    \
	random_pick(random, (const unsigned[]){__VA_ARGS__}, \
		sizeof((const unsigned[]){__VA_ARGS__}) / sizeof(unsigned))

#endif
