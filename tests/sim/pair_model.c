/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/mem.h"
#include "base/vec.h"
#include "tests/sim/pair.h"

#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static VEC(struct model *) models;

void models_clear(void)
{
	for (size_t i = 0; i < models.n; i++) {
		free(models.items[i]->text);
		free(models.items[i]);
	}
	vec_free(&models);
}

const struct model *model_find(unsigned id)
{
	return id < models.n ? models.items[id] : NULL;
}

static struct endpoint endpoint_of(uint8_t a, uint8_t b, uint8_t c, uint8_t d)
{
	return (struct endpoint){.addr = {.family = AF_INET, .bytes = {a, b, c, d}}, .port = 80};
}

#define FIRST_VIP 10

struct svckey model_key(unsigned number)
{
	return (struct svckey){.protocol = number == MODEL_UDP ? IPPROTO_UDP : IPPROTO_TCP,
			       .family = AF_INET,
			       .ep = endpoint_of(192, 0, 2, (uint8_t)(FIRST_VIP + number))};
}

struct endpoint model_endpoint(unsigned server)
{
	return endpoint_of(10, 0, 0, (uint8_t)(1 + server));
}

struct endpoint model_sorry(void)
{
	return endpoint_of(10, 0, 0, MODEL_SORRY);
}

struct svckey model_foreign(void)
{
	return model_key(200);
}

const struct model_vs *model_find_vs(const struct model *model, const struct svckey *key)
{
	unsigned number = key->ep.addr.bytes[3] - FIRST_VIP;
	const struct svckey own = model_key(number);

	if (svckey_cmp(&own, key) != 0)
		return NULL;
	for (unsigned i = 0; model && i < model->n_vs; i++)
		if (model->vs[i].number == number)
			return &model->vs[i];
	return NULL;
}

const struct model_rs *model_find_rs(const struct model_vs *vs, unsigned server)
{
	for (unsigned i = 0; vs && i < vs->n_rs; i++)
		if (vs->rs[i].server == server)
			return &vs->rs[i];
	return NULL;
}

bool model_is_same_check(const struct model_vs *was, const struct model_vs *is)
{
	return was->check == is->check && was->timeout_s == is->timeout_s &&
	       was->is_alpha == is->is_alpha && was->delay_loop_s == is->delay_loop_s &&
	       was->retry == is->retry && was->delay_before_retry_s == is->delay_before_retry_s;
}

/* --- chance --- */

static void draw_rs(struct model_vs *vs)
{
	struct model_rs *rs = &vs->rs[vs->n_rs];
	unsigned server = (unsigned)pair_below(PAIR_SERVERS);

	if (vs->n_rs == PAIR_RS_MAX || model_find_rs(vs, server))
		return;
	*rs = (struct model_rs){.server = server,
				.weight = pair_permille(50) ? 0 : 1 + (uint32_t)pair_below(4),
				.is_inhibiting = pair_permille(150)};
	vs->n_rs++;
}

static void draw_checks(struct model_vs *vs)
{
	vs->check = (enum model_check)pair_below(MODEL_CHECKS);
	vs->delay_loop_s = 1 + (unsigned)pair_below(5);
	vs->retry = (unsigned)pair_below(3);
	vs->delay_before_retry_s = 1 + (unsigned)pair_below(2);
	vs->timeout_s = vs->delay_loop_s == 1 ? 1 : 1 + (unsigned)pair_below(2);
	vs->is_alpha = pair_permille(200);
}

static void draw_pool(struct model_vs *vs)
{
	vs->quorum = pair_permille(700) ? 1 : 1 + (unsigned)pair_below(5);
	vs->has_sorry = pair_permille(300);
	vs->drain_timeout_s = pair_permille(200) ? 0 : 2 + (unsigned)pair_below(40);
	vs->is_drained_on_failure = pair_permille(300);
	vs->slow_start_s = pair_permille(150) ? 2 + (unsigned)pair_below(8) : 0;
}

