/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Errors inside `encap`, in ip's words. */
#include <string.h>
#include <sys/socket.h>

#include "ip/ip.h"
#include "kind/address.h"
#include "kind/device.h"
#include "kind/encap/encap.h"

/* ip's sentence about a row: the word at fault comes between its halves, or not at all. */
struct sentence {
	const char *row;
	int status;
	const char *before; /* NULL: without the word */
	const char *after;
};

static const struct sentence no_labels = {
	"dst", IP_FAILED, "Error: mpls address is expected rather than \"", "\"."};
static const struct sentence no_action = {"action", IP_WORDS, NULL, "Missing action type"};

/* The sentences of rows other than `"WORD" value is invalid`. */
static const struct sentence wrong[] = {
	{"encap", IP_WORDS, "Error: argument \"", "\" is wrong: \"encap type\" value is invalid"},
	{"flavors", IP_WORDS, "Error: argument \"", "\" is wrong: invalid \"flavors\" attribute"},
	{"srh", IP_WORDS, "Error: argument \"", "\" is wrong: missing \"segs\" attribute for srh"},
	{"table", IP_WORDS, "Error: argument \"", "\" is wrong: invalid table id"},
	{"vrftable", IP_WORDS, "Error: argument \"", "\" is wrong: invalid vrf table id"},
	{"segs", IP_FAILED, "Error: inet6 address is expected rather than \"", "\"."},
	{"locator", IP_FAILED, "Bad locator: ", ""},
};

static bool is_inside(const struct field *field)
{
	for (const struct encap_type *type = encap_types; type->word; type++)
		if (field >= type->object->fields &&
			field < type->object->fields + type->object->count)
			return true;
	return field->kind == &kind_encap;
}

/* Returns NULL for `"WORD" value is invalid`. */
static const struct sentence *find_sentence(const struct field *field, const struct error *error)
{
	/* MPLS labels; `dst` of a tunnel is an address. */
	if (field == &encap_mpls_object.fields[0])
		return &no_labels;
	if (error->fault == FAULT_MISSING && !strcmp(field->word, no_action.row))
		return &no_action;
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
		if (!strcmp(field->word, wrong[i].row))
			return &wrong[i];
	return NULL;
}

static int say(const struct sentence *sentence, const char *word, struct error *error)
{
	if (!sentence->before)
		return ip_error(error, sentence->status, "%s", sentence->after);
	return ip_error(error, sentence->status, "%s%s%s", sentence->before, word, sentence->after);
}

bool ip_is_encap(const struct field *field)
{
	return field && is_inside(field);
}

int ip_refuse_encap(const struct field *field, const char *word, struct error *error)
{
	const struct sentence *sentence = find_sentence(field, error);

	if (error->fault == FAULT_MISSING && error->what)
		return ip_error(error, IP_WORDS, "Error: argument \"%s\" is required", error->what);
	if (field->kind == &kind_device)
		return ip_error(error, IP_WORDS, "Cannot find device \"%s\"", word);
	if (field->kind == &kind_address)
		return ip_error(error, IP_FAILED,
			"Error: %s address is expected rather than \"%s\".",
			field->address_family == AF_INET6 ? "inet6" : "inet", word);
	if (sentence)
		return say(sentence, word, error);
	return ip_error(error, IP_WORDS, "Error: argument \"%s\" is wrong: \"%s\" value is invalid",
		word, field->word);
}
