/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "host/nft_message.h"
#include "host/filter.h"

#include <arpa/inet.h>
#include <assert.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netlink.h>

/* Of a rule's user data, which nft(8) prints as a comment (NFTNL_UDATA_RULE_COMMENT). */
#define UDATA_COMMENT 0
#define COMMENT_MAX 128

/* ---- messages and attributes ---- */

static size_t room(struct host_nft_bytes *out, size_t len)
{
	size_t at = out->items.n;

	for (size_t i = 0; i < NLMSG_ALIGN(len); i++)
		*vec_push(&out->items) = 0;
	return at;
}

size_t nft_message_begin(struct host_nft_bytes *out, uint16_t type, uint16_t flags, uint32_t seq)
{
	bool is_batch = type == NFNL_MSG_BATCH_BEGIN || type == NFNL_MSG_BATCH_END;
	const struct nlmsghdr header = {
	    .nlmsg_type = type, .nlmsg_flags = NLM_F_REQUEST | flags, .nlmsg_seq = seq};
	const struct nfgenmsg family = {.nfgen_family = is_batch ? AF_UNSPEC : NFPROTO_INET,
					.version = NFNETLINK_V0,
					.res_id = htons(is_batch ? NFNL_SUBSYS_NFTABLES : 0)};
	size_t at = room(out, sizeof(header) + sizeof(family));

	memcpy(out->items.items + at, &header, sizeof(header));
	memcpy(out->items.items + at + sizeof(header), &family, sizeof(family));
	return at;
}

void nft_message_end(struct host_nft_bytes *out, size_t at)
{
	uint32_t len = (uint32_t)(out->items.n - at);

	memcpy(out->items.items + at + offsetof(struct nlmsghdr, nlmsg_len), &len, sizeof(len));
}

void nft_attribute_put(struct host_nft_bytes *out, uint16_t type, const void *value, size_t len)
{
	const struct nlattr attribute = {.nla_len = (uint16_t)(NLA_HDRLEN + len), .nla_type = type};
	size_t at = room(out, NLA_HDRLEN + len);

	memcpy(out->items.items + at, &attribute, sizeof(attribute));
	if (len)
		memcpy(out->items.items + at + NLA_HDRLEN, value, len);
}

void nft_put_be32(struct host_nft_bytes *out, uint16_t type, uint32_t value)
{
	value = htonl(value);
	nft_attribute_put(out, type, &value, sizeof(value));
}

void nft_put_text(struct host_nft_bytes *out, uint16_t type, const char *text)
{
	nft_attribute_put(out, type, text, strlen(text) + 1);
}

size_t nft_nest_begin(struct host_nft_bytes *out, uint16_t type)
{
	size_t at = out->items.n;

	nft_attribute_put(out, type | NLA_F_NESTED, NULL, 0);
	return at;
}

void nft_nest_end(struct host_nft_bytes *out, size_t at)
{
	uint16_t len = (uint16_t)(out->items.n - at);

	memcpy(out->items.items + at + offsetof(struct nlattr, nla_len), &len, sizeof(len));
}

/* ---- expressions of a rule ---- */

struct nft_expression nft_expression_begin(struct host_nft_bytes *out, const char *name)
{
	struct nft_expression expression = {.element = nft_nest_begin(out, NFTA_LIST_ELEM)};

	nft_put_text(out, NFTA_EXPR_NAME, name);
	expression.data = nft_nest_begin(out, NFTA_EXPR_DATA);
	return expression;
}

void nft_expression_end(struct host_nft_bytes *out, struct nft_expression expression)
{
	nft_nest_end(out, expression.data);
	nft_nest_end(out, expression.element);
}

void nft_put_meta(struct host_nft_bytes *out, uint32_t key, uint32_t reg)
{
	struct nft_expression expression = nft_expression_begin(out, "meta");

	nft_put_be32(out, NFTA_META_KEY, key);
	nft_put_be32(out, NFTA_META_DREG, reg);
	nft_expression_end(out, expression);
}

void nft_put_payload(struct host_nft_bytes *out, uint32_t base, uint32_t offset, uint32_t len,
			uint32_t reg)
{
	struct nft_expression expression = nft_expression_begin(out, "payload");

	nft_put_be32(out, NFTA_PAYLOAD_DREG, reg);
	nft_put_be32(out, NFTA_PAYLOAD_BASE, base);
	nft_put_be32(out, NFTA_PAYLOAD_OFFSET, offset);
	nft_put_be32(out, NFTA_PAYLOAD_LEN, len);
	nft_expression_end(out, expression);
}

void nft_put_compare(struct host_nft_bytes *out, uint32_t op, const void *value, size_t len)
{
	struct nft_expression expression = nft_expression_begin(out, "cmp");
	size_t data;

	nft_put_be32(out, NFTA_CMP_SREG, NFT_REG_1);
	nft_put_be32(out, NFTA_CMP_OP, op);
	data = nft_nest_begin(out, NFTA_CMP_DATA);
	nft_attribute_put(out, NFTA_DATA_VALUE, value, len);
	nft_nest_end(out, data);
	nft_expression_end(out, expression);
}