static void draw_vs(struct model *model)
{
	struct model_vs vs = {.number = (unsigned)pair_below(PAIR_NUMBERS)};
	struct svckey key = model_key(vs.number);
	unsigned n = 1 + (unsigned)pair_below(PAIR_RS_MAX);

	if (model->n_vs == PAIR_VS_MAX || model_find_vs(model, &key))
		return;
	draw_checks(&vs);
	draw_pool(&vs);
	while (vs.n_rs == 0 || n-- > 1)
		draw_rs(&vs);
	model->vs[model->n_vs++] = vs;
}

/* Members that differ in what they want are rare: nobody means that. */
static void draw_preemption(struct model_vrrp *vrrp)
{
	bool is_nopreempt = pair_permille(200), is_mixed = pair_permille(100);
	bool is_uneven = pair_permille(100);

	for (unsigned m = 0; m < PAIR_MEMBERS; m++) {
		vrrp->is_nopreempt[m] = is_mixed ? pair_permille(500) : is_nopreempt;
		vrrp->more[m] = m && is_uneven ? (int)pair_below(101) - 50 : 0;
	}
	if (!is_nopreempt && !is_mixed && pair_permille(200))
		vrrp->preempt_delay_s = 1 + (unsigned)pair_below(5);
}

static void draw_track(struct model_vrrp *vrrp)
{
	vrrp->has_track = pair_permille(400);
	vrrp->tracking = pair_permille(500) ? PAIR_MEMBERS : (unsigned)pair_below(pair.n_nets);
	if (!vrrp->has_track)
		return;
	if (pair_permille(800))
		vrrp->track_weight = (int)pair_below(201) - 100;
	if (pair_permille(250))
		vrrp->track_hold_s = 1 + (unsigned)pair_below(6);
}

/* Of the addresses. What has no effect then would be a warning. */
static void make_owner(struct model_vrrp *vrrp)
{
	vrrp->priority = MODEL_OWNER;
	vrrp->preempt_delay_s = 0;
	vrrp->track_weight = 0;
	memset(vrrp->more, 0, sizeof(vrrp->more));
	memset(vrrp->is_nopreempt, 0, sizeof(vrrp->is_nopreempt));
}

static void draw_accept(struct model_vrrp *vrrp)
{
	bool is_mixed = pair_permille(200), is_no_accept = pair_permille(400);

	for (unsigned m = 0; m < PAIR_MEMBERS; m++)
		vrrp->is_no_accept[m] = is_mixed ? pair_permille(500) : is_no_accept;
}

/* Mostly the two directors have different priorities. */
static void draw_vrrp(struct model *model)
{
	struct model_vrrp *vrrp = &model->vrrp;

	*vrrp = (struct model_vrrp){0};
	if (!pair.has_vrrp || pair_permille(80))
		return;
	vrrp->priority = (uint8_t)(1 + pair_below(254));
	vrrp->members = (1u << pair.n_nets) - 1;
	if (pair_permille(200))
		vrrp->members &= 1 | (unsigned)pair_below(1u << PAIR_MEMBERS);
	draw_preemption(vrrp);
	vrrp->advert_ms = pair_draw_advert_ms();
	vrrp->addrs = 1 + (unsigned)pair_below((1u << PAIR_NUMBERS) - 1);
	vrrp->has_sync = pair.has_sync && pair_permille(900);
	vrrp->has_notify = pair_permille(500);
	draw_track(vrrp);
	draw_accept(vrrp);
	if (pair_permille(40))
		make_owner(vrrp);
}

/* A person adds a member, or takes one out. */
static void change_members(struct model *model)
{
	if (model->vrrp.priority && pair.n_nets > 1)
		model->vrrp.members ^= 1u << (1 + pair_below(pair.n_nets - 1));
}

