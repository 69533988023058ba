/* The files are read once a set, when the first question comes that the built-in names do not
 * answer. */
#include "kind/names.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/nearest.h"
#include "base/vector.h"

enum {
	NAME_MAX_LENGTH = 64,
	LINE_MAX_LENGTH = 512,
	SLOTS = 1024, /* a power of two */
};

struct entry {
	uint32_t number;
	char name[NAME_MAX_LENGTH];
	int next; /* of the same slot of names, or -1 */
};

struct set {
	struct vector entries; /* struct entry; the last of a number is its name */
	int slot[SLOTS];       /* by name: index of the first entry, plus one */
	int number[SLOTS];     /* by number: index of the last entry, plus one */
};

struct names {
	char *etc, *usr;
	struct set *sets[NAMES_SETS]; /* NULL: not read yet */
	struct device_source devices;
	char *bad_line;
};

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
static const struct builtin groups[] = {{0, "default"}, {0, NULL}};

struct source {
	const char *file;
	const struct builtin *builtin;
	bool folder; /* FILE.d is read too */
	bool turned; /* its lines have the name before the number, and other names behind */
	uint32_t most;
};

static const struct source sources[NAMES_SETS] = {
	[NAMES_TABLES] = {"rt_tables", tables, true, false, UINT32_MAX},
	[NAMES_PROTOCOLS] = {"rt_protos", protocols, true, false, 255},
	[NAMES_SCOPES] = {"rt_scopes", scopes, false, false, 255},
	[NAMES_REALMS] = {"rt_realms", realms, false, false, 255},
	[NAMES_DSFIELD] = {"rt_dsfield", dsfields, false, false, 255},
	[NAMES_GROUPS] = {"group", groups, false, false, INT32_MAX},
	[NAMES_IP_PROTOCOLS] = {"../protocols", ip_protocols, false, true, 255},
};

static unsigned int name_slot(const char *name)
{
	unsigned int hash = 5381;

	while (*name)
		hash = hash * 33 + (unsigned char)*name++;
	return (hash ^ hash >> 10) % SLOTS;
}

static void set_add(struct set *set, uint32_t number, const char *name)
{
	struct entry entry = {.number = number};
	unsigned int slot;

	if (strlen(name) >= sizeof entry.name)
		return;
	snprintf(entry.name, sizeof entry.name, "%s", name);
	slot = name_slot(name);
	entry.next = set->slot[slot] - 1;
	set->entries.size = sizeof entry;
	vector_push(&set->entries, &entry);
	set->slot[slot] = (int)set->entries.count;
}

struct names *names_new_in(const char *etc, const char *usr)
{
	struct names *names = memory_get(sizeof *names);

	names->etc = memory_string(etc);
	names->usr = memory_string(usr);
	return names;
}

struct names *names_new(void)
{
	return names_new_in("/etc/iproute2", "/usr/share/iproute2");
}

void names_free(struct names *names)
{
	for (int i = 0; i < NAMES_SETS; i++) {
		if (names->sets[i])
			vector_free(&names->sets[i]->entries);
		free(names->sets[i]);
	}
	free(names->etc);
	free(names->usr);
	free(names->bad_line);
	free(names);
}

void names_devices(struct names *names, struct device_source source)
{
	names->devices = source;
}

const char *names_bad_line(const struct names *names)
{
	return names->bad_line;
}

static void note_bad_line(struct names *names, const char *path, int line)
{
	size_t size = strlen(path) + 16;

	if (names->bad_line)
		return;
	names->bad_line = memory_get(size);
	snprintf(names->bad_line, size, "%s:%d", path, line);
}

