/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "conf/text/mailbox.h"

#include <string.h>

/* Bytes with a meaning in a command of SMTP or in a list of addresses. */
#define SPECIAL "<>()[],;:\\\""

static void trim(const char **text, size_t *len, const char *bytes)
{
	while (*len && strchr(bytes, (*text)[0])) {
		(*text)++;
		(*len)--;
	}
	while (*len && strchr(bytes, (*text)[*len - 1]))
		(*len)--;
}

static bool is_address(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (text[i] <= ' ' || text[i] > '~' || strchr(SPECIAL, text[i]))
			return false;
	return len > 0 && len <= MAILBOX_ADDRESS_MAX;
}

bool mailbox_read(const char *text, struct mailbox *ret_mailbox)
{
	const char *open = strrchr(text, '<');
	struct mailbox mailbox = {.name = text, .address = text, .address_len = strlen(text)};

	if (open) {
		size_t len = strlen(open);

		if (open[len - 1] != '>')
			return false;
		mailbox.name_len = (size_t)(open - text);
		mailbox.address = open + 1;
		mailbox.address_len = len - 2;
	}
	trim(&mailbox.name, &mailbox.name_len, " \t\"'");
	if (!is_address(mailbox.address, mailbox.address_len))
		return false;
	*ret_mailbox = mailbox;
	return true;
}

bool mailbox_is_host(const char *text)
{
	static const char allowed[] =
	    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.:%";

	return text[0] && text[0] != '-' && strspn(text, allowed) == strlen(text);
}
