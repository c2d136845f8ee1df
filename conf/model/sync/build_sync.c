/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "conf/model/sync/build_sync.h"
#include "conf/model/build.h"

/* keepalived (2.2.7) takes a number without `id` only behind an instance without `inst`, as in "eth0 VI_1 51".
 * Elsewhere it leaves the number out, and the instance gives the id. */
static void bare_id_report(struct draft *draft, const struct node *line, const struct node *id)
{
	const struct node *first = line->children;
	bool is_old_form = first->next == id && resolve_id(first) == KW_SYNC_INST && first->n_words == 1;

	report_warning(draft->report, parse_place(id), "lvs_sync_daemon: %s is taken for the sync id%s; write `id %s`",
		       id->words[0].text,
		       is_old_form ? "" : ", while a peer with keepalived leaves it out and has another id",
		       id->words[0].text);
}

void build_sync_daemon(struct draft *draft, const struct node *line)
{
	struct conf_sync_daemon *sync = &draft->conf->global.sync_daemon;
	struct arena *arena = draft->conf->arena;

	draft->sync_daemon = line;
	sync->is_on = true;
	sync->place = *parse_place(line);
	sync->interface = arena_strdup(arena, line->value.text);
	for (const struct node *node = line->children; node; node = node->next) {
		build_field(draft, node, CONF_OBJECT_SYNC_DAEMON, sync);
		if (resolve_id(node) == KW_SYNC_ID && node->n_words == 1)
			bare_id_report(draft, line, node);
	}
}

void build_sync_interface(struct draft *draft, const struct node *instance)
{
	struct conf_sync_daemon *sync = &draft->conf->global.sync_daemon;
	const struct node *node = resolve_child(instance, KW_LVS_SYNC_DAEMON_INTERFACE);

	if (!node)
		return;
	if (draft->sync) {
		report_error(draft->report, parse_place(node),
			     "vrrp_instance %s: sync and lvs_sync_daemon_interface both say how connections are "
			     "synchronised: take one of them out",
			     instance->value.text);
		report_note(draft->report, parse_place(draft->sync), "sync is here");
		return;
	}
	if (sync->is_on) {
		report_warning(draft->report, parse_place(node),
			       "vrrp_instance %s: lvs_sync_daemon_interface has no effect: "
			       "connections are synchronised by %s, as said further up or in "
			       "global_defs",
			       instance->value.text, sync->interface);
		return;
	}
	report_warning(draft->report, parse_place(node),
		       "vrrp_instance %s: lvs_sync_daemon_interface is the older word: write "
		       "`lvs_sync_daemon %s inst %s` in global_defs",
		       instance->value.text, node->value.text, instance->value.text);
	draft->sync_daemon = node;
	sync->is_on = true;
	sync->place = *parse_place(node);
	sync->interface = arena_strdup(draft->conf->arena, node->value.text);
	sync->instance = arena_strdup(draft->conf->arena, instance->value.text);
}

/* ---- the sync block ---- */

/* The keywords of one mode alone. */
static const struct {
	enum schema_id id;
	enum conf_sync_mode mode;
} words[] = {
    {KW_SYNC_INTERFACE, CONF_SYNC_KERNEL}, {KW_SYNC_MAXLEN, CONF_SYNC_KERNEL},
    {KW_SYNC_PORT, CONF_SYNC_KERNEL},      {KW_SYNC_TTL, CONF_SYNC_KERNEL},
    {KW_SYNC_GROUP, CONF_SYNC_KERNEL},     {KW_RELAY_LISTEN, CONF_SYNC_RELAY},
    {KW_RELAY_PEER, CONF_SYNC_RELAY},      {KW_RELAY_KEY_FILE, CONF_SYNC_RELAY},
    {KW_RELAY_INTERFACE, CONF_SYNC_RELAY}, {KW_SYNC_WAIT, CONF_SYNC_RELAY},
    {KW_COVERAGE_MIN, CONF_SYNC_RELAY},    {KW_RESYNC_RATE, CONF_SYNC_RELAY},
};

