/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "conf/model/through/through.h"
#include "base/hash.h"
#include "base/vec.h"
#include "conf/kind.h"
#include "conf/model/build.h"

#include <stdlib.h>

/* Each mark begins in the lower half of the range, so that those that meet find room behind it. */
#define HASH_MASK (CONF_THROUGH_MARKS / 2 - 1)

/* --- targets --- */

/* Has the kind of check the keyword? A default of the service is inherited by all kinds. IPVS passes on no
 * pings, and an agent speaks for its server at the server's own address. */
static bool can_pass(const struct draft *draft, const struct conf_check *check)
{
	const struct schema_keyword *row = lookup_row(draft->lookup, KW_THROUGH_VIP);

	for (size_t i = 0; schema_place(row, i); i++)
		if (schema_place(row, i) == conf_kinds[check->type].block)
			return true;
	return false;
}

/* Why the check cannot have through_vip, and the way out; NULL: it can. */
static const char *obstacle(const struct conf_virtual_server *vs, const struct conf_real_server *rs,
			    const struct conf_check *check)
{
	bool has_vip = !vs->key.fwmark && !vs->group;

	if (rs->method == CONF_METHOD_NAT || rs->method == CONF_METHOD_FNAT)
		return "is for DR and TUN: a server by NAT or FNAT needs no virtual address, and is asked at "
		       "its own one anyway; leave through_vip out";
	if (check->fwmark)
		return "has marks of its own: leave fwmark out";
	if (check->bind.port)
		return "has source ports of its own: leave bind_port out";
	if (*check->bind_if)
		return "goes by the interface that the virtual service uses: leave bind_if out";
	if (!has_vip && !addr_cmp(&check->target.addr, &rs->ep.addr))
		return "needs the virtual address to probe, as the service has none or several: write it with "
		       "connect_ip";
	if (check->bind.addr.family == AF_UNSPEC &&
	    (has_vip ? vs->key.ep.addr.family : check->target.addr.family) != rs->ep.addr.family)
		return "needs an address of this director to probe from, as the server has another family "
		       "than the service: write it with bindto";
	return NULL;
}

/* connect_ip and connect_port are what the file says if they are not what the server has. */
static void target_set(const struct conf_virtual_server *vs, const struct conf_real_server *rs,
		       struct conf_check *check)
{
	if (!addr_cmp(&check->target.addr, &rs->ep.addr))
		check->target.addr = vs->key.ep.addr;
	if (vs->key.ep.port && check->target.port == conf_server_check_port(rs))
		check->target.port = vs->key.ep.port;
}

static void check_settle(struct draft *draft, const struct conf_virtual_server *vs,
			 const struct conf_real_server *rs, struct conf_check *check)
{
	const char *why;

	if (!check->is_through_vip)
		return;
	check->is_through_vip = can_pass(draft, check); /* a default of the service is no demand */
	why = check->is_through_vip ? obstacle(vs, rs, check) : NULL;
	if (!why) {
		if (check->is_through_vip)
			target_set(vs, rs, check);
		return;
	}
	report_ignored(draft->report, &check->place, "%s: through_vip %s",
		       conf_kinds[check->type].facts.name, why);
	check->is_through_vip = false;
}

void through_targets(struct draft *draft)
{
	for (size_t i = 0; i < draft->conf->n_virtual_servers; i++) {
		const struct conf_virtual_server *vs = &draft->conf->virtual_servers[i];

		for (size_t k = 0; k < vs->n_real_servers; k++)
			for (size_t c = 0; c < vs->real_servers[k].n_checks; c++)
				check_settle(draft, vs, &vs->real_servers[k],
					     &vs->real_servers[k].checks[c]);
	}
}

/* --- marks --- */

/* A check and what decides about its mark. */
struct passage {
	uint16_t family; /* of the virtual address */
	const struct conf_real_server *rs;
	struct conf_check *check;
	uint32_t hash;
};

struct passages {
	VEC(struct passage) list;
};

