/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/plan.h"
#include "base/clock.h"
#include "base/mem.h"
#include "conf/load.h"
#include "daemon/director_state.h"
#include "daemon/plan_text.h"
#include "healthcheck/health_whatif.h"
#include "sync/kernel.h"

#include <stdlib.h>
#include <string.h>

static int look_at_sysctls(struct plan_input *input, struct err *err)
{
	char value[SYNC_VALUE_MAX];
	int code;

	for (const struct sync_sysctl *sysctl = sync_sysctls; sysctl->name; sysctl++) {
		code = sync_kernel_read(SYNC_KERNEL_DIR, sysctl->name, value, err);
		if (code < 0)
			return code;
		*vec_push(&input->sysctls) =
		    (struct plan_sysctl){sysctl->name, sysctl->value, mem_strdup(value)};
	}
	return 0;
}

/* A kernel without IPVS is no fault when nothing is asked of it. */
static int look(const struct conf *conf, struct plan_input *input, struct err *err)
{
	struct ipvs_genl *genl;
	int code;

	input->sync = conf->global.sync_daemon;
	if (conf->n_virtual_servers == 0 && !input->sync.is_on && input->owned.keys.n == 0 &&
	    !input->is_sync_ours)
		return 0;
	code = ipvs_genl_open(&genl, err);
	if (code < 0)
		return code;
	code = ipvs_genl_dump(genl, &input->have, err);
	if (code == 0)
		code = ipvs_genl_daemons(genl, input->daemons, &input->n_daemons, err);
	if (code == 0 && input->sync.is_on)
		code = look_at_sysctls(input, err);
	ipvs_genl_close(genl);
	return code;
}

/* health is a model to play with, in which conf has been put; input->owned is filled in. */
static int print(const struct conf *conf, struct health *health, struct plan_input *input,
		 FILE *out, struct err *err)
{
	int code = look(conf, input, err);

	if (code < 0)
		return code;
	kernel_tell(&input->have, health);
	kernel_want(conf, health, &input->now);
	health_assume_success(health, clock_mono());
	kernel_want(conf, health, &input->later);
	plan_text_print(input, out);
	return 0;
}

static void configure(struct health *health, const struct conf *conf)
{
	struct check_ids added = {0}, dropped = {0};

	health_configure(health, conf, clock_mono(), clock_wall_us(), &added, &dropped);
	free(added.items);
	free(dropped.items);
}

int plan_offline(const struct options *options)
{
	struct diags diags = {0};
	struct conf *conf = conf_load(options->config, &options->how, &diags, NULL, NULL);
	struct plan_input input = {0};
	struct health *health = health_new();
	int status = EXIT_STATUS_CONFIG;
	struct err err;

	diags_print(&diags, stderr);
	if (conf) {
		configure(health, conf);
		owned_read(options->run_dir, &input.owned, &input.is_sync_ours);
		status = EXIT_STATUS_OK;
		if (print(conf, health, &input, stdout, &err) < 0) {
			fprintf(stderr, "lvsd: %s\n", err.text);
			status = EXIT_STATUS_MACHINE;
		}
	}
	plan_input_fini(&input);
	health_free(health);
	conf_free(conf);
	diags_free(&diags);
	return status;
}

static json_t *operations(struct director *d, const struct conf *conf, const char *warnings)
{
	struct health *health = health_copy(d->health, d->conf, clock_mono());
	struct plan_input input = {.is_sync_ours = d->kernel.is_sync_ours};
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	json_t *answer;
	struct err err;

	if (!out)
		mem_exhausted(0);
	for (size_t i = 0; i < d->kernel.owned.keys.n; i++)
		*vec_push(&input.owned.keys) = d->kernel.owned.keys.items[i];
	configure(health, conf);
	answer = print(conf, health, &input, out, &err) < 0 ? control_refused(err.text) : NULL;
	fclose(out);
	if (!answer)
		answer =
		    control_ok(json_pack("{s:s, s:s}", "operations", text, "warnings", warnings));
	free(text);
	plan_input_fini(&input);
	health_free(health);
	return answer;
}

json_t *plan_online(struct director *d, json_t *request)
{
	const char *path = json_string_value(json_object_get(request, "file"));
	struct diags diags = {0};
	struct conf *conf;
	json_t *answer;
	char *text;

	if (!path || *path != '/')
		return control_refused("plan wants \"file\": the absolute path of a configuration");
	conf = conf_load(path, &d->args->how, &diags, NULL, NULL);
	text = diags_text(&diags);
	answer = conf ? operations(d, conf, text) : control_refused(text);
	free(text);
	conf_free(conf);
	diags_free(&diags);
	return answer;
}
