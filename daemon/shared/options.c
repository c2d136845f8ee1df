/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/shared/options.h"
#include "daemon/shared/habits.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>

/* Options without a short form. */
enum {
	LONG_CORE_DUMP = 256,
	LONG_JSON,
	LONG_LENIENT,
	LONG_PLAN,
	LONG_PRINT_CONFIG,
	LONG_RELEASE_ADDRESSES,
	LONG_WARNINGS_AS_ERRORS,
	LONG_LIST_KEYWORDS,
	LONG_HELP_KEYWORD,
	LONG_STRICT_KEEPALIVED,
	LONG_ACCEPT_IGNORED,
};

static const struct option long_options[] = {
    {"config", required_argument, NULL, 'f'},
    {"config-id", required_argument, NULL, 'i'},
    {"core-dump", no_argument, NULL, LONG_CORE_DUMP},
    {"json", no_argument, NULL, LONG_JSON},
    {"lenient", no_argument, NULL, LONG_LENIENT},
    {"accept-ignored", no_argument, NULL, LONG_ACCEPT_IGNORED},
    {"warnings-as-errors", no_argument, NULL, LONG_WARNINGS_AS_ERRORS},
    {"foreground", no_argument, NULL, 'n'},
    {"log-console", no_argument, NULL, 'l'},
    {"check", no_argument, NULL, 't'},
    {"plan", no_argument, NULL, LONG_PLAN},
    {"print-config", no_argument, NULL, LONG_PRINT_CONFIG},
    {"release-addresses", no_argument, NULL, LONG_RELEASE_ADDRESSES},
    {"list-keywords", no_argument, NULL, LONG_LIST_KEYWORDS},
    {"help-keyword", required_argument, NULL, LONG_HELP_KEYWORD},
    {"strict-keepalived", no_argument, NULL, LONG_STRICT_KEEPALIVED},
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
	     "  -i, --config-id ID   the ID of lines that begin with @ID, instead of the host's "
	     "name\n"
	     "      --core-dump      let a process that crashes leave a core file, with its secrets\n"
	     "      --lenient        leave out, with a warning, what keepalived would ignore\n"
	     "      --accept-ignored\n"
	     "                       run a file with keywords that are ignored and that matter for\n"
	     "                       who serves or what is tested\n"
	     "  -n, --foreground     stay in the foreground\n"
	     "  -l, --log-console    log to standard error instead of syslog\n"
	     "  -R, --run-dir DIR    keep lvsd.pid and control.sock in DIR instead "
	     "of " OPTIONS_RUN_DIR "\n"
	     "Instead of running:\n"
	     "  -t, --check          check the configuration; warn of what this machine lacks\n"
	     "      --json           with -t, --plan and --list-keywords: print JSON\n"
	     "      --warnings-as-errors\n"
	     "                       with -t: exit status 1 also for a warning\n"
	     "      --strict-keepalived\n"
	     "                       with -t: what keepalived would not load is an error, too\n"
	     "      --plan           print what starting would change in the kernel; do nothing\n"
	     "      --print-config   print the configuration as lvsd understands it\n"
	     "      --release-addresses\n"
	     "                       remove the virtual addresses that a killed lvsd left\n"
	     "      --list-keywords  print every keyword of the configuration and its class\n"
	     "      --help-keyword WORD\n"
	     "                       print what the manual says of WORD, or BLOCK/WORD\n"
	     "  -v, --version        print the version\n"
	     "  -h, --help           print this\n\n"
	     "Signals: HUP reloads the configuration, TERM and INT stop.\n"
	     "Exit status: 0 done, 1 configuration, 2 usage, 3 machine (permission, kernel, run "
	     "dir).");
}

/* Refuses an operand. For `lvsd -t FILE` and `lvsd FILE` the message names the option of the file,
 * -f. */
static int argument_refuse(const struct options *options, const char *argument)
{
	const char *hint = habits_command(argument);

	fprintf(stderr, "lvsd: unexpected argument '%s'; ", argument);
	if (hint)
		fprintf(stderr, "%s\n", hint);
	else if (strpbrk(argument, "./"))
		fprintf(stderr, "for a configuration file write `%s-f %s`\n",
			options->action == OPTIONS_CHECK ? "-t " : "", argument);
	else
		fputs("see lvsd --help\n", stderr);
	return -EINVAL;
}

static int config_twice(const char *first, const char *second)
{
	fprintf(stderr,
		"lvsd: --config is given twice, with '%s' and '%s': lvsd reads one file, which "
		"can include others\n",
		first, second);
	return -EINVAL;
}

