/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/script/start.h"
#include "base/plural.h"
#include "daemon/script/path.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

int script_start(const struct script_run *run, const char *program,
		 const struct script_start_bounds *bounds, struct run_child *ret_child,
		 char ret_cause[static SCRIPT_LINE_MAX])
{
	const char *words[SCRIPT_ARGS_MAX + 1] = {program};
	char cause[sizeof("LVSD_CAUSE=") + SCRIPT_CAUSE_MAX];
	const char *const variables[] = {"PATH=" SCRIPT_PATH, run->cause[0] ? cause : NULL, NULL};
	const struct run_user user = {.uid = run->user.uid,
				      .gid = run->user.gid,
				      .groups = run->user.groups,
				      .n_groups = run->user.n_groups};
	bool is_own = script_user_is_own(&run->user);
	const struct run_program child = {.words = words,
					    .variables = variables,
					    .error = RUN_ERROR_WITH_OUTPUT,
					    .user = is_own ? NULL : &user,
					    .is_apart = true,
					    .shares_memory = is_own || bounds->may_share,
					    .leader = bounds->leader,
					    .join_fd = bounds->join_fd < 0 ? 0 : bounds->join_fd};
	int code;

	snprintf(cause, sizeof(cause), "LVSD_CAUSE=%s", run->cause);
	memcpy(words + 1, run->argv + 1, (run->n_args - 1) * sizeof(*words));
	code = run_start(&child, ret_child);

	if (code < 0)
		snprintf(ret_cause, SCRIPT_LINE_MAX,
			 "there is no free process, descriptor or memory for it");
	return code;
}

static const char *exec_cause(int code)
{
	switch (code) {
	case ENOENT:
		return "the script, or the interpreter that its first line names, does not exist";
	case EACCES:
		return "its user may not execute the script or its interpreter, or may not enter a "
		       "directory of its path";
	case ENOEXEC:
		return "the script is not a program and does not begin with '#!' and an "
		       "interpreter";
	default:
		return "the script cannot be executed";
	}
}

int script_start_verdict(const struct run_child *child, const struct script_run *run,
			 char ret_cause[static SCRIPT_LINE_MAX])
{
	struct run_failure failure;

	if (!run_failed(child, &failure))
		return 0;
	if (failure.step == RUN_STEP_USER)
		snprintf(ret_cause, SCRIPT_LINE_MAX,
			 "the script process may not become uid %u, gid %u with %zu other group%s",
			 run->user.uid, run->user.gid, run->user.n_groups,
			 plural(run->user.n_groups));
	else if (failure.step == RUN_STEP_EXEC)
		snprintf(ret_cause, SCRIPT_LINE_MAX, "%s", exec_cause(failure.code));
	else
		snprintf(ret_cause, SCRIPT_LINE_MAX, "/dev/null cannot be its standard input");
	return -failure.code;
}
