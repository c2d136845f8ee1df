/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/director/host/host.h"
#include "base/clock.h"
#include "base/log.h"
#include "daemon/shared/rundir.h"
#include "daemon/shared/rundir_names.h"
#include "host/sysctl.h"
#include "host/want.h"
#include "ipvs/slices.h"

/* After a failure the next run waits for this time, which is doubled at each further failure up to
 * the maximum. */
#define BACKOFF_MIN_MS 500
#define BACKOFF_MAX_MS 60000

static void on_host_retry(void *arg)
{
	(void)arg; /* host_settle() in the same turn reads the time */
}

static void on_filter_store(void *arg)
{
	host_file_store(arg);
}

static bool filter_has_left(void *arg)
{
	struct host_side *h = arg;

	return h->has_left && h->has_left(h->arg);
}

void host_close(struct host_side *h)
{
	filter_close(&h->filter);
	owner_close(&h->owner);
	host_run_abort(h);
	host_state_clear(&h->want);
	host_state_clear(&h->have);
	host_state_clear(&h->formers);
	for (int part = 0; part < HOST_N_PARTS; part++)
		free(h->faults[part]);
	free(h->sysctl_fault);
	free(h->attempts);
	loop_timer_free(h->timer);
	rules_free(h->rules);
}

void host_want_changed(struct host_side *h, const struct conf *conf)
{
	filter_want_changed(&h->filter, conf);
	h->conf = conf;
	h->is_changed = true;
	h->has_succeeded = false;
	h->ready = 0;
	h->backoff_ms = 0;
}

/* Logs each fault once, and that it is over. */
static void take_fault(struct host_side *h, enum host_part part)
{
	const struct host_part_info *info = &host_parts[part];
	char *fault = h->new_faults[part];
	bool is_filter = part == host_part_filter(info->family);
	const char *cost = part == HOST_OUTPUT4 ? OWNER_COST
			   : is_filter ? "this machine may take what is sent to the virtual addresses of no_accept"
				       : "new services that need it are not added to the kernel";

	h->new_faults[part] = NULL;
	if (fault && (!h->faults[part] || strcmp(h->faults[part], fault)))
		log_error("host: table %s of %s cannot be kept up to date, so %s: %s", info->table,
			  info->program, cost, fault);
	else if (!fault && h->faults[part])
		log_notice("host: table %s of %s is up to date", info->table, info->program);
	free(h->faults[part]);
	h->faults[part] = fault;
}

/* Whether rejoin.c has the sysctl at a temporary value. That may happen to equal the value before
 * lvsd (refresh period 0), but it is not the wanted one. */
static bool is_left_to_rejoin(const struct host_side *h, const char *name)
{
	struct sync_rejoin_sysctl sysctls[SYNC_REJOIN_N_SYSCTLS];

	sync_rejoin_sysctls(h->rejoin, loop_now(h->loop), sysctls);
	for (size_t i = 0; i < SYNC_REJOIN_N_SYSCTLS; i++)
		if (!strcmp(sysctls[i].name, name))
			return h->rejoin->is_on;
	return false;
}

/* Forgets sysctls that have the value from before lvsd again. */
static bool drop_formers(struct host_side *h)
{
	size_t n = 0, n_before = h->formers.sysctls.n;
	char value[HOST_SYSCTL_MAX];

	for (size_t i = 0; i < n_before; i++) {
		struct host_sysctl *former = &h->formers.sysctls.items[i];
		const struct host_sysctl *want = host_state_sysctl(&h->want, former->name);

		if (want && !is_left_to_rejoin(h, former->name) &&
		    !strcmp(want->value, former->value) &&
		    host_sysctl_read(HOST_SYSCTL_DIR, former->name, value, NULL) == 0 &&
		    !strcmp(value, former->value)) {
			free(former->name);
			free(former->value);
		} else {
			h->formers.sysctls.items[n++] = *former;
		}
	}
	h->formers.sysctls.n = n;
	return n < n_before;
}

static void remember(struct host_side *h)
{
	unsigned parts = host_state_parts(&h->want) | (h->parts & h->failed);
	bool is_dropped = drop_formers(h);

	if (!is_dropped && parts == h->parts)
		return;
	h->parts = parts;
	host_file_store(h);
}

