/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reads the files of a set as iproute2's lib/rt_names.c does: FILE from /etc, or else from /usr;
 * then every FILE.d/NAME.conf, where files in /etc replace those of the same name in /usr.
 */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "names/set.h"

struct builtin {
	uint32_t number;
	const char *name;
};

static const struct builtin tables[] = {{253, "default"}, {254, "main"}, {255, "local"}, {0, NULL}};
static const struct builtin protocols[] = {{0, "unspec"}, {1, "redirect"}, {2, "kernel"},
	{3, "boot"}, {4, "static"}, {8, "gated"}, {9, "ra"}, {10, "mrt"}, {11, "zebra"},
	{12, "bird"}, {13, "dnrouted"}, {14, "xorp"}, {15, "ntk"}, {16, "dhcp"}, {18, "keepalived"},
	{42, "babel"}, {186, "bgp"}, {187, "isis"}, {188, "ospf"}, {189, "rip"}, {192, "eigrp"},
	{0, NULL}};
static const struct builtin scopes[] = {
	{0, "global"}, {200, "site"}, {253, "link"}, {254, "host"}, {255, "nowhere"}, {0, NULL}};
static const struct builtin realms[] = {{0, "unknown"}, {0, NULL}};
static const struct builtin dsfields[] = {{0, "0"}, {0, NULL}};
static const struct builtin ip_protocols[] = {{0, "ip"}, {1, "icmp"}, {2, "igmp"}, {6, "tcp"},
	{17, "udp"}, {41, "ipv6"}, {47, "gre"}, {50, "esp"}, {51, "ah"}, {58, "ipv6-icmp"},
	{89, "ospf"}, {132, "sctp"}, {0, NULL}};
static const struct builtin services[] = {{0, NULL}};
static const struct builtin groups[] = {{0, "default"}, {0, NULL}};

/* The format of a line; `#` starts a comment. */
enum format {
	FORMAT_NUMBER_NAME, /* NUMBER NAME */
	FORMAT_NAME_NUMBER, /* NAME NUMBER OTHER-NAME...: /etc/protocols */
	FORMAT_NAME_PORT,   /* NAME PORT/PROTOCOL OTHER-NAME...: /etc/services */
};

static const struct source {
	const char *file;
	const struct builtin *builtin;
	bool folder; /* FILE.d is read too */
	enum format format;
	uint32_t most;
} sources[NAMES_SETS] = {
	[NAMES_TABLES] = {"rt_tables", tables, true, FORMAT_NUMBER_NAME, UINT32_MAX},
	[NAMES_PROTOCOLS] = {"rt_protos", protocols, true, FORMAT_NUMBER_NAME, 255},
	[NAMES_SCOPES] = {"rt_scopes", scopes, false, FORMAT_NUMBER_NAME, 255},
	[NAMES_REALMS] = {"rt_realms", realms, false, FORMAT_NUMBER_NAME, 255},
	[NAMES_DSFIELD] = {"rt_dsfield", dsfields, false, FORMAT_NUMBER_NAME, 255},
	[NAMES_GROUPS] = {"group", groups, false, FORMAT_NUMBER_NAME, INT32_MAX},
	[NAMES_IP_PROTOCOLS] = {"../protocols", ip_protocols, false, FORMAT_NAME_NUMBER, 255},
	[NAMES_SERVICES] = {"../services", services, false, FORMAT_NAME_PORT, UINT16_MAX},
};

/* A set whose files are being read. */
struct loading {
	struct set *set;
	const struct source *source;
	char *bad_line; /* "FILE:LINE", the first line that can't be read; NULL: none */
	char *failure;  /* "FILE: REASON", the first existing file that was not read; NULL: none */
};

/* Ignores files that this user may not read. */
static void note_failure(struct loading *loading, const char *path)
{
	const char *reason = strerror(errno);
	size_t size = strlen(path) + strlen(reason) + 3;

	if (loading->failure || errno == ENOENT || errno == ENOTDIR || errno == EACCES ||
		errno == EPERM)
		return;
	loading->failure = memory_get(size);
	snprintf(loading->failure, size, "%s: %s", path, reason);
}

/* Stores "PATH:LINE"; /etc/iproute2/../protocols becomes /etc/protocols. */
static void note_bad_line(struct loading *loading, const char *path, int line)
{
	size_t size = strlen(path) + 16;
	const char *up = strstr(path, "/../");
	const char *folder = up ? memrchr(path, '/', (size_t)(up - path)) : NULL;

	if (loading->bad_line)
		return;
	loading->bad_line = memory_get(size);
	if (folder)
		snprintf(loading->bad_line, size, "%.*s%s:%d", (int)(folder - path), path, up + 3,
			line);
	else
		snprintf(loading->bad_line, size, "%s:%d", path, line);
}