/* Adds a hint to the error that getopt(3) has printed. letter is the option at which getopt
 * stopped; 0 for a long one. */
static int option_refuse(int letter, const char *word)
{
	bool is_word = !letter && !strncmp(word, "--", 2);
	const char *hint = habits_option(letter, is_word ? word + 2 : NULL);

	fprintf(stderr, "lvsd: %s\n", hint ? hint : "see lvsd --help");
	return -EINVAL;
}

/* keepalived's -R has no value, so in "-R -n" the next word is not a run dir. */
static bool is_run_dir(const char *text)
{
	if (text[0] != '-')
		return true;
	fprintf(stderr, "lvsd: %s\n", habits_option('R', NULL));
	return false;
}

/* Whether the options go together. If not, says why on stderr. */
static bool is_sensible(const struct options *options)
{
	const char *option = options->is_warnings_as_errors  ? "--warnings-as-errors"
			     : options->is_strict_keepalived ? "--strict-keepalived"
			     : options->is_json && options->action != OPTIONS_LIST_KEYWORDS &&
				     options->action != OPTIONS_PLAN
				 ? "--json"
				 : NULL;

	if (option && options->action != OPTIONS_CHECK) {
		fprintf(stderr, "lvsd: %s goes with --check; see lvsd --help\n", option);
		return false;
	}
	return true;
}

/* To run, and to show what a run would do, lvsd demands that nobody else can write the files, since
 * it does as root what they say. -t only warns. */
static enum conf_trust trust_for(enum options_action action)
{
	switch (action) {
	case OPTIONS_RUN:
	case OPTIONS_PLAN:
	case OPTIONS_RELEASE_ADDRESSES:
		return CONF_TRUST_DEMAND;
	case OPTIONS_CHECK:
		return CONF_TRUST_WARN;
	default:
		return CONF_TRUST_ANY;
	}
}

/* Reads an option that goes with an action. Returns false if c is not such an option. */
static bool setting_take(struct options *options, int c)
{
	switch (c) {
	case 'f':
		options->config = optarg;
		return true;
	case 'i':
		options->how.config_id = optarg;
		return true;
	case 'n':
		options->is_foreground = true;
		return true;
	case 'l':
		options->is_log_console = true;
		return true;
	case 'R':
		options->run_dir = optarg;
		return true;
	case LONG_CORE_DUMP:
		options->is_core_dump = true;
		return true;
	case LONG_JSON:
		options->is_json = true;
		return true;
	case LONG_LENIENT:
		options->how.is_lenient = true;
		return true;
	case LONG_ACCEPT_IGNORED:
		options->how.accepting = CONF_ACCEPTED_BY_OPTION;
		return true;
	case LONG_STRICT_KEEPALIVED:
		options->is_strict_keepalived = true;
		return true;
	case LONG_WARNINGS_AS_ERRORS:
		options->is_warnings_as_errors = true;
		return true;
	default:
		return false;
	}
}

int options_parse(int argc, char **argv, struct options *ret_options)
{
	struct options options = {.config = OPTIONS_CONFIG, .run_dir = OPTIONS_RUN_DIR};
	const char *config = NULL;
	int c;

	while ((c = getopt_long(argc, argv, "f:i:nltR:vh", long_options, NULL)) != -1) {
		if (c == 'f' && config)
			return config_twice(config, optarg);
		if (c == 'f')
			config = optarg;
		if (setting_take(&options, c))
			continue;
		switch (c) {
		case 't':
			options.action = OPTIONS_CHECK;
			break;
		case LONG_JSON:
			options.is_json = true;
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
		case LONG_LIST_KEYWORDS:
			options.action = OPTIONS_LIST_KEYWORDS;
			break;
		case LONG_HELP_KEYWORD:
			options.action = OPTIONS_HELP_KEYWORD;
			options.keyword = optarg;
			break;
		case 'v':
			options.action = OPTIONS_VERSION;
			break;
		case 'h':
			options.action = OPTIONS_HELP;
			break;
		default:
			return option_refuse(optopt, argv[optind - 1]);
		}
	}
	if (!is_run_dir(options.run_dir))
		return -EINVAL;
	if (optind < argc)
		return argument_refuse(&options, argv[optind]);
	if (!is_sensible(&options))
		return -EINVAL;
	options.how.trust = trust_for(options.action);
	*ret_options = options;
	return 0;
}
