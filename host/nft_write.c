/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "host/nft_write.h"

#include <arpa/inet.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netlink.h>

/* An attribute's length has 16 bits; so many elements fit into a list. */
#define ELEMENTS_MAX 1000

/* Offsets in the headers of IPv4, IPv6 and the protocols with ports, and the types of ICMPv6. */
#define IP4_DESTINATION 16
#define IP6_DESTINATION 24
#define PORT_OFFSET     2
#define ND_FIRST        135 /* neighbour solicitation, RFC 4861 section 4.3 */
#define ND_LAST         136 /* neighbour advertisement, section 4.4 */

/* Of a rule's user data, which nft(8) prints as a comment (NFTNL_UDATA_RULE_COMMENT). */
#define UDATA_COMMENT 0

/* ---- messages and attributes ---- */

static size_t room(struct host_nft_bytes *out, size_t len)
{
	size_t at = out->items.n;

	for (size_t i = 0; i < NLMSG_ALIGN(len); i++)
		*vec_push(&out->items) = 0;
	return at;
}

static size_t message_begin(struct host_nft_bytes *out, uint16_t type, uint16_t flags, uint32_t seq)
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

static void message_end(struct host_nft_bytes *out, size_t at)
{
	uint32_t len = (uint32_t)(out->items.n - at);

	memcpy(out->items.items + at + offsetof(struct nlmsghdr, nlmsg_len), &len, sizeof(len));
}

static void attribute_put(struct host_nft_bytes *out, uint16_t type, const void *value, size_t len)
{
	const struct nlattr attribute = {.nla_len = (uint16_t)(NLA_HDRLEN + len), .nla_type = type};
	size_t at = room(out, NLA_HDRLEN + len);

	memcpy(out->items.items + at, &attribute, sizeof(attribute));
	if (len)
		memcpy(out->items.items + at + NLA_HDRLEN, value, len);
}

static void put_be32(struct host_nft_bytes *out, uint16_t type, uint32_t value)
{
	value = htonl(value);
	attribute_put(out, type, &value, sizeof(value));
}

static void put_text(struct host_nft_bytes *out, uint16_t type, const char *text)
{
	attribute_put(out, type, text, strlen(text) + 1);
}

static size_t nest_begin(struct host_nft_bytes *out, uint16_t type)
{
	size_t at = out->items.n;

	attribute_put(out, type | NLA_F_NESTED, NULL, 0);
	return at;
}

static void nest_end(struct host_nft_bytes *out, size_t at)
{
	uint16_t len = (uint16_t)(out->items.n - at);

	memcpy(out->items.items + at + offsetof(struct nlattr, nla_len), &len, sizeof(len));
}

/* ---- expressions of a rule ---- */

struct expression {
	size_t element, data;
};

static struct expression expression_begin(struct host_nft_bytes *out, const char *name)
{
	struct expression expression = {.element = nest_begin(out, NFTA_LIST_ELEM)};

	put_text(out, NFTA_EXPR_NAME, name);
	expression.data = nest_begin(out, NFTA_EXPR_DATA);
	return expression;
}

static void expression_end(struct host_nft_bytes *out, struct expression expression)
{
	nest_end(out, expression.data);
	nest_end(out, expression.element);
}

static void put_meta(struct host_nft_bytes *out, uint32_t key, uint32_t reg)
{
	struct expression expression = expression_begin(out, "meta");

	put_be32(out, NFTA_META_KEY, key);
	put_be32(out, NFTA_META_DREG, reg);
	expression_end(out, expression);
}

static void put_payload(struct host_nft_bytes *out, uint32_t base, uint32_t offset, uint32_t len,
			uint32_t reg)
{
	struct expression expression = expression_begin(out, "payload");

	put_be32(out, NFTA_PAYLOAD_DREG, reg);
	put_be32(out, NFTA_PAYLOAD_BASE, base);
	put_be32(out, NFTA_PAYLOAD_OFFSET, offset);
	put_be32(out, NFTA_PAYLOAD_LEN, len);
	expression_end(out, expression);
}

/* The rule goes on only if the byte in the register compares with value as op says. */
static void put_compare(struct host_nft_bytes *out, uint32_t op, uint8_t value)
{
	struct expression expression = expression_begin(out, "cmp");
	size_t data;

	put_be32(out, NFTA_CMP_SREG, NFT_REG_1);
	put_be32(out, NFTA_CMP_OP, op);
	data = nest_begin(out, NFTA_CMP_DATA);
	attribute_put(out, NFTA_DATA_VALUE, &value, sizeof(value));
	nest_end(out, data);
	expression_end(out, expression);
}

