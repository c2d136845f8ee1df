/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "host/nft_write.h"
#include "host/nft_message.h"

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

/* ---- expressions of a rule ---- */

/* The rule goes on only if the byte in the register compares with value as op says. */
static void put_compare(struct host_nft_bytes *out, uint32_t op, uint8_t value)
{
	nft_put_compare(out, op, &value, sizeof(value));
}

/* The rule goes on only if the set has the key that begins at the register. */
static void put_lookup(struct host_nft_bytes *out, enum host_filter_set set, uint32_t reg)
{
	struct nft_expression expression = nft_expression_begin(out, "lookup");

	nft_put_text(out, NFTA_LOOKUP_SET, host_filter_sets[set].name);
	nft_put_be32(out, NFTA_LOOKUP_SREG, reg);
	nft_expression_end(out, expression);
}

static void put_family(struct host_nft_bytes *out, bool is_ip4)
{
	nft_put_meta(out, NFT_META_NFPROTO, NFT_REG_1);
	put_compare(out, NFT_CMP_EQ, is_ip4 ? NFPROTO_IPV4 : NFPROTO_IPV6);
}

/* Loads the destination address from the register NFT_REG32_00 on. Returns the next register. */
static uint32_t put_destination(struct host_nft_bytes *out, bool is_ip4)
{
	const uint32_t len =
	    host_filter_sets[is_ip4 ? HOST_FILTER_ADDRS4 : HOST_FILTER_ADDRS6].key_len;

	put_family(out, is_ip4);
	nft_put_payload(out, NFT_PAYLOAD_NETWORK_HEADER, is_ip4 ? IP4_DESTINATION : IP6_DESTINATION,
		    len, NFT_REG32_00);
	return NFT_REG32_00 + len / NFT_REG32_SIZE;
}

static void put_services(struct host_nft_bytes *out, bool is_ip4)
{
	uint32_t next = put_destination(out, is_ip4);

	nft_put_meta(out, NFT_META_L4PROTO, next);
	nft_put_payload(out, NFT_PAYLOAD_TRANSPORT_HEADER, PORT_OFFSET, sizeof(uint16_t), next + 1);
	put_lookup(out, is_ip4 ? HOST_FILTER_SERVICES4 : HOST_FILTER_SERVICES6, NFT_REG32_00);
}

static void put_neighbours(struct host_nft_bytes *out)
{
	nft_put_meta(out, NFT_META_L4PROTO, NFT_REG_1);
	put_compare(out, NFT_CMP_EQ, IPPROTO_ICMPV6);
	nft_put_payload(out, NFT_PAYLOAD_TRANSPORT_HEADER, 0, 1, NFT_REG_1);
	put_compare(out, NFT_CMP_GTE, ND_FIRST);
	put_compare(out, NFT_CMP_LTE, ND_LAST);
}

static void put_link(struct host_nft_bytes *out)
{
	nft_put_meta(out, NFT_META_IIFNAME, put_destination(out, false));
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

static void write_set(struct nft_batch *batch, enum host_filter_set set)
{
	const struct host_filter_set_info *info = &host_filter_sets[set];

	nft_batch_begin(batch, NFT_MSG_NEWSET, NLM_F_CREATE);
	nft_put_text(batch->out, NFTA_SET_TABLE, batch->table);
	nft_put_text(batch->out, NFTA_SET_NAME, info->name);
	nft_put_be32(batch->out, NFTA_SET_KEY_TYPE, info->type);
	nft_put_be32(batch->out, NFTA_SET_KEY_LEN, info->key_len);
	nft_put_be32(batch->out, NFTA_SET_ID, (uint32_t)set + 1);
	nft_batch_end(batch);
}

static void write_rule(struct nft_batch *batch, enum host_filter_rule rule, bool is_counting)
{
	size_t list = nft_rule_begin(batch, HOST_FILTER_CHAIN);
	uint32_t verdict = put_conditions(batch->out, rule);

	if (is_counting)
		nft_put_counter(batch->out);
	nft_put_verdict(batch->out, verdict);
	nft_rule_end(batch, list, host_filter_comment(rule, is_counting));
}

static void put_element(struct host_nft_bytes *out, const struct host_filter_element *element)
{
	size_t item = nft_nest_begin(out, NFTA_LIST_ELEM), key = nft_nest_begin(out, NFTA_SET_ELEM_KEY);

	nft_attribute_put(out, NFTA_DATA_VALUE, element->key, host_filter_sets[element->set].key_len);
	nft_nest_end(out, key);
	nft_nest_end(out, item);
}

/* Writes the elements, which are sorted by their sets: those of one set in one message, or in a few
 * when there are many. */
static void write_elements(struct nft_batch *batch, uint16_t message, uint16_t flags,
			   const struct host_filter_element *const *elements, size_t n)
{
	for (size_t i = 0; i < n;) {
		enum host_filter_set set = elements[i]->set;
		size_t list, end = i + ELEMENTS_MAX < n ? i + ELEMENTS_MAX : n;

		nft_batch_begin(batch, message, flags);
		nft_put_text(batch->out, NFTA_SET_ELEM_LIST_TABLE, batch->table);
		nft_put_text(batch->out, NFTA_SET_ELEM_LIST_SET, host_filter_sets[set].name);
		list = nft_nest_begin(batch->out, NFTA_SET_ELEM_LIST_ELEMENTS);
		for (; i < end && elements[i]->set == set; i++)
			put_element(batch->out, elements[i]);
		nft_nest_end(batch->out, list);
		nft_batch_end(batch);
	}
}

static void write_make(struct nft_batch *batch, const struct conf_global *global)
{
	nft_write_new_table(batch);
	nft_write_chain(batch, HOST_FILTER_CHAIN, HOST_FILTER_HOOK, host_filter_priority(global));
	for (int set = 0; set < HOST_FILTER_N_SETS; set++)
		write_set(batch, (enum host_filter_set)set);
	for (int rule = 0; rule < HOST_FILTER_N_RULES; rule++)
		write_rule(batch, (enum host_filter_rule)rule, global->is_nft_counting);
}

uint32_t host_nft_write_plan(const char *table, const struct host_filter_plan *plan,
			     const struct conf_global *global, struct host_nft_bytes *out)
{
	struct nft_batch batch = nft_batch_open(out, table);

	if (plan->step == HOST_FILTER_REMOVE)
		nft_write_table(&batch, NFT_MSG_DELTABLE, 0);
	if (plan->step == HOST_FILTER_MAKE)
		write_make(&batch, global);
	write_elements(&batch, NFT_MSG_NEWSETELEM, NLM_F_CREATE, plan->added.items, plan->added.n);
	write_elements(&batch, NFT_MSG_DELSETELEM, 0, plan->removed.items, plan->removed.n);
	return nft_batch_close(&batch);
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

void host_nft_write_query(enum host_nft_query query, const char *table, const char *chain,
			  enum host_filter_set set, uint32_t seq, struct host_nft_bytes *out)
{
	size_t at =
	    nft_message_begin(out, HOST_NFT_TYPE(queries[query].message), queries[query].flags, seq);

	nft_put_text(out, queries[query].table, table);
	if (query == HOST_NFT_GET_CHAIN)
		nft_put_text(out, NFTA_CHAIN_NAME, chain);
	if (query == HOST_NFT_LIST_ELEMENTS)
		nft_put_text(out, NFTA_SET_ELEM_LIST_SET, host_filter_sets[set].name);
	nft_message_end(out, at);
}
