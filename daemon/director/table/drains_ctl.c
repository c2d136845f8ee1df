/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lvsctl drain and undrain. */
#include "base/log.h"
#include "daemon/director/table/decide.h"
#include "daemon/director/table/kernel.h"

#include <errno.h>
#include <stdlib.h>

/* A virtual server of the file and one of its real servers. */
struct target {
	const struct health_vs *vs;
	const struct health_rs *rs;
	size_t vs_place, rs_place;
};

/* Finds the server that `one` names. Its indexes are the same in health as in the configuration. */
static enum server_found target_find(const struct kernel *k, const struct maintained *one,
				     struct target *ret_target)
{
	size_t n, vs, rs;
	const struct health_vs *services = health_services(k->health, &n);
	enum server_found found = maintenance_find(k->conf, one, &vs, &rs);

	if (found == SERVER_FOUND)
		*ret_target =
		    (struct target){&services[vs], &services[vs].real_servers[rs], vs, rs};
	return found;
}

static void maintained_remove(struct drains *drains, const struct target *target)
{
	size_t n = 0;

	for (size_t i = 0; i < drains->maintained.n; i++)
		if (svckey_cmp(&drains->maintained.items[i].vs, &target->vs->conf->key) ||
		    endpoint_cmp(&drains->maintained.items[i].rs, &target->rs->conf->id))
			drains->maintained.items[n++] = drains->maintained.items[i];
	drains->maintained.n = n;
}

static void change(struct kernel *k, const struct target *target, bool is_maintained)
{
	struct drains *drains = &k->drains;
	const struct conf_virtual_server *conf = target->vs->conf;
	char vs[SVCKEY_TEXT_MAX], rs[ENDPOINT_TEXT_MAX];

	if (is_maintained)
		*vec_push(&drains->maintained) = (struct maintained){conf->key,
								   target->rs->conf->id};
	else
		maintained_remove(drains, target);
	drains_store(k);
	health_maintain(k->health, target->vs_place, target->rs_place, is_maintained,
			loop_now(k->loop));
	table_take_maintained(k->health, &drains->policies);
	log_notice("drain: vs=%s rs=%s is %s service by lvsctl%s", svckey_format(&conf->key, vs),
		   endpoint_format(&target->rs->conf->id, rs), is_maintained ? "out of" : "back in",
		   !is_maintained && target->rs->is_maintained
		       ? ", but a file of maintenance_dir keeps it out"
		       : "");
}

/* Returns -EALREADY with a sentence that names who keeps the server out. */
static int already(const struct kernel *k, const struct target *target, bool is_maintained,
		   struct err *err)
{
	const struct maint_file *file = drains_dir_file(&k->drains.dir, &target->vs->conf->key,
							&target->rs->conf->id);

	if (!is_maintained && file)
		return err_set(err, -EALREADY,
			       "it is not out of service by lvsctl drain, but by the file %s/%s: it "
			       "serves again when this file is removed",
			       k->conf->global.maintenance_dir, file->name);
	return err_set(err, -EALREADY, "%s",
		       is_maintained ? "it is out of service already"
				     : "it is not out of service by lvsctl drain");
}

int drains_maintain(struct kernel *k, const struct maintained *one, bool is_maintained, struct err *err)
{
	struct target target = {0};

	switch (target_find(k, one, &target)) {
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
	if (((target.rs->maintained_by & HEALTH_MAINTAINED_BY_ORDER) != 0) == is_maintained)
		return already(k, &target, is_maintained, err);
	if (is_maintained && k->drains.maintained.n == MAINTAINED_MAX)
		return err_set(err, -ENOSPC,
			       "1024 real servers are out of service already: run lvsctl undrain "
			       "for one of them, or remove some from the file");
	change(k, &target, is_maintained);
	return 0;
}
