/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lvsctl drain and undrain. */
#include "base/log.h"
#include "daemon/director/table/decide.h"
#include "daemon/director/table/kernel.h"

#include <errno.h>
#include <stdlib.h>

/* The most servers in maintenance. */
#define HOLDS_MAX 1024

/* A virtual server of the file and one of its real servers. */
struct target {
	const struct health_vs *vs;
	const struct health_rs *rs;
	size_t vs_place, rs_place;
};

/* health has the servers of the configuration in force in the same order. */
static enum server_found target_find(const struct kernel *k, const struct hold *hold,
				     struct target *ret_target)
{
	size_t n, vs, rs;
	const struct health_vs *services = health_services(k->health, &n);
	enum server_found found = maintenance_find(k->conf, hold, &vs, &rs);

	if (found == SERVER_FOUND)
		*ret_target =
		    (struct target){&services[vs], &services[vs].real_servers[rs], vs, rs};
	return found;
}

static void hold_remove(struct drains *drains, const struct target *target)
{
	size_t n = 0;

	for (size_t i = 0; i < drains->holds.n; i++)
		if (svckey_cmp(&drains->holds.items[i].vs, &target->vs->conf->key) ||
		    endpoint_cmp(&drains->holds.items[i].rs, &target->rs->conf->id))
			drains->holds.items[n++] = drains->holds.items[i];
	drains->holds.n = n;
}

static void change(struct kernel *k, const struct target *target, bool is_held)
{
	struct drains *drains = &k->drains;
	const struct conf_virtual_server *conf = target->vs->conf;
	char vs[SVCKEY_TEXT_MAX], rs[ENDPOINT_TEXT_MAX];

	if (is_held)
		*vec_push(&drains->holds) = (struct hold){conf->key, target->rs->conf->id};
	else
		hold_remove(drains, target);
	drains_store(k);
	health_hold(k->health, target->vs_place, target->rs_place, is_held, loop_now(k->loop));
	table_take_held(k->health, &drains->policies);
	log_notice("drain: vs=%s rs=%s is %s service by lvsctl", svckey_format(&conf->key, vs),
		   endpoint_format(&target->rs->conf->id, rs), is_held ? "out of" : "back in");
}

int drains_hold(struct kernel *k, const struct hold *hold, bool is_held, struct err *err)
{
	struct target target = {0};

	switch (target_find(k, hold, &target)) {
	case SERVER_FOUND:
		break;
	case SERVER_ABSENT:
		return err_set(err, -ENOENT,
			       "the configuration in force has no such real server in such a "
			       "virtual server: lvsctl status shows the keys");
	case SERVER_AMBIGUOUS:
		return err_set(err, -EINVAL,
			       "several real servers of this virtual server could be meant: name "
			       "one as lvsctl status shows it");
	}
	if (target.rs->is_held == is_held)
		return err_set(err, -EALREADY, "%s",
			       is_held ? "it is out of service already"
				       : "it is not out of service by lvsctl drain");
	if (is_held && k->drains.holds.n == HOLDS_MAX)
		return err_set(err, -ENOSPC,
			       "1024 real servers are out of service already: run lvsctl undrain "
			       "for one of them, or remove some from the file");
	change(k, &target, is_held);
	return 0;
}
