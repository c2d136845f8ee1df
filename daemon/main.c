/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/mem.h"
#include "base/output.h"
#include "base/plural.h"
#include "conf/canon/print.h"
#include "conf/load.h"
#include "conf/tree/keywords.h"
#include "daemon/diags_json.h"
#include "daemon/keywords_json.h"
#include "daemon/loader/machine.h"
#include "daemon/loader/machine_filter.h"
#include "daemon/loader/machine_owner.h"
#include "daemon/shared/options.h"
#include "daemon/director/plan.h"
#include "daemon/supervisor/privilege.h"
#include "daemon/supervisor/release.h"
#include "daemon/shared/spawn.h"
#include "daemon/supervisor/supervise.h"

#include <stdio.h>
#include <stdlib.h>

static void print_valid(const char *path, const struct conf *conf)
{
	char lost[CONF_LOST_MAX];

	printf("%s: the configuration is valid: %zu virtual server%s, %zu VRRP instance%s", path,
	       conf->n_virtual_servers, plural(conf->n_virtual_servers), conf->n_vrrps,
	       plural(conf->n_vrrps));
	if (conf_lost(conf, lost))
		printf("; LEFT OUT: %s", lost);
	putchar('\n');
}

/* -t: only the file is judged. What the machine lacks is a warning, but a wrong key of the relay is an
 * error. Needs no privilege. */
static int check_config(const struct options *options)
{
	struct diags diags = {.is_strict = options->is_strict_keepalived};
	struct conf_load_how how = options->how;
	struct conf *conf;
	bool is_wrong;

	how.is_without_digest = true;
	conf = conf_load(options->config, &how, &diags, NULL, NULL);
	machine_judge(conf, &diags);
	machine_judge_filter(conf, &diags);
	machine_judge_owner(conf, &diags);
	is_wrong = !conf || diags.n_errors || (options->is_warnings_as_errors && diags.n_warnings);
	if (options->is_json)
		diags_json_print(&diags, stdout);
	else
		diags_print(&diags, stderr);
	if (conf && !diags.n_errors && !options->is_json)
		print_valid(options->config, conf);
	conf_free(conf);
	diags_free(&diags);
	return is_wrong ? EXIT_STATUS_CONFIG : EXIT_STATUS_OK;
}

static int print_config(const struct options *options)
{
	struct diags diags = {0};
	struct conf *conf = conf_load(options->config, &options->how, &diags, NULL, NULL);
	int status = conf ? EXIT_STATUS_OK : EXIT_STATUS_CONFIG;

	diags_print(&diags, stderr);
	if (conf)
		conf_print(conf, stdout);
	conf_free(conf);
	diags_free(&diags);
	return status;
}

static int lvsd_run(int argc, char **argv, struct options *options)
{
	/* Copies, since the titles of processes are written over the command line. */
	char *config = mem_strdup(options->config), *run_dir = mem_strdup(options->run_dir);
	char *config_id = options->how.config_id ? mem_strdup(options->how.config_id) : NULL;
	int status;

	options->config = config;
	options->how.config_id = config_id;
	options->run_dir = run_dir;
	spawn_init_title(argc, argv);
	status = supervise(options);
	free(config);
	free(config_id);
	free(run_dir);
	return status;
}

/* Carries out an action that shows something instead of running lvsd. Returns the exit status. */
static int lvsd_show(struct options *options)
{
	switch (options->action) {
	case OPTIONS_HELP:
		options_print_help();
		return EXIT_STATUS_OK;
	case OPTIONS_VERSION:
		puts("lvsd " PACKAGE_VERSION);
		return EXIT_STATUS_OK;
	case OPTIONS_CHECK:
		privilege_read_as_loader();
		return check_config(options);
	case OPTIONS_PLAN:
		privilege_read_as_loader();
		return plan_offline(options);
	case OPTIONS_PRINT_CONFIG:
		return print_config(options);
	case OPTIONS_RELEASE_ADDRESSES:
		return release_addresses(options);
	case OPTIONS_LIST_KEYWORDS:
		if (options->is_json)
			keywords_json_print(stdout);
		else
			keywords_print(stdout);
		return EXIT_STATUS_OK;
	case OPTIONS_HELP_KEYWORD:
		return keywords_help(options->keyword, stdout, stderr) == 0 ? EXIT_STATUS_OK
									    : EXIT_STATUS_USAGE;
	case OPTIONS_RUN:
		break;
	}
	return EXIT_STATUS_OK;
}

int main(int argc, char **argv)
{
	struct options options;
	int status;

	output_begin();
	if (options_parse(argc, argv, &options) < 0)
		return EXIT_STATUS_USAGE;
	if (options.action == OPTIONS_RUN)
		return lvsd_run(argc, argv, &options);
	status = lvsd_show(&options);
	if (!output_finish("lvsd") && status == EXIT_STATUS_OK)
		status = EXIT_STATUS_MACHINE;
	return status;
}
