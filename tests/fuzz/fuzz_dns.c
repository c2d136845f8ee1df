/* SPDX-License-Identifier: GPL-2.0-or-later */
/* libFuzzer: the input is a reply of a DNS server, with or without the header and the question. */
#include "healthcheck/talk/dns_reply.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint8_t asked[] = {1, 2, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 'a', 0, 0, 6, 0, 1};
	/* Of its very size, so that a read behind the end is found. */
	uint8_t *whole = malloc(sizeof(asked) + size);

	if (!whole)
		return 0;
	memcpy(whole, asked, sizeof(asked));
	whole[6] = 0xff; /* many answers */
	memcpy(whole + sizeof(asked), data, size);
	dns_reply_fault(asked, sizeof(asked), whole, sizeof(asked) + size);
	free(whole);
	if (size >= DNS_HEADER_LEN)
		dns_reply_fault(asked, sizeof(asked), data, size);
	return 0;
}
