/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the director asks a loader for (DAEMON_FRAME_LOAD). */
#ifndef LVSD_DAEMON_SHARED_LOAD_KIND_H
#define LVSD_DAEMON_SHARED_LOAD_KIND_H

enum load_kind {
	LOAD_CONFIG = 1, /* the configuration of the command line, to put it in force */
	LOAD_PLAN,       /* the same, for `lvsctl plan`: nothing is vouched for */
	/* Files for TLS that a configuration names which was read before. In place of a path: for
	 * each file what it is called, and its path, with a line break between two texts. */
	LOAD_TLS,
	/* Nothing: the files of init_file are written. In place of a path the number of the table
	 * that names them (daemon/script/vouched.h), in digits. */
	LOAD_INIT,
	/* Nothing: a dump file is written. In place of a path the keyword that names the file
	 * (daemon/shared/dump.h), and in place of the socket a file in memory with its text. */
	LOAD_DUMP,
	/* Nothing: the supervisor itself loads the libraries of checks and mail, so that the processes
	 * which it forks have them. The sentence of a refusal says why it cannot. */
	LOAD_LIBRARIES,
};

#endif