/* Finds the mode, also when it is left out. Returns false if the block does not say it; that is reported. */
static bool mode_find(struct draft *draft, const struct node *block, enum conf_sync_mode *ret_mode)
{
	const struct node *mode = resolve_child(block, KW_SYNC_MODE);

	if (mode)
		*ret_mode = (enum conf_sync_mode)mode->value.number;
	else if (resolve_is_given(block, KW_SYNC_MODE))
		return false; /* a wrong mode has been reported */
	else if (resolve_is_given(block, KW_RELAY_PEER))
		*ret_mode = CONF_SYNC_RELAY;
	else {
		report_error(draft->report, parse_place(block),
			     "sync: mode is missing, and there is no peer: write `mode relay` with listen, peer and "
			     "key_file, or `mode kernel` with interface");
		return false;
	}
	return true;
}

/* Reports the statements of the block that are for the other mode. */
static void words_check(struct draft *draft, const struct node *block, enum conf_sync_mode mode)
{
	bool is_relay = mode == CONF_SYNC_RELAY;

	for (const struct node *node = block->children; node; node = node->next)
		for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
			if (resolve_id(node) == words[i].id && words[i].mode != mode)
				report_error(draft->report, parse_place(node),
					     "sync: %s is for mode %s, and the mode is %s: take it out, or write "
					     "`mode %s`",
					     node->keyword->name, is_relay ? "kernel" : "relay",
					     is_relay ? "relay" : "kernel", is_relay ? "kernel" : "relay");
}

/* Reports that the block lacks a statement that its mode needs. */
static void word_demand(struct draft *draft, const struct node *block, enum schema_id id, const char *why)
{
	if (!resolve_is_given(block, id))
		report_error(draft->report, parse_place(block), "sync: %s is missing: %s",
			     lookup_row(draft->lookup, id)->name, why);
}

static void kernel_build(struct draft *draft, const struct node *block)
{
	struct conf_sync_daemon *sync = &draft->conf->global.sync_daemon;

	word_demand(draft, block, KW_SYNC_INTERFACE,
		    "mode kernel needs the interface on which the kernels hear each other, such as `interface eth1`");
	draft->sync_daemon = block;
	sync->is_on = true;
	sync->place = *parse_place(block);
	for (const struct node *node = block->children; node; node = node->next)
		build_field(draft, node, CONF_OBJECT_SYNC_DAEMON, sync);
}

/* Appends the element that a line of the block is: a peer or a key. */
static void *line_add(struct draft *draft, const struct node *node, struct conf_relay *relay)
{
	const struct schema_field *list = build_field_of(draft, node->keyword->id, CONF_OBJECT_RELAY);
	void *element = build_element(draft, node, list, relay);

	build_field(draft, node, list->element, element);
	return element;
}

/* The block names no interface, so the kernel would refuse each packet. */
static void link_local_report(struct draft *draft, const struct addr *addr, const char *word,
			      const struct conf_place *place)
{
	char text[ADDR_TEXT_MAX];

	report_error(draft->report, place,
		     "sync: %s %s is link-local, and nothing says on which link: write an address that is not, such as "
		     "one of fd00::/8",
		     word, addr_format(addr, text));
}

static bool is_link_local6(const struct addr *addr)
{
	return addr->family == AF_INET6 && addr_is_link_local(addr);
}

static void listen_build(struct draft *draft, const struct node *node, struct conf_relay *relay)
{
	char text[ADDR_TEXT_MAX];

	relay->listen_place = node->words[1].place;
	build_field(draft, node, CONF_OBJECT_RELAY, relay);
	for (const struct node *child = node->children; child; child = child->next)
		build_field(draft, child, CONF_OBJECT_RELAY, relay);
	if (!addr_is_host(&relay->listen))
		report_error(draft->report, &relay->listen_place,
			     "sync: listen %s is no address of a machine: write the address of this director that "
			     "its peers send to",
			     addr_format(&relay->listen, text));
	else if (is_link_local6(&relay->listen))
		link_local_report(draft, &relay->listen, "listen", &relay->listen_place);
}

static const char *sync_family_name(const struct addr *addr)
{
	return addr->family == AF_INET6 ? "IPv6" : "IPv4";
}

