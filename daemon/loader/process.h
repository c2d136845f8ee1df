/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The loader: a process that lives as long as one reading of a configuration. It opens the files as
 * root, tells the director what it found (transcript.h), and vouches for the commands that stand
 * there (daemon/script/vouched.h). Another loader reads the files for TLS once more, when a
 * configuration that was read before comes into force again.
 */
#ifndef LVSD_DAEMON_LOADER_PROCESS_H
#define LVSD_DAEMON_LOADER_PROCESS_H

#include "conf/load_how.h"
#include "daemon/shared/load_kind.h"

struct vouched;

struct loader_args {
	enum load_kind kind;
	/* The list of LOAD_TLS, which reads only files that are vouched for, or the number of
	 * LOAD_INIT, or the keyword of LOAD_DUMP. The other kinds read config, whatever the director asks for. */
	const char *path;
	const char *config; /* the file of the command line */
	const char *run_dir;
	struct conf_load_how how;
	struct vouched *vouched;
	int fd; /* where the director reads the transcript */
};

/* An exit status. */
int loader_run(const struct loader_args *args);

#endif
