/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The command line of lvsd. */
#ifndef LVSD_DAEMON_SHARED_OPTIONS_H
#define LVSD_DAEMON_SHARED_OPTIONS_H

#include "base/exit_status.h"
#include "conf/load.h"
#include "daemon/shared/rundir_names.h"

#include <stdbool.h>

#define OPTIONS_CONFIG  "/etc/lvsd.conf"
#define OPTIONS_RUN_DIR RUNDIR_USUAL

/* The longest that a reload may wait for its confirmation. */
#define OPTIONS_CONFIRM_MAX_S 86400
/* "1 to 86400", for sentences. */
#define OPTIONS_CONFIRM_RANGE      "1 to " OPTIONS_TEXT_OF(OPTIONS_CONFIRM_MAX_S)
#define OPTIONS_TEXT_OF(number)    OPTIONS_TEXT_OF_WORD(number)
#define OPTIONS_TEXT_OF_WORD(word) #word

enum options_action {
	OPTIONS_RUN,
	OPTIONS_CHECK,             /* -t */
	OPTIONS_PLAN,              /* --plan */
	OPTIONS_PRINT_CONFIG,      /* --print-config */
	OPTIONS_RELEASE_ADDRESSES, /* --release-addresses */
	OPTIONS_LIST_KEYWORDS,     /* --list-keywords */
	OPTIONS_HELP_KEYWORD,      /* --help-keyword */
	OPTIONS_VERSION,           /* -v */
	OPTIONS_HELP,              /* -h */
};

struct options {
	enum options_action action;
	const char *config;
	const char *run_dir;
	struct conf_load_how how; /* --config-id, --lenient, --accept-ignored */
	const char *keyword;      /* of --help-keyword */
	bool is_foreground;
	bool is_log_console;
	bool is_core_dump; /* a process that crashes leaves a core file */
	bool is_json;               /* -t, --plan, --list-keywords: objects instead of text */
	bool is_warnings_as_errors; /* -t */
	bool is_strict_keepalived;  /* -t */
};

/* Returns 0, or -EINVAL after saying on stderr what is wrong with the command line. */
int options_parse(int argc, char **argv, struct options *ret_options);

/* Prints the text of --help on stdout. */
void options_print_help(void);

#endif
