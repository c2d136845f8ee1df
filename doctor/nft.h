/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the rules of nftables do with one packet, from what `nft -j -n list ruleset` prints
 * (libnftables-json(5)). All base chains of the packet's way are judged, whatever table they are
 * in. Statements that are not known here make the answer unsure, never wrong. Pure.
 */
#ifndef LVSD_DOCTOR_NFT_H
#define LVSD_DOCTOR_NFT_H

#include "base/err.h"
#include "doctor/firewall.h"

struct nft;

/* NULL when text is not such a list. What is not understood in it is left out. */
struct nft *nft_parse(const char *text);
void nft_free(struct nft *nft);

/*
 * Leaves out the base chains of the family's tables filter, mangle, raw and security: they are those
 * of iptables-nft, whose own program names their rules as they were written.
 */
void nft_skip_iptables(struct nft *nft, uint16_t family);

/*
 * Follows packet on the way of a chain of iptables ("INPUT", "FORWARD", "OUTPUT"). When it is not
 * accepted why says which rule or policy drops it, or may do so, and ret_chain is its base chain as
 * nft names it, "inet filter input"; it lives as long as nft.
 */
enum firewall_verdict nft_judge(const struct nft *nft, const char *chain,
				const struct firewall_packet *packet, struct err *why,
				const char **ret_chain);

#endif
