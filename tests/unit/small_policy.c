/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Random policies over a few addresses, marks and ports. */
#include "small_policy.h"

#include <sys/mman.h>
#include <sys/socket.h>

#include "state/policy_file.h"

enum { LINES_MAX = 14 };

static void put_prefix(struct random *random, int family, bool hosts, FILE *file)
{
	unsigned bits = random_below(random, 8) << 5;
	unsigned length = PICK(random, 0, 1, 2, 3, 3, 8);

	if (length == 8 && !hosts)
		length = 3;
	bits &= 0xff00 >> length;
	if (family == AF_INET)
		fprintf(file, "10.0.0.%u/%u", bits & 0xff, 24 + length);
	else
		fprintf(file, "2001:db8::%x/%u", bits & 0xff, 120 + length);
}

static void put_route(struct random *random, int family, unsigned fields, FILE *file)
{
	unsigned kind = random_below(random, 10);

	fprintf(file, "append ");
	if (kind < 3)
		fprintf(file, "%s ",
			(const char *const[]){
				"reject", "throw", "prohibit"}[random_below(random, 3)]);
	put_prefix(random, family, fields & SMALL_HOSTS, file);
	if (family == AF_INET6 && random_chance(random, 25)) {
		fprintf(file, " from ");
		put_prefix(random, family, fields & SMALL_HOSTS, file);
	}
	if (kind >= 3)
		fprintf(file, " dev %s", random_chance(random, 50) ? "eth0" : "eth1");
	if (family == AF_INET && fields & SMALL_TOS && random_chance(random, 30))
		fprintf(file, " tos %#x", PICK(random, 4, 8, 0x10));
	fprintf(file, " metric %u class %u\n", 1 + random_below(random, 3),
		PICK(random, 254, 100, 101, 102));
}

static void put_selector(
	struct random *random, int family, unsigned fields, bool device, FILE *file)
{
	if (random_chance(random, 15))
		fprintf(file, " not");
	fprintf(file, " from ");
	put_prefix(random, family, fields & SMALL_HOSTS, file);
	if (random_chance(random, 50)) {
		fprintf(file, " to ");
		put_prefix(random, family, fields & SMALL_HOSTS, file);
	}
	if (fields & SMALL_MARK && random_chance(random, 20))
		fprintf(file, " fwmark %#x/0x3", random_below(random, 4));
	if (fields & SMALL_TOS && random_chance(random, 20))
		fprintf(file, " tos %#x", PICK(random, 4, 8, 0x10));
	if (device && random_chance(random, 20))
		fprintf(file, " iif %s",
			(const char *const[]){"eth0", "eth1", "lo",
				"vrf1"}[random_below(random, fields & SMALL_VRF ? 4 : 3)]);
	if (fields & SMALL_PORT && random_chance(random, 20))
		fprintf(file, " ipproto udp dport %u-%u", PICK(random, 1, 5), PICK(random, 5, 9));
	if (fields & SMALL_USER && random_chance(random, 10))
		fprintf(file, " uidrange %u-%u", PICK(random, 0, 5), PICK(random, 5, 9));
}

static void put_rule(
	struct random *random, int family, unsigned number, unsigned fields, FILE *file)
{
	unsigned kind = random_below(random, 10);

	fprintf(file, "addrule pref %u", 10 + number);
	/* This host's own packets are in a VRF only if they are bound to it; none of these is. */
	put_selector(random, family, fields, kind != 2, file);
	if (kind == 0)
		fprintf(file, " goto %u", 11 + number + random_below(random, 4));
	else if (kind == 1)
		fprintf(file, " %s", random_chance(random, 50) ? "nop" : "prohibit");
	else if (kind == 2 && fields & SMALL_VRF)
		fprintf(file, " l3mdev");
	else
		fprintf(file, " class %u", PICK(random, 254, 100, 101, 102));
	if (kind > 1 && random_chance(random, 20))
		fprintf(file, " suppress_prefixlength %u", family == AF_INET ? 25U : 121U);
	fprintf(file, "\n");
}

void small_policy_write(struct random *random, int family, unsigned fields, FILE *file)
{
	unsigned rules = random_below(random, LINES_MAX);
	unsigned routes = random_below(random, LINES_MAX);

	fprintf(file, "link eth0\nlink eth1\nlink vrf1 vrf 102\nlink eth2 master vrf1\n");
	for (unsigned i = 0; i < routes; i++)
		put_route(random, family, fields, file);
	for (unsigned i = 0; i < rules; i++)
		put_rule(random, family, i, fields, file);
	fflush(file);
}

int small_policy_read(
	const char *text, struct names *names, struct snapshot *snapshot, struct error *error)
{
	char path[32];
	int descriptor = memfd_create("policy", MFD_CLOEXEC);
	FILE *file = fdopen(descriptor, "w");
	struct policy_file reader;
	int status;

	fputs(text, file);
	fflush(file);
	snprintf(path, sizeof path, "/proc/self/fd/%d", descriptor);
	status = policy_file_open(&reader, path, names, snapshot, error);
	if (!status)
		status = policy_file_read(&reader, error);
	policy_file_close(&reader);
	fclose(file);
	return status;
}