/* The rule goes on only if the set has the key that begins at the register. */
static void put_lookup(struct host_nft_bytes *out, enum host_filter_set set, uint32_t reg)
{
	struct expression expression = expression_begin(out, "lookup");

	put_text(out, NFTA_LOOKUP_SET, host_filter_sets[set].name);
	put_be32(out, NFTA_LOOKUP_SREG, reg);
	expression_end(out, expression);
}

static void put_verdict(struct host_nft_bytes *out, uint32_t verdict)
{
	struct expression expression = expression_begin(out, "immediate");
	size_t data, code;

	put_be32(out, NFTA_IMMEDIATE_DREG, NFT_REG_VERDICT);
	data = nest_begin(out, NFTA_IMMEDIATE_DATA);
	code = nest_begin(out, NFTA_DATA_VERDICT);
	put_be32(out, NFTA_VERDICT_CODE, verdict);
	nest_end(out, code);
	nest_end(out, data);
	expression_end(out, expression);
}

static void put_counter(struct host_nft_bytes *out)
{
	expression_end(out, expression_begin(out, "counter"));
}

static void put_family(struct host_nft_bytes *out, bool is_ip4)
{
	put_meta(out, NFT_META_NFPROTO, NFT_REG_1);
	put_compare(out, NFT_CMP_EQ, is_ip4 ? NFPROTO_IPV4 : NFPROTO_IPV6);
}

/* Loads the destination address from the register NFT_REG32_00 on. Returns the next register. */
static uint32_t put_destination(struct host_nft_bytes *out, bool is_ip4)
{
	const uint32_t len =
	    host_filter_sets[is_ip4 ? HOST_FILTER_ADDRS4 : HOST_FILTER_ADDRS6].key_len;

	put_family(out, is_ip4);
	put_payload(out, NFT_PAYLOAD_NETWORK_HEADER, is_ip4 ? IP4_DESTINATION : IP6_DESTINATION,
		    len, NFT_REG32_00);
	return NFT_REG32_00 + len / NFT_REG32_SIZE;
}

static void put_services(struct host_nft_bytes *out, bool is_ip4)
{
	uint32_t next = put_destination(out, is_ip4);

	put_meta(out, NFT_META_L4PROTO, next);
	put_payload(out, NFT_PAYLOAD_TRANSPORT_HEADER, PORT_OFFSET, sizeof(uint16_t), next + 1);
	put_lookup(out, is_ip4 ? HOST_FILTER_SERVICES4 : HOST_FILTER_SERVICES6, NFT_REG32_00);
}

static void put_neighbours(struct host_nft_bytes *out)
{
	put_meta(out, NFT_META_L4PROTO, NFT_REG_1);
	put_compare(out, NFT_CMP_EQ, IPPROTO_ICMPV6);
	put_payload(out, NFT_PAYLOAD_TRANSPORT_HEADER, 0, 1, NFT_REG_1);
	put_compare(out, NFT_CMP_GTE, ND_FIRST);
	put_compare(out, NFT_CMP_LTE, ND_LAST);
}

static void put_link(struct host_nft_bytes *out)
{
	put_meta(out, NFT_META_IIFNAME, put_destination(out, false));
	put_lookup(out, HOST_FILTER_LINK6, NFT_REG32_00);
}

/* Puts the conditions of the rule. Returns its verdict. */
static uint32_t put_conditions(struct host_nft_bytes *out, enum host_filter_rule rule)
{
	switch (rule) {
	case HOST_FILTER_RULE_SERVICES4:
	case HOST_FILTER_RULE_SERVICES6:
		put_services(out, rule == HOST_FILTER_RULE_SERVICES4);
		return NF_ACCEPT;
	case HOST_FILTER_RULE_NEIGHBOURS:
		put_neighbours(out);
		return NF_ACCEPT;
	case HOST_FILTER_RULE_ADDRS4:
	case HOST_FILTER_RULE_ADDRS6:
		put_destination(out, rule == HOST_FILTER_RULE_ADDRS4);
		put_lookup(
		    out, rule == HOST_FILTER_RULE_ADDRS4 ? HOST_FILTER_ADDRS4 : HOST_FILTER_ADDRS6,
		    NFT_REG32_00);
		return NF_DROP;
	case HOST_FILTER_RULE_LINK6:
	case HOST_FILTER_N_RULES:
		break;
	}
	put_link(out);
	return NF_DROP;
}

