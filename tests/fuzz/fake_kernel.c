/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Answers come from the fuzzer, or from the few lines that make a plausible kernel. */
#include "fake_kernel.h"

#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/types.h>

#include <linux/rtnetlink.h>
#include <libmnl/libmnl.h>

#include "netlink/lock.h"

enum {
	DESCRIPTOR = 1000, /* of no file */
	ANSWER_SIZE = 64,
	ANSWERS_MAX = 8192,
	DEVICE = 2,
};

struct mnl_socket {
	int unused;
};

static struct {
	const uint8_t *data; /* NULL: requests are answered */
	size_t size;
	uint32_t refusals;
	unsigned int changes;
	uint32_t sequence;
	unsigned int head, tail; /* of answers */
	_Alignas(struct nlmsghdr) char answer[ANSWERS_MAX][ANSWER_SIZE];
} fake;

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static struct mnl_socket the_socket;

void fake_kernel_feed(const uint8_t *data, size_t size)
{
	fake.data = data;
	fake.size = size;
	fake.head = fake.tail = 0;
}

void fake_kernel_obey(uint32_t refusals)
{
	fake.data = NULL;
	fake.refusals = refusals;
	fake.changes = 0;
	fake.head = fake.tail = 0;
}

/* ---- answering ---- */

static struct nlmsghdr *add_answer(const struct nlmsghdr *request, uint16_t type)
{
	struct nlmsghdr *answer;

	if (fake.tail - fake.head == ANSWERS_MAX)
		return NULL;
	answer = mnl_nlmsg_put_header(fake.answer[fake.tail++ % ANSWERS_MAX]);
	answer->nlmsg_type = type;
	answer->nlmsg_seq = request->nlmsg_seq;
	return answer;
}

static void add_error(const struct nlmsghdr *request, int number)
{
	struct nlmsghdr *answer = add_answer(request, NLMSG_ERROR);
	struct nlmsgerr *error;

	if (!answer)
		return;
	answer->nlmsg_flags = NLM_F_CAPPED;
	error = mnl_nlmsg_put_extra_header(answer, sizeof *error);
	error->error = -number;
	error->msg = *request;
}

static void add_device(const struct nlmsghdr *request)
{
	struct nlmsghdr *answer = add_answer(request, RTM_NEWLINK);
	struct ifinfomsg *header;

	if (!answer)
		return;
	header = mnl_nlmsg_put_extra_header(answer, sizeof *header);
	header->ifi_index = DEVICE;
	mnl_attr_put_strz(answer, IFLA_IFNAME, "eth0");
}

static int refusal(void)
{
	static const int numbers[] = {EEXIST, ENETUNREACH, EINVAL, ESRCH, EPERM, ENOMEM};
	unsigned int turn = fake.changes++;

	return fake.refusals >> turn % 32 & 1 ? numbers[turn % 6] : 0;
}

static void answer_one(const struct nlmsghdr *request)
{
	int number;

	fake.sequence = request->nlmsg_seq;
	if (fake.data)
		return;
	if ((request->nlmsg_flags & NLM_F_DUMP) == NLM_F_DUMP) {
		struct nlmsghdr *done = add_answer(request, NLMSG_DONE);

		if (done)
			*(int *)mnl_nlmsg_put_extra_header(done, sizeof(int)) = 0;
		return;
	}
	if (request->nlmsg_type == RTM_GETLINK)
		add_device(request);
	number = request->nlmsg_type < RTM_NEWROUTE ? 0 : refusal();
	if (number || request->nlmsg_flags & NLM_F_ACK)
		add_error(request, number);
}

static ssize_t take(const void *memory, size_t size)
{
	const struct nlmsghdr *request = memory;
	int rest = (int)size;

	pthread_mutex_lock(&mutex);
	for (; mnl_nlmsg_ok(request, rest); request = mnl_nlmsg_next(request, &rest))
		answer_one(request);
	pthread_mutex_unlock(&mutex);
	return (ssize_t)size;
}

/* ---- receiving ---- */

/* Messages without an end, or with a sequence number of their own, would never be looked at. */
static void patch(char *memory, size_t size)
{
	while (size >= sizeof(struct nlmsghdr)) {
		struct nlmsghdr *message = (struct nlmsghdr *)memory;
		size_t length = NLMSG_ALIGN((size_t)message->nlmsg_len);

		message->nlmsg_seq = fake.sequence;
		if (length < sizeof *message || length > size)
			return;
		memory += length;
		size -= length;
	}
}