/* `NUMBER NAME`, whatever follows; false: it is neither that nor empty nor a comment. */
static bool read_line(struct set *set, char *line, uint32_t most)
{
	char *at = line + strspn(line, " \t");
	unsigned long number;
	size_t length;
	char *name;

	if (!*at || *at == '#' || *at == '\n')
		return true;
	number = strtoul(at, &name, strncmp(at, "0x", 2) ? 10 : 16);
	if (name == at || (*name != ' ' && *name != '\t') || number > most)
		return false;
	name += strspn(name, " \t");
	length = strcspn(name, " \t\n");
	if (!length || length >= NAME_MAX_LENGTH)
		return false;
	name[length] = '\0';
	set_add(set, (uint32_t)number, name);
	return true;
}

/* The next word, cut out; NULL: none. */
static char *next_word(char **line)
{
	char *word = *line + strspn(*line, " \t");
	size_t length = strcspn(word, " \t");

	*line = word + length + (word[length] != '\0');
	word[length] = '\0';
	return length ? word : NULL;
}

/* `NAME NUMBER OTHER…`. The first name tells the number: it is added last. */
static bool read_turned(struct set *set, char *line, uint32_t most)
{
	const char *name;
	const char *digits;
	const char *other;
	unsigned long number;
	char *end;

	line[strcspn(line, "#\n")] = '\0';
	name = next_word(&line);
	if (!name)
		return true;
	digits = next_word(&line);
	number = digits ? strtoul(digits, &end, 10) : 0;
	if (!digits || *end || number > most)
		return false;
	while ((other = next_word(&line)))
		set_add(set, (uint32_t)number, other);
	set_add(set, (uint32_t)number, name);
	return true;
}

/* False: there is no such file. A line that cannot be read is passed over. */
static bool read_file(struct names *names, enum name_set which, const char *path)
{
	FILE *file = fopen(path, "re");
	char line[LINE_MAX_LENGTH];

	if (!file)
		return false;
	for (int number = 1; fgets(line, sizeof line, file); number++)
		if (!(sources[which].turned ? read_turned : read_line)(
			    names->sets[which], line, sources[which].most))
			note_bad_line(names, path, number);
	fclose(file);
	return true;
}

static int is_conf(const struct dirent *entry)
{
	size_t length = strlen(entry->d_name);

	return *entry->d_name != '.' && length > 5 && !strcmp(entry->d_name + length - 5, ".conf");
}

/* All FILE.d/ *.conf; those that `instead` has too are left to it. */
static void read_folder(
	struct names *names, enum name_set which, const char *folder, const char *instead)
{
	struct dirent **entries;
	char path[4096];
	int count = scandir(folder, &entries, is_conf, alphasort);

	for (int i = 0; i < count; i++) {
		snprintf(path, sizeof path, "%s/%s", instead ? instead : "", entries[i]->d_name);
		if (!instead || access(path, F_OK)) {
			snprintf(path, sizeof path, "%s/%s", folder, entries[i]->d_name);
			read_file(names, which, path);
		}
		free(entries[i]);
	}
	if (count >= 0)
		free(entries);
}

/* A number's name is that of its last line: the files speak after the built-in names. */
static void index_numbers(struct set *set)
{
	for (size_t i = 0; i < set->entries.count; i++) {
		const struct entry *entry = vector_at(&set->entries, i);
		unsigned int slot = entry->number % SLOTS;

		while (set->number[slot] &&
			((struct entry *)vector_at(&set->entries, (size_t)set->number[slot] - 1))
					->number != entry->number)
			slot = (slot + 1) % SLOTS;
		set->number[slot] = (int)i + 1;
	}
}

static struct set *names_read(struct names *names, enum name_set which)
{
	const struct source *source = &sources[which];
	struct set *set = names->sets[which];
	char etc[2048];
	char usr[2048];

	if (set)
		return set;
	set = memory_get(sizeof *set);
	names->sets[which] = set;
	for (const struct builtin *builtin = source->builtin; builtin->name; builtin++)
		set_add(set, builtin->number, builtin->name);
	snprintf(etc, sizeof etc, "%s/%s", names->etc, source->file);
	snprintf(usr, sizeof usr, "%s/%s", names->usr, source->file);
	if (!read_file(names, which, etc))
		read_file(names, which, usr);
	if (source->folder) {
		snprintf(etc, sizeof etc, "%s/%s.d", names->etc, source->file);
		snprintf(usr, sizeof usr, "%s/%s.d", names->usr, source->file);
		read_folder(names, which, usr, etc);
		read_folder(names, which, etc, NULL);
	}
	if (set->entries.count < SLOTS)
		index_numbers(set);
	return set;
}

