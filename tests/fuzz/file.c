/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Fuzzes the files that the program reads whole: batch, restore (lines and JSON), ip's own dumps,
 * and policies, which are explained, checked, drawn, compared, tested and planned. The first byte
 * says which and how, the next four which of the changes the kernel refuses: then lines are read
 * again. The kernel is that of fake_kernel.h.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "command/command.h"
#include "fake_kernel.h"
#include "fuzz.h"
#include "ip/ip.h"
#include "names/names.h"

enum { HEAD = 5, FORCE = 8, DRY_RUN = 16, JSON = 32, SHARE = 64, POLICY = 128 };

static struct session session;
static int file;
static char folder[] = "/dev/shm/fuzz-file-XXXXXX";
static char path[sizeof folder + sizeof "/policy"];

static void ignore_error(const struct error *error)
{
	if (strlen(error->message) >= sizeof error->message ||
		strlen(error->hint) >= sizeof error->hint)
		abort();
}

static void ignore_text(const char *text)
{
	(void)text;
}

static void remove_folder(void)
{
	unlink(path);
	rmdir(folder);
}

/*
 * The file is standard input, too: ip's verbs read nothing else. Its name is alone in a folder, so
 * that a policy can include only itself: of the other descriptors some would never end.
 */
static void prepare(void)
{
	char descriptor[32];

	session = (struct session){
		.names = names_new_in("/nonexistent", "/nonexistent"),
		.output = open("/dev/null", O_WRONLY | O_CLOEXEC),
		.report = ignore_error,
		.notify = ignore_text,
	};
	file = memfd_create("input", 0);
	if (file < 0 || dup2(file, STDIN_FILENO) != STDIN_FILENO)
		abort();
	snprintf(descriptor, sizeof descriptor, "/proc/self/fd/%d", file);
	if (!mkdtemp(folder))
		abort();
	snprintf(path, sizeof path, "%s/policy", folder);
	if (symlink(descriptor, path))
		abort();
	atexit(remove_folder);
}

static void run_words(const char *verb, const char *const *word)
{
	struct words words = {.word = word};
	const struct command *command = command_find(verb);
	struct error error = {.word = -1};

	while (word[words.count])
		words.count++;
	if (!session_open(&session, &error))
		command->run(&session, command, &words, &error);
}

static void run_own(const char *verb)
{
	const char *const word[] = {path, NULL};

	run_words(verb, word);
}

/* Nothing is made: what waits to be confirmed would be a file of the machine's. */
static void run_policy(uint8_t what)
{
	static const char *const destinations[] = {
		"10.1.1.1", "192.0.2.9", "2001:db8::1", "10.0.0.1"};
	const char *const packet[] = {
		destinations[what % 4], "from", "10.2.0.1", "iif", "eth0", "-f", path, NULL};
	const char *const drawn[] = {"-f", path, NULL};
	const char *const compared[] = {path, "-", NULL};
	const char *const tested[] = {path, "-f", path, NULL};

	session.options.dry_run = true;
	switch (what % 8) {
	case 0:
	case 1:
		run_words("explain", packet);
		break;
	case 2:
		run_own("check");
		break;
	case 3:
		run_words("graph", drawn);
		break;
	case 4:
		run_words("diff", compared);
		break;
	case 5:
		run_words("test", tested);
		break;
	case 6:
		run_own("plan");
		break;
	default:
		run_own("apply");
	}
}

static void run_ip(const char *object, const char *verb)
{
	const char *const word[] = {object, verb, NULL};
	struct words words = {.word = word, .count = 2};
	struct error error = {.word = -1};

	ip_run(&session, "ip", &words, &error);
}

static void run(uint8_t what)
{
	if (what & POLICY) {
		run_policy(what);
		return;
	}
	switch (what % 8) {
	case 0:
	case 1:
		run_own("batch");
		break;
	case 2:
	case 3:
	case 4:
		run_own("restore");
		break;
	case 5:
		run_ip("route", "showdump");
		break;
	case 6:
		run_ip("route", "restore");
		break;
	default:
		run_ip("rule", "restore");
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint32_t refusals;

	if (size < HEAD)
		return 0;
	if (!session.names)
		prepare();
	memcpy(&refusals, data + 1, sizeof refusals);
	if (ftruncate(file, 0) ||
		pwrite(file, data + HEAD, size - HEAD, 0) != (ssize_t)(size - HEAD) ||
		lseek(file, 0, SEEK_SET))
		abort();
	session.options = (struct options){
		.force = data[0] & FORCE,
		.dry_run = data[0] & DRY_RUN,
		.json = data[0] & JSON,
		.nexthops = data[0] & SHARE,
	};
	fake_kernel_obey(refusals);
	run(data[0]);
	policy_free(&session.judged);
	session.judged = (struct policy){.netlink = session.netlink};
	session.judgements = 0;
	buffer_reset(&session.out);
	arena_reset(&session.arena);
	session.output_error = 0;
	session.settled = session.changed = false;
	return 0;
}
