/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Carries out commands: one from the command line, or many from a file as one plan. Reports errors
 * on standard error and returns exit statuses. */
#ifndef LVSD_ADMIN_RUN_H
#define LVSD_ADMIN_RUN_H

#include "admin/command.h"

/*
 * The exit status when the kernel refused a command or lvsadm could not carry it out: ipvsadm's -1.
 */
#define RUN_REFUSED 255

struct run {
	const char *program;      /* argv[0] */
	bool is_plain;            /* the program was called as ipvsadm: without the options and
				     sentences that ipvsadm lacks */
	struct ipvs_admin *admin; /* NULL until run_open() */
};

/* Opens IPVS unless it is open. Returns 0 or the exit status. */
int run_open(struct run *run);
void run_close(struct run *run);

/* Prints the sentence of a command line that command_parse() refused. Returns the exit status. */
int run_complain(const struct run *run, enum command_error error, const struct err *err);

/* Carries out any command. Returns the exit status. */
int run_command(struct run *run, const struct command *command);
/* Carries out a command that is not a restore. Returns the exit status. */
int run_single(struct run *run, const struct command *command);

/*
 * Carries out -R. Under the name ipvsadm each line is carried out by itself. Otherwise nothing is
 * done unless all lines are right, and error sentences name the line. is_clear: the table is
 * emptied first.
 */
int run_restore(struct run *run, bool is_clear);
/* Carries out -R --replace. */
int run_replace(struct run *run);

/* Print the texts of --help and --version. */
void run_print_help(const struct run *run);
void run_print_version(const struct run *run);

#endif