bool names_number(struct names *names, enum name_set set, const char *name, uint32_t *number)
{
	struct set *known;

	/* A plain number is no name, and asks for no file; rt_dsfield alone names 0 by "0". */
	if (*name >= '1' && *name <= '9')
		return false;
	known = names_read(names, set);
	for (int i = known->slot[name_slot(name)] - 1; i >= 0;) {
		const struct entry *entry = vector_at(&known->entries, (size_t)i);

		if (!strcmp(entry->name, name)) {
			*number = entry->number;
			return true;
		}
		i = entry->next;
	}
	return false;
}

const char *names_name(struct names *names, enum name_set set, uint32_t number)
{
	struct set *known = names_read(names, set);
	unsigned int slot = number % SLOTS;

	if (known->entries.count >= SLOTS) {
		for (size_t i = known->entries.count; i > 0; i--) {
			const struct entry *entry = vector_at(&known->entries, i - 1);

			if (entry->number == number)
				return entry->name;
		}
		return NULL;
	}
	for (; known->number[slot]; slot = (slot + 1) % SLOTS) {
		const struct entry *entry =
			vector_at(&known->entries, (size_t)known->number[slot] - 1);

		if (entry->number == number)
			return entry->name;
	}
	return NULL;
}

static int compare_entries(const void *a, const void *b)
{
	const struct entry *left = *(const struct entry *const *)a;
	const struct entry *right = *(const struct entry *const *)b;

	return left->number < right->number ? -1 : left->number > right->number;
}

void names_all(struct names *names, enum name_set set,
	void (*each)(uint32_t number, const char *name, void *argument), void *argument)
{
	struct set *known = names_read(names, set);
	const struct entry **sorted = memory_get((known->entries.count + 1) * sizeof *sorted);

	for (size_t i = 0; i < known->entries.count; i++)
		sorted[i] = vector_at(&known->entries, i);
	qsort(sorted, known->entries.count, sizeof *sorted, compare_entries);
	for (size_t i = 0; i < known->entries.count; i++) {
		/* The files repeat the built-in names. */
		if (!i || strcmp(sorted[i]->name, sorted[i - 1]->name))
			each(sorted[i]->number, sorted[i]->name, argument);
	}
	free(sorted);
}

struct search {
	struct nearest nearest;
	const char *typed;
};

static void search_try(uint32_t number, const char *name, void *argument)
{
	struct search *search = argument;

	(void)number;
	nearest_try(&search->nearest, search->typed, name);
}

const char *names_nearest(struct names *names, enum name_set set, const char *typed)
{
	struct search search = {.typed = typed};

	names_all(names, set, search_try, &search);
	return search.nearest.word;
}

uint32_t names_device_index(struct names *names, const char *name)
{
	uint32_t index =
		names->devices.index ? names->devices.index(names->devices.context, name) : 0;
	unsigned int number;
	char end;

	/* What a vanished device is listed as. */
	if (!index && sscanf(name, "if%u%c", &number, &end) == 1)
		index = number;
	return index;
}

uint32_t names_device_class(struct names *names, const char *name)
{
	return names->devices.class ? names->devices.class(names->devices.context, name) : 0;
}

const char *names_device_name(struct names *names, uint32_t index, char spare[16])
{
	const char *name =
		names->devices.name ? names->devices.name(names->devices.context, index) : NULL;

	if (name)
		return name;
	snprintf(spare, 16, "if%u", index);
	return spare;
}

void names_device_all(
	struct names *names, void (*each)(const char *name, void *argument), void *argument)
{
	if (names->devices.all)
		names->devices.all(names->devices.context, each, argument);
}
