/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The rest of the machine, which has nothing wrong with it: sysctls, users and
 * programs, other daemons. Each function stands in the place of the edge that its name names.
 */
#include "base/mem.h"
#include "base/run_job.h"
#include "daemon/director/config/claims.h"
#include "daemon/script/path.h"
#include "daemon/script/user_query.h"
#include "daemon/script/vouched.h"
#include "daemon/shared/rivals.h"
#include "daemon/shared/spawn.h"
#include "host/mark.h"
#include "host/sets.h"
#include "host/sysctl.h"
#include "tests/sim/pair.h"

#include <errno.h>
#include <string.h>

/* --- other daemons, and the terminal --- */

struct claims {
	int unused;
};
static struct claims no_claims;

struct claims *claims_new(struct loop *loop, const char *door, pid_t predecessor)
{
	(void)predecessor;
	(void)loop, (void)door;
	return &no_claims;
}

void claims_free(struct claims *claims)
{
	(void)claims;
}

int claims_take(struct claims *claims, const struct conf *conf, struct err *err)
{
	(void)claims, (void)conf, (void)err;
	return 0;
}

void claims_keep(struct claims *claims, const struct conf *conf)
{
	(void)claims, (void)conf;
}

int rivals_judge(const struct rivals *rivals, const struct conf *conf, struct err *err)
{
	(void)rivals, (void)conf, (void)err;
	return 0;
}

void rivals_free(struct rivals *rivals)
{
	(void)rivals;
}

void spawn_detach(enum spawn_stderr error)
{
	(void)error;
}

/* --- every command is vouched for --- */

struct vouched_reader *vouched_reader_new(const struct vouched *vouched)
{
	(void)vouched;
	return NULL;
}

void vouched_reader_free(struct vouched_reader *reader)
{
	(void)reader;
}

bool vouched_reader_knows(struct vouched_reader *reader, struct script_run *run)
{
	(void)reader, (void)run;
	return true;
}

bool vouched_reader_knows_fifo(struct vouched_reader *reader, const struct script_fifo *fifo)
{
	(void)reader, (void)fifo;
	return true;
}

/* --- users and programs --- */

int script_user_resolve(const char *user, const char *group, struct script_user *ret_user,
			struct err *err)
{
	(void)user, (void)group, (void)err;
	*ret_user = (struct script_user){0};
	return 0;
}

int script_user_ask(const struct conf_responder *responder, const char *user, const char *group,
		    struct script_user *ret_user, struct err *err)
{
	(void)responder;
	return script_user_resolve(user, group, ret_user, err);
}

bool script_user_is_own(const struct script_user *user)
{
	(void)user;
	return true;
}

char *script_path_admit(const char *program, const struct script_user *user, bool is_secure_mode,
			struct err *err)
{
	(void)user, (void)is_secure_mode, (void)err;
	return mem_strdup(program);
}

/* --- sysctls: each has what was written last; no sets and no rules --- */

int host_sysctl_read(const char *dir, const char *name, char ret_value[static HOST_SYSCTL_MAX],
		     struct err *err)
{
	struct pair_node *node = pair_caller();

	(void)dir, (void)err;
	for (size_t i = 0; i < PAIR_SYSCTLS && node->sysctls[i].name[0]; i++)
		if (!strcmp(node->sysctls[i].name, name)) {
			strcpy(ret_value, node->sysctls[i].value);
			return 0;
		}
	strcpy(ret_value, "0");
	return 0;
}

int host_sysctl_write(const char *dir, const char *name, const char *value, struct err *err)
{
	struct pair_node *node = pair_caller();
	size_t i = 0;

	(void)dir;
	if (!pair_act())
		return err_set(err, -EIO, "dead");
	while (node->sysctls[i].name[0] && strcmp(node->sysctls[i].name, name))
		if (++i == PAIR_SYSCTLS)
			return err_set(err, -ENOENT, "%s: there is no such sysctl", name);
	strncpy(node->sysctls[i].name, name, sizeof(node->sysctls[i].name) - 1);
	strncpy(node->sysctls[i].value, value, sizeof(node->sysctls[i].value) - 1);
	return 0;
}

int run_job_start(struct loop *loop, const struct run_program *program,
		  const struct run_job_ops *ops, struct run_job **ret_job, struct err *err)
{
	(void)loop, (void)ops, (void)ret_job;
	return err_set(err, -ENOENT, "%s: there are no programs here", program->words[0]);
}

int run_input(const char *text)
{
	(void)text;
	return -ENOSYS;
}

void run_job_free(struct run_job *job)
{
	(void)job;
}

int host_mark_read(bool is_nft, unsigned parts, uint64_t *ret_mark)
{
	(void)is_nft, (void)parts;
	*ret_mark = 0;
	return 0;
}

int host_sets_read(struct host_state *state, struct err *err)
{
	(void)state, (void)err;
	return 0;
}

struct host_sets *host_sets_open(void)
{
	return NULL;
}

void host_sets_close(struct host_sets *sets)
{
	(void)sets;
}

int host_sets_apply(struct host_sets *sets, const struct host_op *op, struct err *err)
{
	(void)sets, (void)op;
	return err_set(err, -EIO, "there are no sets here");
}
