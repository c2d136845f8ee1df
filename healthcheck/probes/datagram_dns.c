/* SPDX-License-Identifier: GPL-2.0-or-later */
#define CARES_NO_DEPRECATED /* versions from 1.28 on have another way, which older ones lack */
#include "base/mem.h"
#include "healthcheck/datagram.h"
#include "healthcheck/talk/dns_reply.h"

#include <ares.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CLASS_INTERNET 1

#define FLAG_RESPONSE 0x80
#define RCODE_MASK    0x0f

/* RFC 1035 and RFC 2136, by RCODE. */
static const char *const rcode_names[] = {"NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN",
					  "NOTIMP",  "REFUSED", "YXDOMAIN", "YXRRSET",
					  "NXRRSET", "NOTAUTH", "NOTZONE"};

static size_t dns_compose(const struct conf_check *check, uint64_t seed, uint8_t *bytes)
{
	unsigned char *question;
	int len;

	if (ares_create_query(check->dns_name, CLASS_INTERNET, (int)check->dns_type,
			      (unsigned short)seed, true, &question, &len, 0) != ARES_SUCCESS)
		return 0;
	memcpy(bytes, question, (size_t)len);
	ares_free_string(question);
	return (size_t)len;
}

/* What is wrong with a reply without an error; NULL: nothing. */
static const char *fault_of(const struct conf_check *check, uint64_t seed, const uint8_t *reply, size_t len)
{
	uint8_t *asked = mem_calloc(1, DATAGRAM_MAX);
	size_t asked_len = dns_compose(check, seed, asked);
	const char *fault = asked_len ? dns_reply_fault(asked, asked_len, reply, len) : NULL;

	free(asked);
	return fault;
}

static enum datagram_verdict dns_reply_judge(const struct conf_check *check, uint64_t seed,
				   const uint8_t *reply, size_t len,
				   char reason[static PROBE_REASON_MAX])
{
	const char *fault;
	unsigned rcode;

	if (len < DNS_HEADER_LEN || (reply[0] << 8 | reply[1]) != (uint16_t)seed ||
	    !(reply[2] & FLAG_RESPONSE))
		return DATAGRAM_FOREIGN;
	rcode = reply[3] & RCODE_MASK;
	if (rcode < sizeof(rcode_names) / sizeof(rcode_names[0]))
		snprintf(reason, PROBE_REASON_MAX, "DNS answer %s", rcode_names[rcode]);
	else
		snprintf(reason, PROBE_REASON_MAX, "DNS answer with RCODE %u", rcode);
	if (rcode)
		return DATAGRAM_BAD;
	fault = fault_of(check, seed, reply, len);
	if (fault)
		snprintf(reason, PROBE_REASON_MAX, "the DNS answer is none: %s", fault);
	return fault ? DATAGRAM_BAD : DATAGRAM_GOOD;
}

static bool is_dns_silence_good(const struct conf_check *check)
{
	(void)check;
	return false;
}

const struct datagram_rules datagram_dns = {
    .compose = dns_compose,
    .judge = dns_reply_judge,
    .is_silence_good = is_dns_silence_good,
};