/* ---- the batch ---- */

struct batch {
	struct host_nft_bytes *out;
	const char *table; /* its name */
	uint32_t seq;
	size_t last; /* where the last message begins */
};

static void batch_begin(struct batch *batch, uint16_t message, uint16_t flags)
{
	batch->last = message_begin(batch->out, HOST_NFT_TYPE(message), flags, ++batch->seq);
}

static void batch_end(struct batch *batch)
{
	message_end(batch->out, batch->last);
}

static void write_table(struct batch *batch, uint16_t message, uint16_t flags)
{
	batch_begin(batch, message, flags);
	put_text(batch->out, NFTA_TABLE_NAME, batch->table);
	batch_end(batch);
}

static void write_base_chain(struct batch *batch, int32_t priority)
{
	size_t hook;

	batch_begin(batch, NFT_MSG_NEWCHAIN, NLM_F_CREATE);
	put_text(batch->out, NFTA_CHAIN_TABLE, batch->table);
	put_text(batch->out, NFTA_CHAIN_NAME, HOST_FILTER_CHAIN);
	hook = nest_begin(batch->out, NFTA_CHAIN_HOOK);
	put_be32(batch->out, NFTA_HOOK_HOOKNUM, HOST_FILTER_HOOK);
	put_be32(batch->out, NFTA_HOOK_PRIORITY, (uint32_t)priority);
	nest_end(batch->out, hook);
	put_be32(batch->out, NFTA_CHAIN_POLICY, HOST_FILTER_ACCEPT);
	put_text(batch->out, NFTA_CHAIN_TYPE, "filter");
	batch_end(batch);
}

static void write_set(struct batch *batch, enum host_filter_set set)
{
	const struct host_filter_set_info *info = &host_filter_sets[set];

	batch_begin(batch, NFT_MSG_NEWSET, NLM_F_CREATE);
	put_text(batch->out, NFTA_SET_TABLE, batch->table);
	put_text(batch->out, NFTA_SET_NAME, info->name);
	put_be32(batch->out, NFTA_SET_KEY_TYPE, info->type);
	put_be32(batch->out, NFTA_SET_KEY_LEN, info->key_len);
	put_be32(batch->out, NFTA_SET_ID, (uint32_t)set + 1);
	batch_end(batch);
}

static void write_rule(struct batch *batch, enum host_filter_rule rule, bool is_counting)
{
	const char *comment = host_filter_comment(rule, is_counting);
	uint8_t data[2 + 64] = {UDATA_COMMENT, (uint8_t)(strlen(comment) + 1)};
	size_t list;
	uint32_t verdict;

	batch_begin(batch, NFT_MSG_NEWRULE, NLM_F_CREATE | NLM_F_APPEND);
	put_text(batch->out, NFTA_RULE_TABLE, batch->table);
	put_text(batch->out, NFTA_RULE_CHAIN, HOST_FILTER_CHAIN);
	list = nest_begin(batch->out, NFTA_RULE_EXPRESSIONS);
	verdict = put_conditions(batch->out, rule);
	if (is_counting)
		put_counter(batch->out);
	put_verdict(batch->out, verdict);
	nest_end(batch->out, list);
	memcpy(data + 2, comment, data[1]);
	attribute_put(batch->out, NFTA_RULE_USERDATA, data, 2 + (size_t)data[1]);
	batch_end(batch);
}

static void put_element(struct host_nft_bytes *out, const struct host_filter_element *element)
{
	size_t item = nest_begin(out, NFTA_LIST_ELEM), key = nest_begin(out, NFTA_SET_ELEM_KEY);

	attribute_put(out, NFTA_DATA_VALUE, element->key, host_filter_sets[element->set].key_len);
	nest_end(out, key);
	nest_end(out, item);
}

/* Writes the elements, which are sorted by their sets: those of one set in one message, or in a few
 * when there are many. */
