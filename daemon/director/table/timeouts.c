/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * lvs_timeouts: sets the file's values in the kernel. RUN_DIR/timeouts.json has the values of
 * before, from before the first change until they are restored, so that a crash does not lose them.
 */
#include "daemon/director/table/timeouts.h"
#include "base/log.h"
#include "base/mem.h"
#include "daemon/director/table/kernel.h"
#include "daemon/shared/rundir_json.h"
#include "daemon/shared/rundir_names.h"
#include "ipvs/genl_admin.h"

#include <stdlib.h>
#include <string.h>

static uint32_t number_of(json_t *root, const char *name)
{
	json_int_t number = json_integer_value(json_object_get(root, name));

	return number > 0 && number <= UINT32_MAX ? (uint32_t)number : 0;
}

struct ipvs_timeouts timeouts_read_former(const char *run_dir)
{
	struct ipvs_timeouts former = {0};
	json_t *root;

	if (rundir_json_load(run_dir, RUNDIR_TIMEOUTS, &root) < 0)
		return former;
	former.tcp = number_of(root, "tcp");
	former.tcp_fin = number_of(root, "tcpfin");
	former.udp = number_of(root, "udp");
	json_decref(root);
	return former;
}

static void former_store(struct kernel *k, const struct ipvs_timeouts *former)
{
	json_t *root = NULL;
	struct err err;

	if (!ipvs_timeouts_are_zero(former))
		root = json_pack("{s:I, s:I, s:I}", "tcp", (json_int_t)former->tcp, "tcpfin",
				 (json_int_t)former->tcp_fin, "udp", (json_int_t)former->udp);
	if (rundir_json_store(k->run_dir, RUNDIR_TIMEOUTS, root, &err) < 0)
		log_error("%s; as long as it cannot be written, a crash would make lvsd forget the "
			  "former timeouts",
			  err.text);
}

void timeouts_keep(struct kernel *k)
{
	former_store(k, &k->former_timeouts);
}

static void on_timeouts_result(size_t index, int code, void *arg)
{
	(void)index;
	*(int *)arg = code;
}

static int timeouts_set(struct ipvs_admin *admin, const struct ipvs_timeouts *timeouts,
			struct err *err)
{
	int refusal = 0, code;

	ipvs_admin_on_result(admin, on_timeouts_result, &refusal);
	code = ipvs_admin_set_timeouts(admin, timeouts, err);
	code = code < 0 ? code : ipvs_admin_run(admin, err);
	if (code == 0 && refusal < 0)
		code = err_set(err, refusal, "the kernel refused to set them: %s",
			       err_errno(refusal));
	if (code == 0)
		log_notice("kernel: timeouts set: tcp %u, tcpfin %u, udp %u (0: unchanged)",
			   timeouts->tcp, timeouts->tcp_fin, timeouts->udp);
	return code;
}

/* Sets timeouts. Values to be set are recorded before, values that are restored are forgotten
 * after. */
static int timeouts_apply(struct kernel *k, struct ipvs_admin *admin,
			  const struct ipvs_timeouts *want, struct err *err)
{
	struct ipvs_timeouts *former = &k->former_timeouts, next = *former, have, change;
	int code = ipvs_admin_timeouts(admin, &have, err);

	if (code < 0)
		return code;
	change = ipvs_timeouts_step(want, &have, &next);
	if (ipvs_timeouts_are_zero(&change) && !memcmp(&next, former, sizeof(next)))
		return 0;
	if (!ipvs_timeouts_are_zero(&next))
		former_store(k, &next);
	if (!ipvs_timeouts_are_zero(&change))
		code = timeouts_set(admin, &change, err);
	if (code < 0)
		return code;
	*former = next;
	if (ipvs_timeouts_are_zero(&next))
		former_store(k, &next);
	return 0;
}

static int timeouts_change(struct kernel *k, const struct ipvs_timeouts *want)
{
	struct ipvs_admin *admin;
	struct err err;
	int code;

	if (ipvs_timeouts_are_zero(want) && ipvs_timeouts_are_zero(&k->former_timeouts))
		return 0;
	code = ipvs_admin_open(&admin, &err);
	if (code == 0) {
		code = timeouts_apply(k, admin, want, &err);
		ipvs_admin_close(admin);
	}
	if (code < 0)
		log_error("kernel: timeouts: %s", err.text);
	return code;
}

static struct ipvs_timeouts timeouts_want(const struct conf *conf)
{
	return (struct ipvs_timeouts){conf->global.timeouts.tcp, conf->global.timeouts.tcp_fin,
				      conf->global.timeouts.udp};
}

int timeouts_settle(struct kernel *k)
{
	struct ipvs_timeouts want = timeouts_want(k->conf);

	return timeouts_change(k, &want);
}

void timeouts_restore(struct kernel *k)
{
	timeouts_change(k, &(struct ipvs_timeouts){0});
}

int timeouts_plan(const struct conf *conf, struct ipvs_timeouts former,
		  struct ipvs_timeouts *ret_have, struct ipvs_timeouts *ret_change, struct err *err)
{
	struct ipvs_timeouts want = timeouts_want(conf);
	struct ipvs_admin *admin;
	int code;

	if (ipvs_timeouts_are_zero(&want) && ipvs_timeouts_are_zero(&former))
		return 0;
	code = ipvs_admin_open(&admin, err);
	if (code < 0)
		return code;
	code = ipvs_admin_timeouts(admin, ret_have, err);
	if (code == 0)
		*ret_change = ipvs_timeouts_step(&want, ret_have, &former);
	ipvs_admin_close(admin);
	return code;
}