static void draw(struct model *model)
{
	unsigned n = 1 + (unsigned)pair_below(PAIR_VS_MAX);

	model->reconcile_s = 1 + (unsigned)pair_below(6);
	model->is_exclusive = pair_permille(100);
	while (model->n_vs == 0 || n-- > 1)
		draw_vs(model);
	draw_vrrp(model);
}

static void drop_rs(struct model_vs *vs)
{
	unsigned at = (unsigned)pair_below(vs->n_rs);

	if (vs->n_rs > 1)
		vs->rs[at] = vs->rs[--vs->n_rs];
}

/* What a person changes: one thing. */
static void change(struct model *model)
{
	struct model_vs *vs = &model->vs[pair_below(model->n_vs)];

	switch (pair_below(13)) {
	case 0:
		draw_vs(model);
		break;
	case 1:
		if (model->n_vs > 1)
			*vs = model->vs[--model->n_vs];
		break;
	case 2:
	case 3:
		draw_rs(vs);
		break;
	case 4:
		drop_rs(vs);
		break;
	case 5: /* in place of another one */
		draw_rs(vs);
		if (vs->n_rs > 1)
			vs->rs[0] = vs->rs[--vs->n_rs];
		break;
	case 6:
		draw_pool(vs);
		break;
	case 7:
	case 8:
		draw_vrrp(model);
		break;
	case 9:
		change_members(model);
		break;
	case 10:
		model->vrrp.advert_ms = pair_draw_advert_ms();
		break;
	case 11:
		draw_accept(&model->vrrp);
		break;
	default:
		draw_checks(vs);
		break;
	}
}

/* A start prints warnings: no file here has any. */
static void avoid_warnings(struct model_vs *vs)
{
	unsigned sum = 0;

	for (unsigned i = 0; i < vs->n_rs; i++)
		sum += vs->rs[i].weight;
	if (vs->quorum > sum)
		vs->quorum = sum ? sum : 1;
}

/* So does a service whose address no router has, and an instance without one. */
static void carry_services(struct model *model)
{
	unsigned *members = &model->vrrp.members;

	for (unsigned i = 0; i < model->n_vs && model->vrrp.priority; i++)
		*members |= 1u << model->vs[i].number % pair.n_nets;
	model->vrrp.addrs |= *members;
	for (unsigned i = 0; i < PAIR_NUMBERS; i++)
		if (!model_has_member(&model->vrrp, i % pair.n_nets))
			model->vrrp.addrs &= ~(1u << i);
	for (unsigned i = 0; i < model->n_vs && model->vrrp.priority; i++)
		model->vrrp.addrs |= 1u << model->vs[i].number;
}

/* --- text --- */

unsigned model_priority(const struct model_vrrp *vrrp, unsigned member)
{
	int priority = vrrp->priority + vrrp->more[member];

	if (model_is_owner(vrrp))
		return MODEL_OWNER;
	return (unsigned)(priority < 1 ? 1 : priority > 254 ? 254 : priority);
}

static bool is_group(const struct model_vrrp *vrrp)
{
	return vrrp->members & ~1u;
}

static bool is_group_tracking(const struct model_vrrp *vrrp)
{
	return vrrp->has_track && is_group(vrrp) && vrrp->tracking == PAIR_MEMBERS;
}

static bool is_member_tracking(const struct model_vrrp *vrrp, unsigned m)
{
	return vrrp->has_track && !is_group_tracking(vrrp) && (!is_group(vrrp) || vrrp->tracking == m);
}

bool model_is_tracking(const struct model_vrrp *vrrp, unsigned member)
{
	return is_group_tracking(vrrp) || is_member_tracking(vrrp, member);
}

