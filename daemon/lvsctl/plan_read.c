/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/lvsctl/plan_read.h"
#include "base/mem.h"
#include "conf/load.h"
#include "daemon/loader/transcript.h"
#include "daemon/shared/rundir_names.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct reader {
	const char *run_dir;
	int fd;
	int code; /* the first -errno of the transcript */
	char *denied; /* the first include that the caller may not read; or NULL */
};

/* The environment with which lvsd was started. The kernel shows it to root alone; it may have passwords
 * in it. NULL with errno. */
static FILE *environment_open(const char *run_dir)
{
	char *file = rundir_file(run_dir, RUNDIR_PID), variables[64] = "";
	FILE *pid_file = fopen(file, "re");
	long pid = 0;

	free(file);
	if (!pid_file)
		return NULL;
	if (fscanf(pid_file, "%ld", &pid) == 1)
		snprintf(variables, sizeof(variables), "/proc/%ld/environ", pid);
	fclose(pid_file);
	return fopen(variables, "re");
}

static void environment_answer(const char *run_dir, const char *name,
			       struct conf_answer *ret_answer)
{
	FILE *in = environment_open(run_dir);
	size_t size = 0, len = strlen(name);
	char *item = NULL;

	*ret_answer = (struct conf_answer){.code = -ENOENT};
	if (!in) {
		ret_answer->code = -EACCES;
		ret_answer->note = mem_printf("%s: a plan reads variables of lvsd's environment "
					      "only for root, or for the file "
					      "that lvsd was started with",
					      name);
		return;
	}
	while (!ret_answer->text && getdelim(&item, &size, 0, in) >= 0)
		if (!strncmp(item, name, len) && item[len] == '=')
			*ret_answer = (struct conf_answer){.text = mem_strdup(item + len + 1),
							   .len = strlen(item + len + 1)};
	free(item);
	fclose(in);
}

/* Is the caller denied a folder that the pattern has to be looked for in? glob(3) does not say
 * that. */
static bool is_search_denied(const char *pattern)
{
	size_t len = strcspn(pattern, "*?[");
	char *folder;
	bool is_denied;

	while (len > 1 && pattern[len - 1] != '/')
		len--;
	folder = mem_printf("%.*s", (int)len, pattern);
	is_denied = access(folder, R_OK | X_OK) < 0 && errno == EACCES;
	free(folder);
	return is_denied;
}

/* A missing include is a warning, as in keepalived. But lvsd may read what its user may not, and a plan
 * without it would be wrong. */
static void denial_note(struct reader *reader, enum conf_query_kind kind, const char *key,
			const struct conf_answer *answer)
{
	if (!reader->denied &&
	    (kind == CONF_QUERY_INCLUDED ? answer->code == -EACCES || answer->code == -EPERM
					 : kind == CONF_QUERY_MATCH && is_search_denied(key)))
		reader->denied = mem_strdup(key);
}

static void answer_and_note(void *arg, enum conf_query_kind kind, const char *key,
			    struct conf_answer *ret_answer)
{
	struct reader *reader = arg;
	int code;

	if (kind == CONF_QUERY_ENVIRONMENT)
		environment_answer(reader->run_dir, key, ret_answer);
	else
		conf_answer_here("", kind, key, ret_answer);
	denial_note(reader, kind, key, ret_answer);
	code = transcript_put(reader->fd, kind, key, ret_answer);
	if (reader->code == 0)
		reader->code = code;
}

int plan_read(const char *run_dir, const char *path, json_t *needs, struct err *err)
{
	struct reader reader = {.run_dir = run_dir, .fd = transcript_file_new()};
	const struct conf_responder responder = {answer_and_note, &reader};
	/* All dangerous keywords are accepted here: the director decides about them. */
	const struct conf_load_how how = {
	    .config_id = json_string_value(json_object_get(needs, "config_id")),
	    .is_without_digest = true,
	    .is_lenient = json_is_true(json_object_get(needs, "lenient")),
	    .trust = CONF_TRUST_WARN,
	    .accepting = CONF_ACCEPTED_BY_OPTION,
	    .responder = &responder};
	struct diags diags = {0};

	if (reader.fd < 0)
		return err_set(err, reader.fd, "%s cannot be handed over: %s", path,
			       err_errno(reader.fd));
	conf_free(conf_load(path, &how, &diags, NULL, NULL));
	diags_free(&diags);
	if (reader.denied) {
		err_set(err, -EACCES,
			"%s includes %s, which your user may not read, so the plan would be wrong: run "
			"this as a user who may read all files of the configuration",
			path, reader.denied);
		free(reader.denied);
		close(reader.fd);
		return -EACCES;
	}
	if (reader.code == 0)
		reader.code = transcript_end(reader.fd, 0, NULL);
	if (reader.code == 0)
		reader.code = transcript_file_seal(reader.fd);
	if (reader.code == 0)
		return reader.fd;
	close(reader.fd);
	return err_set(err, reader.code, "%s cannot be handed over: %s", path,
		       err_errno(reader.code));
}
