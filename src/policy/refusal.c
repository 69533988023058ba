/* What the kernel's errors mean for the one who typed. */
#include "policy/refusal.h"

#include <errno.h>
#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "field/walk.h"
#include "model/route.h"

struct advice {
	const char *sentence; /* a piece of the kernel's sentence; NULL: any */
	int number;           /* an errno; 0: any */
	const char *text;
};

static const struct advice advice[] = {
	{"invalid gateway", 0,
		"a gateway must be on a network of one of our devices; \"onlink\" with \"dev\" "
		"says it is"},
	{"prefsrc", 0, "it must be an address of our own"},
	{"source address", 0, "it must be an address of our own"},
	{"Egress device", 0, "add dev DEV: a link-local gateway is on no link in particular"},
	{"not up", 0, "`ip link set DEV up` brings a device up"},
	{NULL, ENETDOWN, "`ip link set DEV up` brings a device up"},
	{NULL, EEXIST,
		"\"replace\" puts it in place of what is there; -ensure takes that for done"},
	{NULL, ENETUNREACH,
		"a gateway must be on a network of one of our devices; \"onlink\" with \"dev\" "
		"says it is"},
	{NULL, EHOSTUNREACH,
		"a gateway must be on a network of one of our devices; \"onlink\" with \"dev\" "
		"says it is"},
	{"no match found", 0, "\"replace\" also adds what is not there"},
	{NULL, ENODEV, "is the device there, and up?"},
};

static const char *find_advice(const struct answer *answer)
{
	for (size_t i = 0; i < sizeof advice / sizeof *advice; i++) {
		if (advice[i].number && advice[i].number != answer->number)
			continue;
		if (advice[i].sentence && !strstr(answer->sentence, advice[i].sentence))
			continue;
		return advice[i].text;
	}
	return NULL;
}

/* A destination with host bits: what was probably meant. */
static bool find_meant_prefix(const struct nlmsghdr *message, char text[PREFIX_TEXT_MAX])
{
	struct route route = {0};
	struct arena arena = {0};
	bool found = !fields_decode(&route_object, message, &arena, &route) &&
	             prefix_meant(&route.destination, text);

	arena_free(&arena);
	return found;
}

int refusal_explain(const struct answer *answer, const struct nlmsghdr *message,
	const struct words *words, const struct origin *origin, struct error *error)
{
	const char *name = strerrorname_np(answer->number);
	const char *text = find_advice(answer);
	char sentence[sizeof answer->sentence];
	char meant[PREFIX_TEXT_MAX];
	size_t length;
	int word = -1;

	if (answer->number == EPERM || answer->number == EACCES)
		return error_set(error, STATUS_REFUSED,
			"changing routes and rules needs the capability CAP_NET_ADMIN: run it as "
			"root, "
			"or with sudo");
	snprintf(sentence, sizeof sentence, "%s",
		*answer->sentence ? answer->sentence : strerror(answer->number));
	length = strlen(sentence);
	if (length && sentence[length - 1] == '.')
		sentence[length - 1] = '\0';
	if (origin)
		word = fields_blame(
			origin, message, answer->offset, answer->sentence, answer->number);
	if (words)
		error_at(error, words, word, "kernel: %s (%s)", sentence, name ? name : "?");
	else
		error_set(error, STATUS_REFUSED, "kernel: %s (%s)", sentence, name ? name : "?");
	error->status = STATUS_REFUSED;
	if (find_meant_prefix(message, meant))
		return error_hint(error, "did you mean %s?", meant);
	return text ? error_hint(error, "%s", text) : -1;
}