static void print_check(FILE *out, const struct model_vs *vs, unsigned server)
{
	if (vs->check == MODEL_MISC)
		fprintf(out,
			"\t\tMISC_CHECK {\n\t\t\tmisc_path \"/sim/check %u\"\n\t\t\tmisc_timeout %u\n",
			server, vs->timeout_s);
	else
		fprintf(out, "\t\t%s {\n", vs->check == MODEL_TCP ? "TCP_CHECK" : "HTTP_GET");
	if (vs->check == MODEL_HTTP)
		fprintf(out, "\t\t\turl {\n\t\t\t\tpath /\n\t\t\t\tstatus_code 200\n\t\t\t}\n");
	if (vs->check != MODEL_MISC)
		fprintf(out, "\t\t\tconnect_timeout %u\n", vs->timeout_s);
	fprintf(out, "\t\t\tretry %u\n\t\t\tdelay_before_retry %u\n\t\t}\n", vs->retry,
		vs->delay_before_retry_s);
}

static void print_rs(FILE *out, const struct model_vs *vs, const struct model_rs *rs)
{
	fprintf(out, "\treal_server 10.0.0.%u 80 {\n\t\tweight %u\n%s", rs->server + 1, rs->weight,
		rs->is_inhibiting ? "\t\tinhibit_on_failure\n" : "");
	print_check(out, vs, rs->server);
	fprintf(out, "\t}\n");
}

/* fail_closed: the claims are that who is dead is out, which the panic guard would not let be. */
static void print_vs(FILE *out, const struct model_vs *vs)
{
	fprintf(out,
		"virtual_server 192.0.2.%u 80 {\n\tdelay_loop %u\n\tlvs_sched wrr\n\tlvs_method DR\n"
		"\tprotocol %s\n\tquorum %u\n\tdrain_timeout %u\n\tfail_closed\n%s%s",
		FIRST_VIP + vs->number, vs->delay_loop_s, vs->number == MODEL_UDP ? "UDP" : "TCP",
		vs->quorum, vs->drain_timeout_s,
		vs->is_drained_on_failure ? "\tdrain_on_failure\n" : "", vs->is_alpha ? "\talpha\n" : "");
	if (vs->slow_start_s)
		fprintf(out, "\tslow_start %u\n", vs->slow_start_s);
	if (vs->has_sorry)
		fprintf(out, "\tsorry_server 10.0.0.%u 80\n", MODEL_SORRY);
	for (unsigned i = 0; i < vs->n_rs; i++)
		print_rs(out, vs, &vs->rs[i]);
	fprintf(out, "}\n");
}

static bool has_tracking(const struct model_vrrp *vrrp)
{
	for (unsigned m = 0; m < PAIR_MEMBERS; m++)
		if (model_has_member(vrrp, m) && model_is_tracking(vrrp, m))
			return true;
	return false;
}

unsigned model_member_addrs(const struct model_vrrp *vrrp, unsigned member)
{
	unsigned addrs = 0;

	for (unsigned i = member; i < PAIR_NUMBERS; i += pair.n_nets)
		addrs |= vrrp->addrs & 1u << i;
	return addrs;
}

static void print_group(FILE *out, const struct model_vrrp *vrrp)
{
	fprintf(out, "vrrp_sync_group VG {\n\tgroup {\n");
	for (unsigned m = 0; m < PAIR_MEMBERS; m++)
		if (model_has_member(vrrp, m))
			fprintf(out, "\t\tVI_%u\n", m + 1);
	fprintf(out, "\t}\n%s", is_group_tracking(vrrp) ? "\ttrack_script {\n\t\tchk\n\t}\n" : "");
	if (has_tracking(vrrp) && !is_group_tracking(vrrp) && vrrp->track_weight)
		fprintf(out, "\tsync_group_tracking_weight\n");
	fprintf(out, "}\n");
}

