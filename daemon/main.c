/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/mem.h"
#include "conf/load.h"
#include "daemon/options.h"
#include "daemon/spawn.h"
#include "daemon/supervise.h"

#include <stdio.h>
#include <stdlib.h>

/* -t: judges the file alone; needs no privilege and looks at nothing of the machine. */
static int check_config(const char *path)
{
	struct diags diags = {0};
	struct conf *conf = conf_load(path, &diags, NULL, NULL);
	int status = conf ? EXIT_STATUS_OK : EXIT_STATUS_CONFIG;

	diags_print(&diags, stderr);
	if (conf)
		printf("%s: the configuration is valid: %zu virtual servers, %zu VRRP instances\n",
		       path, conf->n_virtual_servers, conf->n_vrrps);
	conf_free(conf);
	diags_free(&diags);
	return status;
}

int main(int argc, char **argv)
{
	struct options options;
	char *config, *run_dir;
	int status;

	if (options_parse(argc, argv, &options) < 0)
		return EXIT_STATUS_USAGE;
	switch (options.action) {
	case OPTIONS_HELP:
		options_print_help();
		return EXIT_STATUS_OK;
	case OPTIONS_VERSION:
		puts("lvsd " PACKAGE_VERSION);
		return EXIT_STATUS_OK;
	case OPTIONS_CHECK:
		return check_config(options.config);
	case OPTIONS_RUN:
		break;
	}
	/* Copies: the titles of processes are written over the command line. */
	options.config = config = mem_strdup(options.config);
	options.run_dir = run_dir = mem_strdup(options.run_dir);
	spawn_init_title(argc, argv);
	status = supervise(&options);
	free(config);
	free(run_dir);
	return status;
}
