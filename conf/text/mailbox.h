/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The two forms in which a file may name an address of mail: "ops@example.net" and
 * "Operators <ops@example.net>". Pure. */
#ifndef LVSD_CONF_TEXT_MAILBOX_H
#define LVSD_CONF_TEXT_MAILBOX_H

#include <stdbool.h>
#include <stddef.h>

/* The longest address (RFC 5321, section 4.5.3.1.3, less its brackets). */
#define MAILBOX_ADDRESS_MAX 254

/* Parts of the text that was read; they are not terminated. */
struct mailbox {
	const char *name; /* without blanks and quotes around it */
	size_t name_len;  /* 0: none */
	const char *address;
	size_t address_len;
};

/*
 * Finds the parts of a text. False: it is neither form, or its address has a byte that is no
 * printable ASCII or has a meaning for SMTP, so that it cannot be sent.
 * Example: "Ops <ops@example.net>": true, with the name "Ops" and the address "ops@example.net".
 * Example: "ops@example.net, root": false.
 */
bool mailbox_read(const char *text, struct mailbox *ret_mailbox);

/* Can text be the host of a mail server: letters, digits, '-', '_', '.', and ':' and '%' of IPv6? */
bool mailbox_is_host(const char *text);

#endif