static ssize_t give_fed(char *memory, size_t size)
{
	size_t length;

	if (fake.size < 2) {
		errno = EIO;
		return -1;
	}
	length = fake.data[0] | (size_t)fake.data[1] << 8;
	fake.data += 2;
	fake.size -= 2;
	if (length > fake.size)
		length = fake.size;
	if (length > size)
		length = size;
	memcpy(memory, fake.data, length);
	fake.data += length;
	fake.size -= length;
	patch(memory, length);
	return (ssize_t)length;
}

static ssize_t give(char *memory, size_t size)
{
	const struct nlmsghdr *answer;
	ssize_t length = -1;

	pthread_mutex_lock(&mutex);
	if (fake.data) {
		length = give_fed(memory, size);
	} else if (fake.head == fake.tail) {
		errno = EIO;
	} else {
		answer = (const struct nlmsghdr *)fake.answer[fake.head++ % ANSWERS_MAX];
		length = (ssize_t)answer->nlmsg_len;
		memcpy(memory, answer, answer->nlmsg_len);
	}
	pthread_mutex_unlock(&mutex);
	return length;
}

/* ---- what the linker leads here ---- */

int __wrap_lock_take(struct lock **lock, void (*waiting)(void *context, const char *holder),
	void *context, struct error *error);
void __wrap_lock_give(struct lock *lock);
struct mnl_socket *__wrap_mnl_socket_open2(int bus, int flags);
int __wrap_mnl_socket_bind(struct mnl_socket *socket, unsigned int groups, pid_t pid);
int __wrap_mnl_socket_close(struct mnl_socket *socket);
int __wrap_mnl_socket_get_fd(const struct mnl_socket *socket);
int __wrap_mnl_socket_setsockopt(
	const struct mnl_socket *socket, int type, void *value, socklen_t size);
ssize_t __wrap_mnl_socket_sendto(const struct mnl_socket *socket, const void *memory, size_t size);
ssize_t __wrap_mnl_socket_recvfrom(const struct mnl_socket *socket, void *memory, size_t size);
ssize_t __wrap_recv(int descriptor, void *memory, size_t size, int flags);
ssize_t __wrap_send(int descriptor, const void *memory, size_t size, int flags);
ssize_t __wrap_sendto(int descriptor, const void *memory, size_t size, int flags,
	const struct sockaddr *address, socklen_t length);

/* The fake kernel is nobody else's. */
int __wrap_lock_take(struct lock **lock, void (*waiting)(void *context, const char *holder),
	void *context, struct error *error)
{
	(void)waiting;
	(void)context;
	(void)error;
	*lock = NULL;
	return 0;
}

void __wrap_lock_give(struct lock *lock)
{
	(void)lock;
}

struct mnl_socket *__wrap_mnl_socket_open2(int bus, int flags)
{
	(void)bus;
	(void)flags;
	return &the_socket;
}

int __wrap_mnl_socket_bind(struct mnl_socket *socket, unsigned int groups, pid_t pid)
{
	(void)socket;
	(void)groups;
	(void)pid;
	return 0;
}

int __wrap_mnl_socket_close(struct mnl_socket *socket)
{
	(void)socket;
	return 0;
}

int __wrap_mnl_socket_get_fd(const struct mnl_socket *socket)
{
	(void)socket;
	return DESCRIPTOR;
}

int __wrap_mnl_socket_setsockopt(
	const struct mnl_socket *socket, int type, void *value, socklen_t size)
{
	(void)socket;
	(void)type;
	(void)value;
	(void)size;
	return 0;
}

ssize_t __wrap_mnl_socket_sendto(const struct mnl_socket *socket, const void *memory, size_t size)
{
	(void)socket;
	return take(memory, size);
}

ssize_t __wrap_mnl_socket_recvfrom(const struct mnl_socket *socket, void *memory, size_t size)
{
	(void)socket;
	return give(memory, size);
}

ssize_t __wrap_recv(int descriptor, void *memory, size_t size, int flags)
{
	(void)descriptor;
	(void)flags;
	return give(memory, size);
}

ssize_t __wrap_send(int descriptor, const void *memory, size_t size, int flags)
{
	(void)descriptor;
	(void)flags;
	return take(memory, size);
}

ssize_t __wrap_sendto(int descriptor, const void *memory, size_t size, int flags,
	const struct sockaddr *address, socklen_t length)
{
	(void)descriptor;
	(void)flags;
	(void)address;
	(void)length;
	return take(memory, size);
}
