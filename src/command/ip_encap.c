/* What went wrong inside `encap`, in ip's words. */
#include <string.h>
#include <sys/socket.h>

#include "command/ip.h"
#include "kind/address.h"
#include "kind/device.h"
#include "kind/encap.h"
#include "kind/segments.h"

/* ip's sentence; %s: the word at fault. */
struct sentence {
	const char *key;
	int status;
	const char *text;
};

/* By what our own sentence begins with: the type needs something that is not there. */
static const struct sentence missing[] = {
	{"which labels", IP_FAILED, "Error: mpls address is expected rather than \"%s\"."},
	{"which locator", IP_FAILED, "Bad locator: %s"},
	{"which action", IP_WORDS, "Missing action type"},
};

/* By row, where it is not `"WORD" value is invalid`. */
static const struct sentence wrong[] = {
	{"encap", IP_WORDS, "Error: argument \"%s\" is wrong: \"encap type\" value is invalid"},
	{"flavors", IP_WORDS, "Error: argument \"%s\" is wrong: invalid \"flavors\" attribute"},
	{"srh", IP_WORDS, "Error: argument \"%s\" is wrong: missing \"segs\" attribute for srh"},
	{"table", IP_WORDS, "Error: argument \"%s\" is wrong: invalid table id"},
	{"vrftable", IP_WORDS, "Error: argument \"%s\" is wrong: invalid vrf table id"},
	{"segs", IP_FAILED, "Error: inet6 address is expected rather than \"%s\"."},
	{"locator", IP_FAILED, "Bad locator: %s"},
};

static bool is_inside(const struct field *field)
{
	for (const struct encap_type *type = encap_types; type->word; type++)
		if (field >= type->object->fields &&
			field < type->object->fields + type->object->count)
			return true;
	return field->kind == &kind_encap;
}

static const struct sentence *sentence_of(
	const struct sentence *sentences, size_t count, const char *text)
{
	for (size_t i = 0; i < count; i++)
		if (!strncmp(text, sentences[i].key, strlen(sentences[i].key)))
			return &sentences[i];
	return NULL;
}

static const struct sentence *find_sentence(const struct field *field, const struct error *error)
{
	const struct sentence *sentence =
		sentence_of(missing, sizeof missing / sizeof *missing, error->message);

	if (sentence)
		return sentence;
	/* The labels; `dst` of a tunnel is an address. */
	if (field == &encap_mpls_object.fields[0])
		return &missing[0];
	return sentence_of(wrong, sizeof wrong / sizeof *wrong, field->word);
}

static int say(const struct sentence *sentence, const char *word, struct error *error)
{
	const char *place = strstr(sentence->text, "%s");

	if (!place)
		return ip_error(error, sentence->status, "%s", sentence->text);
	return ip_error(error, sentence->status, "%.*s%s%s", (int)(place - sentence->text),
		sentence->text, word, place + strlen("%s"));
}

bool ip_is_encap(const struct field *field)
{
	return field && is_inside(field);
}

int ip_refuse_encap(const struct field *field, const char *word, struct error *error)
{
	const struct sentence *sentence = find_sentence(field, error);

	if (strstr(error->message, "is required"))
		return ip_error(error, IP_WORDS, "Error: %s", error->message);
	if (strstr(error->message, "is duplicate"))
		return ip_error(error, IP_WORDS, "Error: %s.", error->message);
	if (field->kind == &kind_device)
		return ip_error(error, IP_WORDS, "Cannot find device \"%s\"", word);
	if (field->kind == &kind_address)
		return ip_error(error, IP_FAILED,
			"Error: %s address is expected rather than \"%s\".",
			field->bits == AF_INET6 ? "inet6" : "inet", word);
	if (sentence)
		return say(sentence, word, error);
	return ip_error(error, IP_WORDS, "Error: argument \"%s\" is wrong: \"%s\" value is invalid",
		word, field->word);
}
