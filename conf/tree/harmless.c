/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "conf/tree/harmless.h"
#include "conf/tree/resolve.h"

bool harmless_is(const struct node *node)
{
	const struct schema_keyword *row = node->keyword;

	switch (row->id) {
	case KW_TRACK_BFD:
	case KW_VIRTUAL_RULES:
	case KW_STATIC_RULES:
		return !node->children;
	case KW_OLD_UNICAST_CHECKSUM:
		return node->n_words > 1; /* a word behind it means "never" */
	case KW_CHECK_FWMARK:
	case KW_VRRP_GARP_INTERVAL:
	case KW_VRRP_GNA_INTERVAL:
		return node->value.number == 0;
	default:
		/* Something that is switched off has no effect in lvsd either. */
		return row->choices == schema_switch && !node->value.number;
	}
}