void nft_put_verdict(struct host_nft_bytes *out, uint32_t verdict)
{
	struct nft_expression expression = nft_expression_begin(out, "immediate");
	size_t data, code;

	nft_put_be32(out, NFTA_IMMEDIATE_DREG, NFT_REG_VERDICT);
	data = nft_nest_begin(out, NFTA_IMMEDIATE_DATA);
	code = nft_nest_begin(out, NFTA_DATA_VERDICT);
	nft_put_be32(out, NFTA_VERDICT_CODE, verdict);
	nft_nest_end(out, code);
	nft_nest_end(out, data);
	nft_expression_end(out, expression);
}

void nft_put_counter(struct host_nft_bytes *out)
{
	nft_expression_end(out, nft_expression_begin(out, "counter"));
}

/* ---- the batch ---- */

struct nft_batch nft_batch_open(struct host_nft_bytes *out, const char *table)
{
	nft_message_end(out, nft_message_begin(out, NFNL_MSG_BATCH_BEGIN, 0, 0));
	return (struct nft_batch){.out = out, .table = table};
}

uint32_t nft_batch_close(struct nft_batch *batch)
{
	uint8_t *at = batch->out->items.items + batch->last + offsetof(struct nlmsghdr, nlmsg_flags);
	uint16_t flags;

	memcpy(&flags, at, sizeof(flags));
	flags |= NLM_F_ACK;
	memcpy(at, &flags, sizeof(flags));
	nft_message_end(batch->out,
			nft_message_begin(batch->out, NFNL_MSG_BATCH_END, 0, batch->seq + 1));
	return batch->seq;
}

void nft_batch_begin(struct nft_batch *batch, uint16_t message, uint16_t flags)
{
	batch->last = nft_message_begin(batch->out, HOST_NFT_TYPE(message), flags, ++batch->seq);
}

void nft_batch_end(struct nft_batch *batch)
{
	nft_message_end(batch->out, batch->last);
}

void nft_write_table(struct nft_batch *batch, uint16_t message, uint16_t flags)
{
	nft_batch_begin(batch, message, flags);
	nft_put_text(batch->out, NFTA_TABLE_NAME, batch->table);
	nft_batch_end(batch);
}

void nft_write_new_table(struct nft_batch *batch)
{
	/* Only a table that is there can be deleted, so it is made first. */
	nft_write_table(batch, NFT_MSG_NEWTABLE, NLM_F_CREATE);
	nft_write_table(batch, NFT_MSG_DELTABLE, 0);
	nft_write_table(batch, NFT_MSG_NEWTABLE, NLM_F_CREATE);
}

void nft_write_chain(struct nft_batch *batch, const char *chain, uint32_t hook_number, int32_t priority)
{
	size_t hook;

	nft_batch_begin(batch, NFT_MSG_NEWCHAIN, NLM_F_CREATE);
	nft_put_text(batch->out, NFTA_CHAIN_TABLE, batch->table);
	nft_put_text(batch->out, NFTA_CHAIN_NAME, chain);
	hook = nft_nest_begin(batch->out, NFTA_CHAIN_HOOK);
	nft_put_be32(batch->out, NFTA_HOOK_HOOKNUM, hook_number);
	nft_put_be32(batch->out, NFTA_HOOK_PRIORITY, (uint32_t)priority);
	nft_nest_end(batch->out, hook);
	nft_put_be32(batch->out, NFTA_CHAIN_POLICY, HOST_FILTER_ACCEPT);
	nft_put_text(batch->out, NFTA_CHAIN_TYPE, "filter");
	nft_batch_end(batch);
}

size_t nft_rule_begin(struct nft_batch *batch, const char *chain)
{
	nft_batch_begin(batch, NFT_MSG_NEWRULE, NLM_F_CREATE | NLM_F_APPEND);
	nft_put_text(batch->out, NFTA_RULE_TABLE, batch->table);
	nft_put_text(batch->out, NFTA_RULE_CHAIN, chain);
	return nft_nest_begin(batch->out, NFTA_RULE_EXPRESSIONS);
}

void nft_rule_end(struct nft_batch *batch, size_t list, const char *comment)
{
	size_t len = strlen(comment) + 1;
	uint8_t data[2 + COMMENT_MAX] = {UDATA_COMMENT, (uint8_t)len};

	assert(len <= COMMENT_MAX);
	nft_nest_end(batch->out, list);
	memcpy(data + 2, comment, len);
	nft_attribute_put(batch->out, NFTA_RULE_USERDATA, data, 2 + len);
	nft_batch_end(batch);
}
