/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Carries commands out: on the command line one, from a file many in one plan. Says on standard
 * error what went wrong and gives exit statuses.
 */
#ifndef LVSD_ADMIN_RUN_H
#define LVSD_ADMIN_RUN_H

#include "admin/command.h"

/* What the kernel refused, or what lvsadm could not do: -1 as ipvsadm gives it. */
#define RUN_REFUSED 255

struct run {
	const char *program;      /* argv[0] */
	bool is_plain;            /* called ipvsadm: no option and no sentence that it lacks */
	struct ipvs_admin *admin; /* NULL until run_open() */
};

/* Finds IPVS, once. 0 or the exit status. */
int run_open(struct run *run);
void run_close(struct run *run);

/* The sentence of a command line that command_parse() refused, and the exit status for it. */
int run_complain(const struct run *run, enum command_error error, const struct err *err);

/* Any command. Returns an exit status. */
int run_command(struct run *run, const struct command *command);
/* One that is no restore. */
int run_single(struct run *run, const struct command *command);

/*
 * -R. Under the name ipvsadm line by line; else nothing is done unless all lines are right, and
 * the sentences name lines. is_clear: the table is emptied first.
 */
int run_restore(struct run *run, bool is_clear);
/* -R --replace. */
int run_replace(struct run *run);

/* The texts of --help and --version. */
void run_print_help(const struct run *run);
void run_print_version(const struct run *run);

#endif
