/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "host/nft_read.h"

#include <arpa/inet.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>

/* Attributes, of which the next one begins at `at`. */
struct attributes {
	const uint8_t *at;
	size_t left;
};

struct attribute {
	uint16_t type;
	struct attributes value;
};

static bool next_attribute(struct attributes *attributes, struct attribute *ret)
{
	struct nlattr header;
	size_t whole;

	if (attributes->left < sizeof(header))
		return false;
	memcpy(&header, attributes->at, sizeof(header));
	if (header.nla_len < sizeof(header) || header.nla_len > attributes->left)
		return false;
	ret->type = header.nla_type & NLA_TYPE_MASK;
	ret->value.at = attributes->at + NLA_HDRLEN;
	ret->value.left = header.nla_len - NLA_HDRLEN;
	whole = NLA_ALIGN(header.nla_len);
	whole = whole < attributes->left ? whole : attributes->left;
	attributes->at += whole;
	attributes->left -= whole;
	return true;
}

/* Finds the first attribute of the type. Without one the result is empty. */
static struct attributes find_attribute(struct attributes attributes, uint16_t type)
{
	struct attribute attribute;

	while (next_attribute(&attributes, &attribute))
		if (attribute.type == type)
			return attribute.value;
	return (struct attributes){0};
}

static uint32_t take_number(struct attributes attributes, uint16_t type)
{
	struct attributes value = find_attribute(attributes, type);
	uint32_t number = 0;

	if (value.left == sizeof(number))
		memcpy(&number, value.at, sizeof(number));
	return ntohl(number);
}

/* The text of the attribute; "" if it has none that ends with NUL. */
static const char *take_text(struct attributes attributes, uint16_t type)
{
	struct attributes value = find_attribute(attributes, type);

	return value.left && memchr(value.at, '\0', value.left) ? (const char *)value.at : "";
}

static void take_chain(struct host_filter *have, struct attributes message)
{
	struct attributes hook = find_attribute(message, NFTA_CHAIN_HOOK);

	host_filter_note_chain(have, take_text(message, NFTA_CHAIN_TYPE),
			       take_number(hook, NFTA_HOOK_HOOKNUM),
			       (int32_t)take_number(hook, NFTA_HOOK_PRIORITY),
			       take_number(message, NFTA_CHAIN_POLICY));
}

/* User data: type, length and value of the comment, which stands first. */
static void take_rule(struct host_filter *have, const char *chain, struct attributes message)
{
	struct attributes data = find_attribute(message, NFTA_RULE_USERDATA);
	bool has_comment = data.left > 2 && data.at[0] == 0 && data.at[1] == data.left - 2 &&
			   memchr(data.at + 2, '\0', data.left - 2);

	if (!strcmp(take_text(message, NFTA_RULE_CHAIN), chain))
		host_filter_note_rule(have, has_comment ? (const char *)data.at + 2 : "");
}

static void take_element(struct host_filter *have, enum host_filter_set set, struct attributes item)
{
	struct attributes key =
	    find_attribute(find_attribute(item, NFTA_SET_ELEM_KEY), NFTA_DATA_VALUE);
	struct host_filter_element element = {.set = set};

	if (key.left != host_filter_sets[set].key_len)
		return;
	memcpy(element.key, key.at, key.left);
	*vec_push(&have->elements) = element;
}

static void take_elements(struct host_filter *have, struct attributes message)
{
	const char *name = take_text(message, NFTA_SET_ELEM_LIST_SET);
	struct attributes list = find_attribute(message, NFTA_SET_ELEM_LIST_ELEMENTS);
	struct attribute item;
	int set = 0;

	while (set < HOST_FILTER_N_SETS && strcmp(host_filter_sets[set].name, name))
		set++;
	while (set < HOST_FILTER_N_SETS && next_attribute(&list, &item))
		take_element(have, (enum host_filter_set)set, item.value);
}

void host_nft_take_chain(struct host_filter *have, const char *chain, uint16_t type, const void *body,
			 size_t len)
{
	const size_t head = NLMSG_ALIGN(sizeof(struct nfgenmsg));
	struct attributes message;

	if (len < head || type >> 8 != NFNL_SUBSYS_NFTABLES)
		return;
	message = (struct attributes){(const uint8_t *)body + head, len - head};
	switch (type & 0xff) {
	case NFT_MSG_NEWTABLE:
		have->exists = true;
		host_filter_note_table(have, take_number(message, NFTA_TABLE_FLAGS));
		break;
	case NFT_MSG_NEWCHAIN:
		take_chain(have, message);
		break;
	case NFT_MSG_NEWSET:
		host_filter_note_set(have, take_text(message, NFTA_SET_NAME),
				     take_number(message, NFTA_SET_KEY_LEN));
		break;
	case NFT_MSG_NEWRULE:
		take_rule(have, chain, message);
		break;
	case NFT_MSG_NEWSETELEM:
		take_elements(have, message);
		break;
	}
}

void host_nft_take(struct host_filter *have, uint16_t type, const void *body, size_t len)
{
	host_nft_take_chain(have, HOST_FILTER_CHAIN, type, body, len);
}