static uint32_t hash_of(uint16_t family, const struct conf_real_server *rs)
{
	uint64_t halves[2], hash;

	memcpy(halves, rs->ep.addr.bytes, sizeof(halves));
	hash = hash_mix(hash_mix((uint64_t)family << 16 | rs->ep.addr.family, halves[0]), halves[1]);
	hash = hash_mix(hash, (uint64_t)rs->method << 32 | rs->tunnel.type << 24 |
				  rs->tunnel.checksum << 16 | rs->tunnel.port);
	return (uint32_t)hash & HASH_MASK;
}

static int number_order(uint32_t a, uint32_t b)
{
	return a < b ? -1 : a > b;
}

/* By hash first. Passages that are equal have one mark. */
static int passage_cmp(const void *left, const void *right)
{
	const struct passage *a = left, *b = right;
	int order = number_order(a->hash, b->hash);

	order = order ? order : number_order(a->family, b->family);
	order = order ? order : addr_cmp(&a->rs->ep.addr, &b->rs->ep.addr);
	order = order ? order : number_order(a->rs->method, b->rs->method);
	order = order ? order : number_order(a->rs->tunnel.type, b->rs->tunnel.type);
	order = order ? order : number_order(a->rs->tunnel.checksum, b->rs->tunnel.checksum);
	return order ? order : number_order(a->rs->tunnel.port, b->rs->tunnel.port);
}

static void passages_collect(const struct conf *conf, struct passages *passages)
{
	for (size_t i = 0; i < conf->n_virtual_servers; i++) {
		const struct conf_virtual_server *vs = &conf->virtual_servers[i];

		for (size_t k = 0; k < vs->n_real_servers; k++) {
			const struct conf_real_server *rs = &vs->real_servers[k];

			for (size_t c = 0; c < rs->n_checks; c++) {
				uint16_t family = rs->checks[c].target.addr.family;

				if (rs->checks[c].is_through_vip)
					*vec_push(&passages->list) = (struct passage){
					    family, rs, &rs->checks[c], hash_of(family, rs)};
			}
		}
	}
}

/* In ascending order a mark that is taken gives way to the next one: so each is the smallest that is
 * free from its hash on. */
static void passages_mark(const struct passages *passages, uint32_t first)
{
	uint32_t next = 0;

	for (size_t i = 0; i < passages->list.n; i++) {
		struct passage *at = &passages->list.items[i];

		if (i && !passage_cmp(at - 1, at)) {
			at->check->fwmark = at[-1].check->fwmark;
			continue;
		}
		next = at->hash > next ? at->hash : next;
		at->check->fwmark = first + next++;
	}
}

static void mark_refuse(struct draft *draft, const struct conf_place *place, uint32_t mark)
{
	uint32_t first = draft->conf->global.through_vip_marks;

	if (mark < first || mark - first >= CONF_THROUGH_MARKS)
		return;
	report_error(draft->report, place,
		     "the mark %u is one of those that are kept for through_vip, which are %u to %u: use another "
		     "one, or write `through_vip_marks` in global_defs with the first of 16777216 others",
		     mark, first, first + CONF_THROUGH_MARKS - 1);
}

static void marks_guard(struct draft *draft, const struct conf_virtual_server *vs)
{
	if (vs->key.fwmark)
		mark_refuse(draft, &vs->place, vs->key.fwmark);
	for (size_t i = 0; i < vs->n_members; i++)
		if (vs->members[i].key.fwmark)
			mark_refuse(draft, &vs->members[i].line->place, vs->members[i].key.fwmark);
	for (size_t k = 0; k < vs->n_real_servers; k++) {
		const struct conf_real_server *rs = &vs->real_servers[k];

		for (size_t c = 0; c < rs->n_checks; c++)
			if (rs->checks[c].fwmark && !rs->checks[c].is_through_vip)
				mark_refuse(draft, &rs->checks[c].place, rs->checks[c].fwmark);
	}
}

void through_marks(struct draft *draft)
{
	const struct conf *conf = draft->conf;
	struct passages passages = {0};

	passages_collect(conf, &passages);
	if (!passages.list.n)
		return;
	qsort(passages.list.items, passages.list.n, sizeof(*passages.list.items), passage_cmp);
	passages_mark(&passages, conf->global.through_vip_marks);
	vec_free(&passages.list);
	for (size_t i = 0; i < conf->n_virtual_servers; i++)
		marks_guard(draft, &conf->virtual_servers[i]);
}