static void on_run_ended(struct host_side *h)
{
	unsigned ready = host_state_parts(&h->want) & ~h->failed;
	/* as often as the IPVS table is read */
	int64_t wait_ms = ipvs_slices_gap_ns(h->conf->global.reconcile_interval) / NS_PER_MS;

	remember(h);
	for (int part = 0; part < HOST_N_PARTS; part++)
		take_fault(h, (enum host_part)part);
	if (h->failed) {
		h->backoff_ms = h->backoff_ms ? 2 * h->backoff_ms : BACKOFF_MIN_MS;
		if (h->backoff_ms > BACKOFF_MAX_MS)
			h->backoff_ms = BACKOFF_MAX_MS;
		wait_ms = h->backoff_ms;
	} else {
		h->backoff_ms = 0;
		h->has_succeeded = !h->is_changed;
	}
	if (!h->is_changed)
		h->ready = ready;
	h->is_stopped = h->is_stopping && !h->is_changed;
	host_run_abort(h);
	h->due = mono_add_ms(clock_mono(), wait_ms);
	loop_timer_set(h->timer, h->is_changed ? clock_mono() : h->due);
}

/* The tables of the memory are this lvsd's: the one that it has now, or one of a former name. */
static void take_tables(struct host_side *h, const struct host_memory *memory)
{
	struct filter_side *filter = &h->filter;
	char *real = rundir_real(h->run_dir);
	const char *other = strcmp(real, RUNDIR_USUAL) ? real : NULL;

	host_filter_table(other, filter->table);
	host_owner_table(other, h->owner.table);
	h->owner.may_exist = !strcmp(memory->owner_table, h->owner.table);
	for (size_t i = 0; i < memory->filter_tables.n; i++)
		if (!strcmp(memory->filter_tables.items[i], filter->table))
			filter->may_exist = true;
		else
			snprintf(filter->former_table, sizeof(filter->former_table), "%s",
				 memory->filter_tables.items[i]);
	free(real);
}

void host_open(struct host_side *h)
{
	struct host_memory memory = {0};

	host_file_read(h->run_dir, &memory);
	h->formers = memory.formers;
	h->parts = memory.parts;
	h->flavour = memory.flavour;
	h->is_flavour_sure = memory.is_flavour_sure;
	h->filter = (struct filter_side){.loop = h->loop,
					 .on_store = on_filter_store,
					 .has_left = filter_has_left,
					 .arg = h};
	h->owner = (struct owner_side){.loop = h->loop, .on_store = on_filter_store, .arg = h};
	take_tables(h, &memory);
	host_memory_clear_tables(&memory);
	filter_open(&h->filter);
	owner_open(&h->owner);
	h->timer = loop_timer_new(h->loop, on_host_retry, h);
	h->on_run_ended = on_run_ended;
	h->is_changed = true;
}

/* Begins a run if iptables has to filter from now on, or no longer. */
static void settle_filter(struct host_side *h)
{
	bool was_absent = h->filter.is_absent, was_owner_absent = h->owner.is_absent;

	filter_settle(&h->filter);
	owner_settle(&h->owner);
	if (h->filter.is_absent != was_absent || h->owner.is_absent != was_owner_absent)
		h->due = loop_now(h->loop);
}

void host_owner_changed(struct host_side *h, const struct host_owner *owner)
{
	if (owner_want_changed(&h->owner, owner)) {
		h->is_changed = true;
		h->has_succeeded = false;
	}
}

void host_settle(struct host_side *h)
{
	if (!h->timer)
		return;
	settle_filter(h);
	if (h->is_active || h->is_stopped)
		return;
	if (!h->is_changed && !mono_reached(loop_now(h->loop), h->due))
		return;
	if (!h->is_flavour_sure) {
		h->flavour = 0;
		free(h->attempts);
		h->attempts = NULL;
	}
	host_run_begin(h);
}

void host_refresh(struct host_side *h)
{
	h->due = loop_now(h->loop);
	filter_refresh(&h->filter);
	owner_refresh(&h->owner);
	host_settle(h);
}

void host_stop(struct host_side *h)
{
	filter_stop(&h->filter);
	h->is_stopping = true;
	h->is_changed = true;
	if (!h->formers.sysctls.n && !h->parts) {
		host_run_abort(h);
		h->is_stopped = true;
	}
}

bool host_is_busy(const struct host_side *h)
{
	return h->is_stopping && !h->is_stopped;
}

const char *host_fault(const struct host_side *h, const struct conf_virtual_server *vs)
{
	unsigned needs = host_needs(vs);

	for (int part = 0; part < HOST_N_PARTS; part++)
		if ((needs & (1u << part)) && h->faults[part])
			return h->faults[part];
	return NULL;
}

const char *host_filter_fault(const struct host_side *h)
{
	if (h->filter.fault)
		return h->filter.fault;
	return h->faults[HOST_FILTER4] ? h->faults[HOST_FILTER4] : h->faults[HOST_FILTER6];
}

const char *host_owner_fault(const struct host_side *h)
{
	return h->owner.fault ? h->owner.fault : h->faults[HOST_OUTPUT4];
}

bool host_needs_iptables(const struct host_side *h)
{
	return h->parts || (h->filter.is_absent && h->filter.want.exists) ||
	       (h->owner.is_absent && h->owner.owner.is_on);
}
