/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "healthcheck/talk/dns_reply.h"

#include <ctype.h>
#include <stdbool.h>

#define FLAG_CUT 0x02 /* TC */
#define QDCOUNT	 4
#define ANCOUNT	 6

/* Type and class of a question; with TTL and RDLENGTH, those of a record. */
#define QUESTION_REST 4
#define RECORD_REST   10

#define LABEL_MAX   63
#define LABEL_LINK  0xc0 /* the name goes on at an earlier place */
#define LINK_TARGET 0x3fff

static unsigned u16_at(const uint8_t *at)
{
	return (unsigned)at[0] << 8 | at[1];
}

/* The question of asked, which ends with it, repeated: servers may change the case of letters. */
static bool has_question(const uint8_t *asked, size_t asked_len, const uint8_t *reply, size_t len)
{
	if (u16_at(reply + QDCOUNT) != 1 || len < asked_len)
		return false;
	for (size_t at = DNS_HEADER_LEN; at < asked_len; at++) {
		bool is_name = at + QUESTION_REST < asked_len;

		if (asked[at] != reply[at] &&
		    !(is_name && tolower(asked[at]) == tolower(reply[at])))
			return false;
	}
	return true;
}

/* Where the name at `at` ends; 0: it is none. A link leads back, so no chain of links is a circle. */
static size_t name_end(const uint8_t *reply, size_t len, size_t at)
{
	size_t begin = at;

	while (at < len && reply[at] && reply[at] <= LABEL_MAX)
		at += reply[at] + 1u;
	if (at < len && !reply[at])
		return at + 1;
	if (at + 2 > len || reply[at] < LABEL_LINK)
		return 0;
	return (u16_at(reply + at) & LINK_TARGET) < begin ? at + 2 : 0;
}

/* Where the record at `at` ends; 0: there is none. */
static size_t record_end(const uint8_t *reply, size_t len, size_t at)
{
	size_t end = name_end(reply, len, at);

	if (!end || end + RECORD_REST > len)
		return 0;
	end += RECORD_REST + u16_at(reply + end + RECORD_REST - 2);
	return end <= len ? end : 0;
}

const char *dns_reply_fault(const uint8_t *asked, size_t asked_len, const uint8_t *reply, size_t len)
{
	size_t at = asked_len;

	if (!has_question(asked, asked_len, reply, len))
		return "it does not repeat the question";
	if (reply[2] & FLAG_CUT)
		return NULL;
	for (unsigned left = u16_at(reply + ANCOUNT); left; left--) {
		at = record_end(reply, len, at);
		if (!at)
			return "it lacks answers that it announces";
	}
	return NULL;
}
