/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One thread fills a ring of parts, the caller's thread empties it. */
#include "netlink/ahead.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/memory.h"
#include "netlink/message.h"

enum {
	PARTS = 64,
	PART_SIZE = 64 * 1024,
	WORTH_WAKING = PARTS / 2, /* number of parts, or free slots, that wake a sleeping thread */
};

struct ahead {
	const struct mnl_socket *socket;
	uint32_t sequence;
	pthread_t thread;
	pthread_mutex_t mutex;
	pthread_cond_t filled, freed;
	unsigned int head; /* parts delivered; the last one is still being read */
	unsigned int tail; /* parts received */
	bool ended;
	struct {
		int length, error;
		char *memory;
	} part[PARTS];
};

static bool is_last(const struct ahead *ahead, const char *memory, int length)
{
	struct message_walk walk = {memory, (size_t)length};
	const struct nlmsghdr *message;

	while ((message = message_next(&walk)))
		if (message->nlmsg_seq == ahead->sequence &&
			(message->nlmsg_type == NLMSG_DONE || message->nlmsg_type == NLMSG_ERROR))
			return true;
	return false;
}

static unsigned int wait_for_room(struct ahead *ahead)
{
	unsigned int tail;

	pthread_mutex_lock(&ahead->mutex);
	while (ahead->tail - ahead->head >= PARTS - 1)
		pthread_cond_wait(&ahead->freed, &ahead->mutex);
	tail = ahead->tail;
	pthread_mutex_unlock(&ahead->mutex);
	return tail;
}

static bool receive_part(struct ahead *ahead)
{
	unsigned int at = wait_for_room(ahead) % PARTS;
	ssize_t length;
	bool last;

	do {
		length = mnl_socket_recvfrom(ahead->socket, ahead->part[at].memory, PART_SIZE);
	} while (length < 0 && errno == EINTR);
	ahead->part[at].length = (int)length;
	ahead->part[at].error = errno;
	last = length < 0 || is_last(ahead, ahead->part[at].memory, (int)length);
	pthread_mutex_lock(&ahead->mutex);
	ahead->tail++;
	ahead->ended = last;
	if (last || ahead->tail - ahead->head >= WORTH_WAKING)
		pthread_cond_signal(&ahead->filled);
	pthread_mutex_unlock(&ahead->mutex);
	return !last;
}

static void *receive_all(void *argument)
{
	while (receive_part(argument))
		continue;
	return NULL;
}

static void ahead_free(struct ahead *ahead)
{
	pthread_cond_destroy(&ahead->freed);
	pthread_cond_destroy(&ahead->filled);
	pthread_mutex_destroy(&ahead->mutex);
	for (int i = 0; i < PARTS; i++)
		free(ahead->part[i].memory);
	free(ahead);
}

struct ahead *ahead_start(const struct mnl_socket *socket, uint32_t sequence)
{
	struct ahead *ahead = memory_get(sizeof *ahead);
	sigset_t all;
	sigset_t before;
	int failed;

	ahead->socket = socket;
	ahead->sequence = sequence;
	for (int i = 0; i < PARTS; i++)
		ahead->part[i].memory = memory_resize(NULL, PART_SIZE);
	pthread_mutex_init(&ahead->mutex, NULL);
	pthread_cond_init(&ahead->filled, NULL);
	pthread_cond_init(&ahead->freed, NULL);
	/* The caller's thread handles signals. */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	failed = pthread_create(&ahead->thread, NULL, receive_all, ahead);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (!failed)
		return ahead;
	ahead_free(ahead);
	return NULL;
}

int ahead_next(struct ahead *ahead, const void **part)
{
	unsigned int at;

	pthread_mutex_lock(&ahead->mutex);
	while (ahead->tail == ahead->head && !ahead->ended)
		pthread_cond_wait(&ahead->filled, &ahead->mutex);
	/* The last part was an answer that the caller could not read. */
	if (ahead->tail == ahead->head) {
		pthread_mutex_unlock(&ahead->mutex);
		errno = EPROTO;
		return -1;
	}
	at = ahead->head++ % PARTS;
	if (PARTS - (ahead->tail - ahead->head) > WORTH_WAKING)
		pthread_cond_signal(&ahead->freed);
	pthread_mutex_unlock(&ahead->mutex);
	*part = ahead->part[at].memory;
	errno = ahead->part[at].error;
	return ahead->part[at].length;
}

void ahead_end(struct ahead *ahead)
{
	if (!ahead)
		return;
	pthread_join(ahead->thread, NULL);
	ahead_free(ahead);
}
