/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "host/owner.h"
#include "host/want.h"

#include <arpa/inet.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <net/if.h>
#include <stdio.h>

/* The number of the hook output. The priority is that of filters: after the translation of addresses. */
#define HOOK_OUTPUT	3
#define PRIORITY_FILTER 0

#define UDP_DESTINATION 2
/* No user has it. */
#define UID_NONE UINT32_MAX
#define WORDS_MAX 160

const char *host_owner_table(const char *run_dir, char name[static HOST_FILTER_TABLE_MAX])
{
	char filter[HOST_FILTER_TABLE_MAX];

	host_filter_table(run_dir, filter);
	snprintf(name, HOST_FILTER_TABLE_MAX, "%s%s", HOST_OWNER_TABLE, filter + strlen(HOST_FILTER_TABLE));
	return name;
}

const char *host_owner_comment(const struct host_owner *owner, enum host_owner_rule rule,
			       char comment[static HOST_OWNER_COMMENT_MAX])
{
	if (rule == HOST_OWNER_MASTER)
		snprintf(comment, HOST_OWNER_COMMENT_MAX, "lvsd: %s, UDP port %u: the kernel alone sends here",
			 owner->interface, owner->master_port);
	else if (rule == HOST_OWNER_BACKUP_OWN)
		snprintf(comment, HOST_OWNER_COMMENT_MAX, "lvsd: %s, UDP port %u: user %u sends here", owner->interface,
			 owner->backup_port, owner->uid);
	else
		snprintf(comment, HOST_OWNER_COMMENT_MAX, "lvsd: %s, UDP port %u: nobody else", owner->interface,
			 owner->backup_port);
	return comment;
}

/* ---- nftables ---- */

void host_owner_want(const struct host_owner *owner, struct host_filter *ret_want)
{
	char comment[HOST_OWNER_COMMENT_MAX];

	if (!owner->is_on)
		return;
	ret_want->exists = true;
	host_filter_note_table(ret_want, 0);
	host_filter_note_chain(ret_want, "filter", HOOK_OUTPUT, PRIORITY_FILTER, HOST_FILTER_ACCEPT);
	for (int rule = 0; rule < HOST_OWNER_N_RULES; rule++)
		host_filter_note_rule(ret_want, host_owner_comment(owner, (enum host_owner_rule)rule, comment));
}

static void put_port(struct host_nft_bytes *out, const struct host_owner *owner, uint16_t port)
{
	const uint8_t udp = IPPROTO_UDP;
	char name[IFNAMSIZ] = "";
	uint16_t number = htons(port);

	snprintf(name, sizeof(name), "%s", owner->interface);
	nft_put_meta(out, NFT_META_OIFNAME, NFT_REG_1);
	nft_put_compare(out, NFT_CMP_EQ, name, sizeof(name));
	nft_put_meta(out, NFT_META_L4PROTO, NFT_REG_1);
	nft_put_compare(out, NFT_CMP_EQ, &udp, sizeof(udp));
	nft_put_payload(out, NFT_PAYLOAD_TRANSPORT_HEADER, UDP_DESTINATION, sizeof(number), NFT_REG_1);
	nft_put_compare(out, NFT_CMP_EQ, &number, sizeof(number));
}

/* A packet of the kernel has no user to load: the rule ends there without its verdict. */
static void put_owner(struct host_nft_bytes *out, uint32_t op, uint32_t uid)
{
	nft_put_meta(out, NFT_META_SKUID, NFT_REG_1);
	nft_put_compare(out, op, &uid, sizeof(uid));
}

static void write_owner_rule(struct nft_batch *batch, const struct host_owner *owner, enum host_owner_rule rule)
{
	size_t list = nft_rule_begin(batch, HOST_OWNER_CHAIN);
	char comment[HOST_OWNER_COMMENT_MAX];

	put_port(batch->out, owner, rule == HOST_OWNER_MASTER ? owner->master_port : owner->backup_port);
	if (rule == HOST_OWNER_MASTER)
		put_owner(batch->out, NFT_CMP_NEQ, UID_NONE);
	if (rule == HOST_OWNER_BACKUP_OWN)
		put_owner(batch->out, NFT_CMP_EQ, owner->uid);
	nft_put_verdict(batch->out, rule == HOST_OWNER_BACKUP_OWN ? NF_ACCEPT : NF_DROP);
	nft_rule_end(batch, list, host_owner_comment(owner, rule, comment));
}

uint32_t host_owner_write(const char *table, enum host_filter_step step, const struct host_owner *owner,
			  struct host_nft_bytes *out)
{
	struct nft_batch batch = nft_batch_open(out, table);

	if (step == HOST_FILTER_REMOVE) {
		nft_write_table(&batch, NFT_MSG_DELTABLE, 0);
		return nft_batch_close(&batch);
	}
	nft_write_new_table(&batch);
	nft_write_chain(&batch, HOST_OWNER_CHAIN, HOOK_OUTPUT, PRIORITY_FILTER);
	for (int rule = 0; rule < HOST_OWNER_N_RULES; rule++)
		write_owner_rule(&batch, owner, (enum host_owner_rule)rule);
	return nft_batch_close(&batch);
}

/* ---- iptables ---- */

/* "! --uid-owner 0" alone is also true of the kernel's own packets: so the first rule names all users. */
void host_owner_want_chain(const struct host_owner *owner, struct host_state *want)
{
	struct host_chain *chain = &want->chains[HOST_OUTPUT4];
	char words[WORDS_MAX];

	if (!owner->is_on)
		return;
	snprintf(words, sizeof(words), "-o %s -p udp --dport %u -m owner --uid-owner 0-%u", owner->interface,
		 owner->master_port, UID_NONE - 1);
	host_want_rule(chain, "sync", words, "-j DROP");
	snprintf(words, sizeof(words), "-o %s -p udp --dport %u -m owner ! --uid-owner %u", owner->interface,
		 owner->backup_port, owner->uid);
	host_want_rule(chain, "sync", words, "-j DROP");
	host_want_finish(want);
}