static void peers_check(struct draft *draft, const struct conf_relay *relay)
{
	char text[ADDR_TEXT_MAX];

	if (relay->n_peers > CONF_RELAY_PEERS_MAX)
		report_error(draft->report, &relay->peers[CONF_RELAY_PEERS_MAX].place,
			     "sync: there are %zu peers, and a director has at most %u: take some out", relay->n_peers,
			     CONF_RELAY_PEERS_MAX);
	for (size_t i = 0; i < relay->n_peers; i++) {
		const struct conf_relay_peer *peer = &relay->peers[i];
		size_t first = 0;

		addr_format(&peer->addr, text);
		while (addr_cmp(&relay->peers[first].addr, &peer->addr))
			first++;
		if (!addr_is_host(&peer->addr))
			report_error(draft->report, &peer->place,
				     "sync: peer %s is no address of a machine: write the address that the other "
				     "director has in its listen",
				     text);
		else if (is_link_local6(&peer->addr))
			link_local_report(draft, &peer->addr, "peer", &peer->place);
		else if (first < i) {
			report_error(draft->report, &peer->place,
				     "sync: peer %s is given twice: take one out, a peer has one address and port",
				     text);
			report_note(draft->report, &relay->peers[first].place, "first given here");
		} else if (relay->listen.family == AF_UNSPEC)
			continue; /* its absence has been reported */
		else if (relay->listen.family != peer->addr.family)
			report_error(draft->report, &peer->place,
				     "sync: peer %s is %s and listen is %s: write addresses of one family", text,
				     sync_family_name(&peer->addr), sync_family_name(&relay->listen));
		else if (!addr_cmp(&relay->listen, &peer->addr))
			report_error(draft->report, &peer->place,
				     "sync: peer %s is the address of listen, this director itself: write the "
				     "address of the other director",
				     text);
	}
}

static void keys_check(struct draft *draft, const struct conf_relay *relay)
{
	const struct conf_relay_key *keys = relay->keys;

	if (relay->n_keys > CONF_RELAY_KEYS_MAX)
		report_error(draft->report, &keys[CONF_RELAY_KEYS_MAX].place,
			     "sync: there are %zu key files: the first one seals, the second one is accepted too, and "
			     "there is no use for more",
			     relay->n_keys);
	if (relay->n_keys < 2)
		return;
	if (keys[0].id == keys[1].id)
		report_error(draft->report, &keys[1].place,
			     "sync: both key files have id %u, so a peer cannot tell which key it needs: write `id N` "
			     "behind each, the same number for the same key on all directors",
			     keys[1].id);
	if (!strcmp(keys[0].path, keys[1].path))
		report_error(draft->report, &keys[1].place,
			     "sync: key_file %s is given twice: the second key is the one before or after the first",
			     keys[1].path);
}

static void relay_build(struct draft *draft, const struct node *block)
{
	struct conf_relay *relay = &draft->conf->global.relay;

	word_demand(draft, block, KW_RELAY_LISTEN,
		    "mode relay needs the address of this director that its peers send to, such as `listen 10.0.0.1`");
	word_demand(draft, block, KW_RELAY_PEER,
		    "mode relay needs the address of the other director, such as `peer 10.0.0.2`");
	word_demand(draft, block, KW_RELAY_KEY_FILE,
		    "mode relay seals with a key that all directors share: make one with `lvsctl sync keygen`, and "
		    "write `key_file /etc/lvsd/sync.key`");
	relay->is_on = true;
	relay->place = *parse_place(block);
	for (const struct node *node = block->children; node; node = node->next) {
		switch (resolve_id(node)) {
		case KW_RELAY_LISTEN:
			listen_build(draft, node, relay);
			break;
		case KW_RELAY_PEER:
			((struct conf_relay_peer *)line_add(draft, node, relay))->place = node->words[1].place;
			break;
		case KW_RELAY_KEY_FILE:
			((struct conf_relay_key *)line_add(draft, node, relay))->place = node->words[1].place;
			break;
		default:
			build_field(draft, node, CONF_OBJECT_RELAY, relay);
		}
	}
	peers_check(draft, relay);
	keys_check(draft, relay);
}

void build_sync(struct draft *draft, const struct node *block)
{
	enum conf_sync_mode mode;

	if (!block)
		return;
	draft->sync = block;
	if (draft->sync_daemon) {
		report_error(draft->report, parse_place(block),
			     "sync and lvs_sync_daemon both say how connections are synchronised: take one of them "
			     "out; `mode kernel` of sync is what lvs_sync_daemon is");
		report_note(draft->report, parse_place(draft->sync_daemon), "lvs_sync_daemon is here");
		return;
	}
	if (!mode_find(draft, block, &mode) || mode == CONF_SYNC_OFF)
		return;
	words_check(draft, block, mode);
	if (mode == CONF_SYNC_KERNEL)
		kernel_build(draft, block);
	else
		relay_build(draft, block);
}