/* Terminates the next word and returns it; NULL at the end. */
static char *next_word(char **line)
{
	char *word = *line + strspn(*line, " \t");
	size_t length = strcspn(word, " \t");

	*line = word + length + (word[length] != '\0');
	word[length] = '\0';
	return length ? word : NULL;
}

/* Reads a number in C's syntax, at most `most`, followed by the character `end`. */
static bool read_number(const char *digits, uint32_t most, char end, uint32_t *number)
{
	bool hexadecimal = !strncmp(digits, "0x", 2) || !strncmp(digits, "0X", 2);
	const char *first = digits + (hexadecimal ? 2 : 0);
	unsigned long long value;
	char *rest;

	if (strchr("+- \t", *first))
		return false;
	value = strtoull(first, &rest, hexadecimal ? 16 : 10);
	*number = (uint32_t)value;
	return rest != first && *rest == end && value <= most;
}

static bool read_number_name(struct loading *loading, const char *word, char *line)
{
	const char *name = next_word(&line);
	uint32_t number;

	return name && read_number(word, loading->source->most, '\0', &number) &&
	       set_add(loading->set, number, name);
}

/* Listings show the first name of a line, so it is added last. */
static bool read_name_number(struct loading *loading, const char *word, char *line)
{
	const char *digits = next_word(&line);
	char end = loading->source->format == FORMAT_NAME_PORT ? '/' : '\0';
	const char *other;
	uint32_t number;

	if (!digits || !read_number(digits, UINT32_MAX, end, &number))
		return false;
	/* /etc/protocols also has numbers that don't fit into a header: mptcp is 262. */
	if (number > loading->source->most)
		return true;
	while ((other = next_word(&line)))
		if (!set_add(loading->set, number, other))
			return false;
	return set_add(loading->set, number, word);
}

/* Returns false if the line is neither empty, nor a comment, nor in the format. */
static bool read_line(struct loading *loading, char *line)
{
	const char *word;

	line[strcspn(line, "#\n")] = '\0';
	word = next_word(&line);
	if (!word)
		return true;
	if (loading->source->format == FORMAT_NUMBER_NAME)
		return read_number_name(loading, word, line);
	return read_name_number(loading, word, line);
}

/* Returns false if there is no such file. Notes a line that can't be read, and reads the rest. */
static bool read_file(struct loading *loading, const char *path)
{
	FILE *file = fopen(path, "re");
	char *line = NULL;
	size_t size = 0;

	if (!file) {
		note_failure(loading, path);
		return false;
	}
	for (int number = 1; getline(&line, &size, file) >= 0; number++)
		if (!read_line(loading, line))
			note_bad_line(loading, path, number);
	if (ferror(file))
		note_failure(loading, path);
	free(line);
	fclose(file);
	return true;
}

static int is_conf(const struct dirent *entry)
{
	size_t length = strlen(entry->d_name);

	return *entry->d_name != '.' && length > 5 && !strcmp(entry->d_name + length - 5, ".conf");
}

/* Reads every FILE.d/NAME.conf, except those that `instead` has, too. */
static void read_folder(struct loading *loading, const char *folder, const char *instead)
{
	struct dirent **entries;
	char path[4096];
	int count = scandir(folder, &entries, is_conf, alphasort);

	for (int i = 0; i < count; i++) {
		snprintf(path, sizeof path, "%s/%s", instead ? instead : "", entries[i]->d_name);
		if (!instead || access(path, F_OK)) {
			snprintf(path, sizeof path, "%s/%s", folder, entries[i]->d_name);
			read_file(loading, path);
		}
		free(entries[i]);
	}
	if (count >= 0)
		free(entries);
	else
		note_failure(loading, folder);
}

char *set_read(struct set *set, enum name_set which, const char *etc_folder, const char *usr_folder,
	char **failure)
{
	struct loading loading = {.set = set, .source = &sources[which]};
	const char *file = loading.source->file;
	char etc[2048];
	char usr[2048];

	for (const struct builtin *builtin = loading.source->builtin; builtin->name; builtin++)
		set_add(set, builtin->number, builtin->name);
	snprintf(etc, sizeof etc, "%s/%s", etc_folder, file);
	snprintf(usr, sizeof usr, "%s/%s", usr_folder, file);
	if (!read_file(&loading, etc))
		read_file(&loading, usr);
	if (loading.source->folder) {
		snprintf(etc, sizeof etc, "%s/%s.d", etc_folder, file);
		snprintf(usr, sizeof usr, "%s/%s.d", usr_folder, file);
		read_folder(&loading, usr, etc);
		read_folder(&loading, etc, NULL);
	}
	*failure = loading.failure;
	return loading.bad_line;
}