static void print_member(FILE *out, const struct model_vrrp *vrrp, unsigned m)
{
	unsigned addrs = model_member_addrs(vrrp, m);

	fprintf(out,
		"vrrp_instance VI_%u {\n%s\tinterface eth0\n\tvirtual_router_id %u\n"
		"\tversion 3\n\tpriority %u\n\tadvert_int %g\n%s%s",
		m + 1, model_is_owner(vrrp) ? "" : "\tstate BACKUP\n", 51 + m,
		model_priority(vrrp, m), vrrp->advert_ms / 1000.0,
		vrrp->is_nopreempt[m] ? "\tnopreempt\n" : "",
		model_is_refusing(vrrp, m) ? "\tno_accept\n" : "");
	if (vrrp->preempt_delay_s && !m)
		fprintf(out, "\tpreempt_delay %u\n", vrrp->preempt_delay_s);
	if (vrrp->has_notify && !m)
		fprintf(out, "\tnotify \"/sim/notify\"\n");
	if (is_member_tracking(vrrp, m))
		fprintf(out, "\ttrack_script {\n\t\tchk\n\t}\n");
	if (vrrp->track_hold_s && is_member_tracking(vrrp, m))
		fprintf(out, "\ttrack_hold_time %u\n", vrrp->track_hold_s);
	fprintf(out, "\tvirtual_ipaddress {\n");
	for (unsigned i = 0; i < PAIR_NUMBERS; i++)
		if (addrs & 1u << i)
			fprintf(out, "\t\t192.0.2.%u/32\n", FIRST_VIP + i);
	fprintf(out, "\t}\n}\n");
}

static void print_vrrp(FILE *out, const struct model_vrrp *vrrp)
{
	if (has_tracking(vrrp))
		fprintf(out,
			"vrrp_script chk {\n\tscript \"/sim/track\"\n\tinterval 1\n\ttimeout 1\n"
			"\tweight %d\n\trise 2\n\tfall 2\n}\n",
			vrrp->track_weight);
	if (is_group(vrrp))
		print_group(out, vrrp);
	for (unsigned m = 0; m < PAIR_MEMBERS; m++)
		if (model_has_member(vrrp, m))
			print_member(out, vrrp, m);
}

static char *text_of(const struct model *model)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		mem_exhausted(0);
	fprintf(out, "global_defs {\n\trouter_id m%u\n\treconcile_interval %u\n%s%s}\n", model->id,
		model->reconcile_s, model->is_exclusive ? "\texclusive\n" : "",
		model->vrrp.has_sync ? "\tlvs_sync_daemon eth0\n" : "");
	if (model->flaw == MODEL_UNKNOWN_WORD)
		fprintf(out, "virtual_sever 192.0.2.1 80 {\n}\n");
	if (model->flaw == MODEL_OPEN_BRACE)
		fprintf(out, "virtual_server 192.0.2.1 80 {\n");
	if (model->flaw == MODEL_BAD_NUMBER)
		fprintf(out, "virtual_server 192.0.2.1 80 {\n\tdelay_loop -1\n}\n");
	for (unsigned i = 0; model->flaw != MODEL_EMPTY && i < model->n_vs; i++)
		print_vs(out, &model->vs[i]);
	if (model->flaw != MODEL_EMPTY && model->vrrp.priority)
		print_vrrp(out, &model->vrrp);
	fclose(out);
	return text;
}

static const struct model *keep(struct model *model)
{
	model->id = (unsigned)models.n;
	model->text = text_of(model);
	*(struct model **)vec_push(&models) = model;
	return model;
}

const struct model *model_with_members(const struct model *like)
{
	struct model *model = mem_calloc(1, sizeof(*model));

	*model = *like;
	change_members(model);
	carry_services(model);
	return keep(model);
}

const struct model *model_new(const struct model *like, bool may_be_bad)
{
	struct model *model = mem_calloc(1, sizeof(*model));

	if (like && pair_permille(900)) {
		*model = *like;
		for (uint64_t n = 1 + pair_below(3); n > 0; n--)
			change(model);
	} else {
		draw(model);
	}
	for (unsigned i = 0; i < model->n_vs; i++)
		avoid_warnings(&model->vs[i]);
	carry_services(model);
	model->flaw = MODEL_GOOD;
	if (may_be_bad)
		model->flaw = (enum model_flaw)(1 + pair_below(MODEL_FLAWS - 1));
	return keep(model);
}
