/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/options.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>

/* Options without a short form. */
enum {
	LONG_PLAN = 256,
	LONG_PRINT_CONFIG,
	LONG_RELEASE_ADDRESSES,
};

static const struct option long_options[] = {
    {"config", required_argument, NULL, 'f'},
    {"foreground", no_argument, NULL, 'n'},
    {"log-console", no_argument, NULL, 'l'},
    {"check", no_argument, NULL, 't'},
    {"plan", no_argument, NULL, LONG_PLAN},
    {"print-config", no_argument, NULL, LONG_PRINT_CONFIG},
    {"release-addresses", no_argument, NULL, LONG_RELEASE_ADDRESSES},
    {"run-dir", required_argument, NULL, 'R'},
    {"version", no_argument, NULL, 'v'},
    {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
};

void options_print_help(void)
{
	puts("usage: lvsd [options]\n"
	     "A high-availability director for Linux Virtual Server.\n\n"
	     "  -f, --config FILE    read FILE instead of " OPTIONS_CONFIG "\n"
	     "  -n, --foreground     stay in the foreground\n"
	     "  -l, --log-console    log to standard error instead of syslog\n"
	     "  -R, --run-dir DIR    keep lvsd.pid and control.sock in DIR instead "
	     "of " OPTIONS_RUN_DIR "\n"
	     "Instead of running:\n"
	     "  -t, --check          check the configuration; warn of what this machine lacks\n"
	     "      --plan           print what starting would change in the kernel; do nothing\n"
	     "      --print-config   print the configuration as lvsd understands it\n"
	     "      --release-addresses\n"
	     "                       remove the virtual addresses that a killed lvsd left\n"
	     "  -v, --version        print the version\n"
	     "  -h, --help           print this\n\n"
	     "Signals: HUP reloads the configuration, TERM and INT stop.\n"
	     "Exit status: 0 done, 1 configuration, 2 usage, 3 machine (permission, kernel, run "
	     "dir).");
}

static int refuse(const char *argument)
{
	fprintf(stderr, "lvsd: unexpected argument '%s'; see lvsd --help\n", argument);
	return -EINVAL;
}

int options_parse(int argc, char **argv, struct options *ret_options)
{
	struct options options = {.config = OPTIONS_CONFIG, .run_dir = OPTIONS_RUN_DIR};
	int c;

	while ((c = getopt_long(argc, argv, "f:nltR:vh", long_options, NULL)) != -1) {
		switch (c) {
		case 'f':
			options.config = optarg;
			break;
		case 'n':
			options.is_foreground = true;
			break;
		case 'l':
			options.is_log_console = true;
			break;
		case 't':
			options.action = OPTIONS_CHECK;
			break;
		case LONG_PLAN:
			options.action = OPTIONS_PLAN;
			break;
		case LONG_PRINT_CONFIG:
			options.action = OPTIONS_PRINT_CONFIG;
			break;
		case LONG_RELEASE_ADDRESSES:
			options.action = OPTIONS_RELEASE_ADDRESSES;
			break;
		case 'R':
			options.run_dir = optarg;
			break;
		case 'v':
			options.action = OPTIONS_VERSION;
			break;
		case 'h':
			options.action = OPTIONS_HELP;
			break;
		default:
			fputs("lvsd: see lvsd --help\n", stderr);
			return -EINVAL;
		}
	}
	if (optind < argc)
		return refuse(argv[optind]);
	*ret_options = options;
	return 0;
}
