/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sync/private/private.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define KIND "dummy"

#define ALL_SETTINGS                                                                                         \
	(SYNC_PRIVATE_SET_ALIAS | SYNC_PRIVATE_SET_MTU | SYNC_PRIVATE_IP6_OFF | SYNC_PRIVATE_ADD_ADDRESS |   \
	 SYNC_PRIVATE_SET_UP)

const char *sync_private_alias(const char *name, char alias[static SYNC_PRIVATE_ALIAS_MAX])
{
	snprintf(alias, SYNC_PRIVATE_ALIAS_MAX, "lvsd: %s, private interface of connection sync", name);
	return alias;
}

/* Why the interface is somebody else's, as a part of a sentence; NULL: it is lvsd's, or may be adopted. */
static const char *foreign_text(const struct sync_private_seen *seen)
{
	if (strcmp(seen->kind, KIND))
		return "is no dummy interface";
	if (seen->is_ours || seen->is_known)
		return NULL;
	if (seen->has_alias)
		return "has an alias that lvsd has not given";
	if (seen->n_others)
		return "has an address that lvsd has not given";
	return seen->has_master ? "belongs to a bridge, bond or VRF" : NULL;
}

static unsigned plan_settings(const struct sync_private_seen *seen)
{
	unsigned ops = 0;

	ops |= seen->is_ours ? 0 : SYNC_PRIVATE_SET_ALIAS;
	ops |= seen->has_master ? SYNC_PRIVATE_FREE : 0;
	ops |= seen->mtu == SYNC_PRIVATE_MTU ? 0 : SYNC_PRIVATE_SET_MTU;
	ops |= seen->has_ip6 ? SYNC_PRIVATE_IP6_OFF : 0;
	ops |= seen->n_others ? SYNC_PRIVATE_DEL_OTHERS : 0;
	ops |= seen->has_address ? 0 : SYNC_PRIVATE_ADD_ADDRESS;
	ops |= seen->is_up && seen->is_multicast ? 0 : SYNC_PRIVATE_SET_UP;
	return ops;
}

int sync_private_plan(const char *name, bool is_wanted, const struct sync_private_seen *seen, unsigned *ret_ops,
		      struct err *err)
{
	unsigned ops = seen->stray ? SYNC_PRIVATE_DELETE_STRAY : 0;
	const char *foreign = seen->index ? foreign_text(seen) : NULL;

	if (!is_wanted) {
		*ret_ops = ops | (seen->index && seen->is_ours && !foreign ? SYNC_PRIVATE_DELETE : 0);
		return 0;
	}
	if (foreign)
		return err_set(err, -EEXIST,
			       "interface %s %s, so it is not lvsd's: connection sync by the relay needs a dummy "
			       "interface of its own. Rename that interface, or give the private interface of "
			       "connection sync another name",
			       name, foreign);
	*ret_ops = ops | (seen->index ? plan_settings(seen) : SYNC_PRIVATE_MAKE | ALL_SETTINGS);
	return 0;
}

const char *sync_private_ops_text(unsigned ops, char text[static SYNC_PRIVATE_OPS_TEXT])
{
	static const struct {
		unsigned op;
		const char *word;
	} words[] = {
	    {SYNC_PRIVATE_DELETE_STRAY, "the renamed one is deleted"},
	    {SYNC_PRIVATE_MAKE, "made"},
	    {SYNC_PRIVATE_SET_ALIAS, "adopted"},
	    {SYNC_PRIVATE_FREE, "taken from its bridge, bond or VRF"},
	    {SYNC_PRIVATE_SET_MTU, "MTU"},
	    {SYNC_PRIVATE_IP6_OFF, "IPv6 off"},
	    {SYNC_PRIVATE_DEL_OTHERS, "other addresses removed"},
	    {SYNC_PRIVATE_ADD_ADDRESS, "address"},
	    {SYNC_PRIVATE_SET_UP, "up"},
	    {SYNC_PRIVATE_DELETE, "deleted"},
	};
	size_t len = 0;

	text[0] = '\0';
	/* What is made has all settings. */
	if (ops & SYNC_PRIVATE_MAKE)
		ops &= SYNC_PRIVATE_MAKE | SYNC_PRIVATE_DELETE_STRAY;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if ((ops & words[i].op) && len < SYNC_PRIVATE_OPS_TEXT)
			len += (size_t)snprintf(text + len, SYNC_PRIVATE_OPS_TEXT - len, "%s%s", len ? ", " : "",
						words[i].word);
	return text;
}
