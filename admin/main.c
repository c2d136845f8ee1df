/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lvsadm(8). The name by which the program is called decides: as ipvsadm it has nothing that
 * ipvsadm lacks; lvsadm-save is -S, and lvsadm-restore is -C and -R in one plan. */
#include "admin/names.h"
#include "admin/real/run.h"
#include "admin/run.h"

#include "base/mem.h"
#include "base/output.h"

#include <stdio.h>
#include <string.h>

#define STATUS_WRONG 2

/* So large that a large table is read and written with few system calls. */
#define BUFFER_SIZE 65536

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static bool ends_with(const char *text, const char *end)
{
	size_t len = strlen(text), end_len = strlen(end);

	return len >= end_len && !strcmp(text + len - end_len, end);
}

static int help_of_wrapper(const struct run *run, bool is_save)
{
	fprintf(stderr,
		is_save ? "usage: %s [-n] >FILE: write the IPVS table as rules\n"
			: "usage: %s <FILE: clear the IPVS table and read rules\n",
		run->program);
	return 1;
}

/* lvsadm-save [-n] */
static int save(struct run *run, int argc, char **argv)
{
	struct command command = {.kind = COMMAND_SAVE};

	for (int i = 1; i < argc; i++) {
		if (!strcmp(argv[i], "-n"))
			command.options |= 1ULL << OPTION_NUMERIC;
		else if (argv[i][0] == '-')
			return help_of_wrapper(run, true);
	}
	return run_command(run, &command);
}

/* lvsadm-restore */
static int restore(struct run *run, int argc, char **argv)
{
	int status;

	if (argc > 1 && argv[1][0] == '-')
		return help_of_wrapper(run, false);
	status = run_open(run);
	return status ? status : run_restore(run, true);
}

static int administer(struct run *run, int argc, char **argv)
{
	struct command command = {.kind = COMMAND_LIST};
	struct err err = {""};
	int status = run->is_plain ? run_open(run) : 0;
	enum command_error error = COMMAND_OK;

	if (status)
		return status;
	if (argc > 1)
		error = command_parse((const char *const *)argv + 1, (size_t)argc - 1,
				      run->is_plain, &names_system, &command, &err);
	return error == COMMAND_OK ? run_command(run, &command) : run_complain(run, error, &err);
}

int main(int argc, char **argv)
{
	const char *name = base_name(argc ? argv[0] : "lvsadm");
	struct run run = {.program = argc ? argv[0] : name, .is_plain = !strcmp(name, "ipvsadm")};
	int status;

	output_begin();
	/* Never freed: the streams use the buffers until the process ends. */
	setvbuf(stdin, mem_calloc(1, BUFFER_SIZE), _IOFBF, BUFFER_SIZE);
	setvbuf(stdout, mem_calloc(1, BUFFER_SIZE), _IOFBF, BUFFER_SIZE);
	if (ends_with(name, "-save"))
		status = save(&run, argc, argv);
	else if (ends_with(name, "-restore"))
		status = restore(&run, argc, argv);
	else if (!run.is_plain && argc > 1 && !strcmp(argv[1], "real-server"))
		status = real_run((const char *const *)argv + 2, (size_t)argc - 2);
	else
		status = administer(&run, argc, argv);
	run_close(&run);
	return output_finish(name) ? status : STATUS_WRONG;
}