static void write_elements(struct batch *batch, uint16_t message, uint16_t flags,
			   const struct host_filter_element *const *elements, size_t n)
{
	for (size_t i = 0; i < n;) {
		enum host_filter_set set = elements[i]->set;
		size_t list, end = i + ELEMENTS_MAX < n ? i + ELEMENTS_MAX : n;

		batch_begin(batch, message, flags);
		put_text(batch->out, NFTA_SET_ELEM_LIST_TABLE, batch->table);
		put_text(batch->out, NFTA_SET_ELEM_LIST_SET, host_filter_sets[set].name);
		list = nest_begin(batch->out, NFTA_SET_ELEM_LIST_ELEMENTS);
		for (; i < end && elements[i]->set == set; i++)
			put_element(batch->out, elements[i]);
		nest_end(batch->out, list);
		batch_end(batch);
	}
}

static void write_make(struct batch *batch, const struct conf_global *global)
{
	/* Only a table that is there can be deleted, so it is made first. */
	write_table(batch, NFT_MSG_NEWTABLE, NLM_F_CREATE);
	write_table(batch, NFT_MSG_DELTABLE, 0);
	write_table(batch, NFT_MSG_NEWTABLE, NLM_F_CREATE);
	write_base_chain(batch, host_filter_priority(global));
	for (int set = 0; set < HOST_FILTER_N_SETS; set++)
		write_set(batch, (enum host_filter_set)set);
	for (int rule = 0; rule < HOST_FILTER_N_RULES; rule++)
		write_rule(batch, (enum host_filter_rule)rule, global->is_nft_counting);
}

uint32_t host_nft_write_plan(const char *table, const struct host_filter_plan *plan,
			     const struct conf_global *global, struct host_nft_bytes *out)
{
	struct batch batch = {.out = out, .table = table};
	uint16_t flags;

	message_end(out, message_begin(out, NFNL_MSG_BATCH_BEGIN, 0, 0));
	if (plan->step == HOST_FILTER_REMOVE)
		write_table(&batch, NFT_MSG_DELTABLE, 0);
	if (plan->step == HOST_FILTER_MAKE)
		write_make(&batch, global);
	write_elements(&batch, NFT_MSG_NEWSETELEM, NLM_F_CREATE, plan->added.items, plan->added.n);
	write_elements(&batch, NFT_MSG_DELSETELEM, 0, plan->removed.items, plan->removed.n);
	memcpy(&flags, out->items.items + batch.last + offsetof(struct nlmsghdr, nlmsg_flags),
	       sizeof(flags));
	flags |= NLM_F_ACK;
	memcpy(out->items.items + batch.last + offsetof(struct nlmsghdr, nlmsg_flags), &flags,
	       sizeof(flags));
	message_end(out, message_begin(out, NFNL_MSG_BATCH_END, 0, batch.seq + 1));
	return batch.seq;
}

/* ---- queries ---- */

static const struct {
	uint16_t message, flags, table; /* table: the attribute that names the table */
} queries[] = {
    [HOST_NFT_GET_TABLE] = {NFT_MSG_GETTABLE, NLM_F_ACK, NFTA_TABLE_NAME},
    [HOST_NFT_GET_CHAIN] = {NFT_MSG_GETCHAIN, NLM_F_ACK, NFTA_CHAIN_TABLE},
    [HOST_NFT_LIST_SETS] = {NFT_MSG_GETSET, NLM_F_DUMP, NFTA_SET_TABLE},
    [HOST_NFT_LIST_RULES] = {NFT_MSG_GETRULE, NLM_F_DUMP, NFTA_RULE_TABLE},
    [HOST_NFT_LIST_ELEMENTS] = {NFT_MSG_GETSETELEM, NLM_F_DUMP, NFTA_SET_ELEM_LIST_TABLE},
};

void host_nft_write_query(enum host_nft_query query, const char *table, enum host_filter_set set,
			  uint32_t seq, struct host_nft_bytes *out)
{
	size_t at =
	    message_begin(out, HOST_NFT_TYPE(queries[query].message), queries[query].flags, seq);

	put_text(out, queries[query].table, table);
	if (query == HOST_NFT_GET_CHAIN)
		put_text(out, NFTA_CHAIN_NAME, HOST_FILTER_CHAIN);
	if (query == HOST_NFT_LIST_ELEMENTS)
		put_text(out, NFTA_SET_ELEM_LIST_SET, host_filter_sets[set].name);
	message_end(out, at);
}
