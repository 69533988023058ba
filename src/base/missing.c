/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Functions that musl lacks. */
#include "base/missing.h"

#ifndef __GLIBC__
#include <errno.h>
#include <signal.h>

#define NAME(number)            \
	{                       \
		number, #number \
	}

/* The errors of rtnetlink, nftables and files. */
static const struct {
	int number;
	const char *name;
} errors[] = {NAME(EPERM), NAME(ENOENT), NAME(ESRCH), NAME(EINTR), NAME(EIO), NAME(ENXIO),
	NAME(E2BIG), NAME(EBADF), NAME(EAGAIN), NAME(ENOMEM), NAME(EACCES), NAME(EFAULT),
	NAME(EBUSY), NAME(EEXIST), NAME(EXDEV), NAME(ENODEV), NAME(ENOTDIR), NAME(EISDIR),
	NAME(EINVAL), NAME(ENFILE), NAME(EMFILE), NAME(EFBIG), NAME(ENOSPC), NAME(EROFS),
	NAME(EMLINK), NAME(EPIPE), NAME(EDOM), NAME(ERANGE), NAME(ENAMETOOLONG), NAME(ENOSYS),
	NAME(ELOOP), NAME(ENODATA), NAME(EPROTO), NAME(EBADMSG), NAME(EOVERFLOW), NAME(EMSGSIZE),
	NAME(EPROTONOSUPPORT), NAME(EOPNOTSUPP), NAME(EPFNOSUPPORT), NAME(EAFNOSUPPORT),
	NAME(EADDRINUSE), NAME(EADDRNOTAVAIL), NAME(ENETDOWN), NAME(ENETUNREACH), NAME(ENOBUFS),
	NAME(ETIMEDOUT), NAME(ECONNREFUSED), NAME(EHOSTDOWN), NAME(EHOSTUNREACH), NAME(ESTALE)};

const char *strerrorname_np(int number)
{
	for (size_t i = 0; i < sizeof errors / sizeof *errors; i++)
		if (errors[i].number == number)
			return errors[i].name;
	return NULL;
}

const char *sigabbrev_np(int number)
{
	switch (number) {
	case SIGHUP:
		return "HUP";
	case SIGINT:
		return "INT";
	case SIGTERM:
		return "TERM";
	case SIGPIPE:
		return "PIPE";
	default:
		return NULL;
	}
}

/* musl's table is part of the program, so `memory` is not needed. */
int getprotobyname_r(const char *name, struct protoent *entry, char *memory, size_t size,
	struct protoent **found)
{
	const struct protoent *known = getprotobyname(name);

	(void)memory, (void)size;
	*found = known ? entry : NULL;
	if (known)
		*entry = *known;
	return 0;
}
#endif
