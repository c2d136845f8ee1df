/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Builds what a service needs outside IPVS: its translated source, and the packets that get its
 * mark. */
#include "conf/model/build.h"

static void fnat_build(struct draft *draft, const struct node *node, struct conf_virtual_server *vs)
{
	const struct node *source = resolve_child(node, KW_FNAT_SOURCE);
	char key[SVCKEY_TEXT_MAX];

	vs->fnat_source_place = source ? source->words[1].place : *parse_place(node);
	if (!conf_service_has_full_nat(vs)) {
		if (source)
			report_warning(draft->report, parse_place(source),
				       "fnat_source has no effect without lvs_method FNAT");
		return;
	}
	if (source)
		vs->fnat_source = source->value.addr;
	else if (!vs->key.fwmark && !vs->group)
		vs->fnat_source = vs->key.ep.addr;
	/* A wrong fnat_source has been reported; when lenient, as a warning only. */
	else if (!resolve_is_given(node, KW_FNAT_SOURCE) || draft->report->is_lenient)
		report_error(draft->report, parse_place(node),
			     "virtual_server %s: FNAT needs fnat_source here, because %s has no "
			     "address of its own",
			     svckey_format(&vs->key, key),
			     vs->group ? "a group" : "a firewall mark");
}

/* Clears the bits after the prefix. Returns whether any was set. */
static bool mask(struct conf_prefix *prefix)
{
	bool has_bits = false;

	for (unsigned bit = prefix->len; bit < addr_bits(&prefix->addr); bit++) {
		uint8_t one = (uint8_t)(0x80 >> bit % 8);

		has_bits |= prefix->addr.bytes[bit / 8] & one;
		prefix->addr.bytes[bit / 8] &= (uint8_t)~one;
	}
	return has_bits;
}

static void prefix_settle(struct draft *draft, const struct node *node, struct conf_prefix *prefix)
{
	char text[ADDR_TEXT_MAX];

	prefix->place = node->words[1].place;
	if (mask(prefix))
		report_warning(draft->report, &prefix->place,
			       "address %s has bits behind its prefix; %s/%u is used",
			       node->words[1].text, addr_format(&prefix->addr, text), prefix->len);
	if (!prefix->len)
		report_error(draft->report, &prefix->place,
			     "address %s is every address, and this director's own among them",
			     node->words[1].text);
}

/* match has the values that stand in node. */
static void match_settle(struct draft *draft, const struct node *node, struct conf_match *match)
{
	size_t n = 0;

	match->place = *parse_place(node);
	for (const struct node *child = node->children; child; child = child->next)
		if (resolve_id(child) == KW_MATCH_ADDRESS)
			prefix_settle(draft, child, &match->prefixes[n++]);
}

void build_host(struct draft *draft, const struct node *node, struct conf_virtual_server *vs)
{
	size_t n = 0;

	for (const struct node *child = node->children; child; child = child->next)
		if (resolve_id(child) == KW_MATCH)
			match_settle(draft, child, &vs->matches[n++]);
	fnat_build(draft, node, vs);
}
