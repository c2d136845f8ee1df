/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Decides what the rules of nftables do with one packet, from the output of `nft -j -n list
 * ruleset` (libnftables-json(5)). All base chains on the packet's way are judged, in whatever table
 * they are. A statement that is not known here makes the answer FIREWALL_IS_UNSURE, never a wrong
 * one. Pure.
 */
#ifndef LVSD_DOCTOR_NFT_H
#define LVSD_DOCTOR_NFT_H

#include "base/err.h"
#include "doctor/firewall.h"

struct nft;

/* Reads the text; nft_free() frees the result. Objects that are not understood are left out. NULL:
 * text is not such a list. */
struct nft *nft_parse(const char *text);
void nft_free(struct nft *nft);

/*
 * Leaves out the base chains of the family's tables filter, mangle, raw and security. Those belong
 * to iptables-nft, and its own program prints their rules in the form in which they were written.
 */
void nft_skip_iptables(struct nft *nft, uint16_t family);

/*
 * Follows packet on the way that ends in a chain of iptables ("INPUT", "FORWARD" or "OUTPUT"). If
 * the packet is dropped or may be, why names the rule or policy, and *ret_chain its base chain as
 * nft names it, "inet filter input". That text lives as long as nft.
 */
enum firewall_verdict nft_judge(const struct nft *nft, const char *chain,
				const struct firewall_packet *packet, struct err *why,
				const char **ret_chain);

#endif
