/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "admin/run.h"

#include "admin/list.h"
#include "admin/request.h"

#include <errno.h>
#include <stdio.h>

/* ipvsadm's exit status without IPVS. */
#define STATUS_NO_IPVS 2

int run_open(struct run *run)
{
	struct err err = {""};
	int rc = run->admin ? 0 : ipvs_admin_open(&run->admin, &err);

	if (rc == 0)
		return 0;
	fprintf(stderr,
		"Can't initialize ipvs: %s\n"
		"Are you sure that IP Virtual Server is built in the kernel or as module?\n",
		command_refusal(COMMAND_HELP, rc == -ENOENT ? -ENOPROTOOPT : rc));
	return STATUS_NO_IPVS;
}

void run_close(struct run *run)
{
	ipvs_admin_close(run->admin);
	run->admin = NULL;
}

int run_complain(const struct run *run, enum command_error error, const struct err *err)
{
	if (error == COMMAND_NONE) {
		fprintf(stderr, "Try `%s -h' or '%s --help' for more information.\n", run->program,
			run->program);
		return RUN_REFUSED;
	}
	fprintf(stderr, "%s\n", err->text);
	return (int)error;
}

struct single {
	enum command_kind kind;
	int status;
};

static void on_command_result(size_t index, int code, void *arg)
{
	struct single *single = arg;

	(void)index;
	if (code == 0)
		return;
	fprintf(stderr, "%s\n", command_refusal(single->kind, code));
	single->status = RUN_REFUSED;
}

static int run_request(struct run *run, const struct command *command)
{
	struct single single = {command->kind, 0};

	ipvs_admin_on_result(run->admin, on_command_result, &single);
	request_queue(run->admin, command, NULL);
	ipvs_admin_run(run->admin, NULL);
	ipvs_admin_on_result(run->admin, NULL, NULL);
	return single.status;
}

int run_single(struct run *run, const struct command *command)
{
	int status;

	if (command->kind == COMMAND_HELP || command->kind == COMMAND_VERSION) {
		if (command->kind == COMMAND_HELP)
			run_print_help(run);
		else
			run_print_version(run);
		return 0;
	}
	status = run_open(run);
	if (status)
		return status;
	if (command_is_request(command))
		return run_request(run, command);
	return list_run(run->admin, command, stdout);
}
