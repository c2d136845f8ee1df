/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * libFuzzer: the input is what `nft -j -n list ruleset` printed. Packets of both families are
 * followed on every way, and what closes one names a chain.
 */
#include "doctor/nft.h"

#include "base/mem.h"

#include <assert.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void judge(const struct nft *nft, uint16_t family)
{
	static const char *const chains[] = {"INPUT", "FORWARD", "OUTPUT"};
	static const uint8_t protocols[] = {0, 112, IPPROTO_TCP};
	struct firewall_packet packet = {.family = family, .port = 80, .in = "eth0", .out = ""};

	addr_parse(family == AF_INET ? "224.0.0.18" : "ff02::12", &packet.destination);
	for (size_t i = 0; i < sizeof(protocols); i++) {
		packet.protocol = protocols[i];
		for (size_t j = 0; j < sizeof(chains) / sizeof(chains[0]); j++) {
			const char *chain = NULL;
			struct err why = {.text = ""};

			if (nft_judge(nft, chains[j], &packet, &why, &chain) != FIREWALL_ACCEPTS)
				assert(chain && strstr(why.text, chain));
		}
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = mem_calloc(size + 1, 1);
	struct nft *nft;

	memcpy(text, data, size);
	nft = nft_parse(text);

	if (nft) {
		judge(nft, AF_INET);
		nft_skip_iptables(nft, AF_INET6);
		judge(nft, AF_INET6);
		nft_free(nft);
	}
	free(text);
	return 0;
}
