/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/loader/process.h"
#include "base/exit_status.h"
#include "base/mem.h"
#include "conf/load.h"
#include "daemon/loader/caller.h"
#include "daemon/loader/init_file.h"
#include "daemon/loader/machine.h"
#include "daemon/loader/transcript.h"
#include "daemon/loader/vouch.h"
#include "daemon/shared/rundir.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct loader {
	const struct loader_args *args;
	struct conf_look look; /* answers a question, and writes the answer to the director */
	bool is_of_stranger;   /* the file is another user's, so lvsd's environment stays hidden */
};

/* The environment of lvsd may have passwords in it, which a plan would show. */
static void environment_refuse(const char *name, struct conf_looked *ret_looked)
{
	*ret_looked = (struct conf_looked){
	    .code = -EACCES,
	    .note = mem_printf("%s: a plan reads variables of lvsd's environment only for root, or "
			       "for the file that lvsd was started with",
			       name)};
}

static void look_and_tell(void *arg, enum conf_look_kind kind, const char *key,
			  struct conf_looked *ret_looked)
{
	const struct loader *loader = arg;

	if (kind == CONF_LOOK_ENVIRONMENT && loader->is_of_stranger)
		environment_refuse(key, ret_looked);
	else
		machine_look_here("", kind, key, ret_looked);
	transcript_put(loader->args->fd, kind, key, ret_looked);
}

/* Reads the files for TLS, which the director needs when the configuration comes into force. */
static void tell_tls(struct loader *loader, const struct conf *conf)
{
	const struct conf_global *global = &conf->global;
	const char *const files[][2] = {{"ca", global->tls.ca},
					{"certificate", global->tls.certificate},
					{"key", global->tls.key}};
	struct err err;

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		char *text = NULL;

		if (*files[i][1])
			machine_tls_text(&loader->look, files[i][0], files[i][1], &text, &err);
		free(text);
	}
}

static void tell_again(struct loader *loader, struct vouched_reader *reader, const char *what,
		       const char *path)
{
	struct conf_looked refused = {.code = -EPERM};
	char *text = NULL, *key;
	struct err err;

	if (vouched_reader_knows_file(reader, path)) {
		machine_tls_text(&loader->look, what, path, &text, &err);
		free(text);
		return;
	}
	key = machine_tls_key(what, path);
	refused.note = mem_printf("the %s file %s is in no configuration that lvsd has read", what, path);
	transcript_put(loader->args->fd, CONF_LOOK_TLS_TEXT, key, &refused);
	free(refused.note);
	free(key);
}

/* Reads files for TLS of a configuration that the director has in memory. Only files that a loader
 * has vouched for are read, so a director in the hands of a stranger gets no other file. */
static void tell_files_again(struct loader *loader)
{
	struct vouched_reader *reader = vouched_reader_new(loader->args->vouched);
	char *list = mem_strdup(loader->args->path), *at = list, *what, *path;

	while ((what = strsep(&at, "\n")) && (path = strsep(&at, "\n")))
		tell_again(loader, reader, what, path);
	transcript_end(loader->args->fd, 0, NULL);
	free(list);
	vouched_reader_free(reader);
}

/* The configuration of this table comes into force at the start of lvsd. */
static void write_init_files(const struct loader_args *args)
{
	struct vouched_reader *reader = vouched_reader_new(args->vouched);

	vouched_reader_each(reader, strtoull(args->path, NULL, 10), VOUCHED_INIT, init_file_write,
			    NULL);
	transcript_end(args->fd, 0, NULL);
	vouched_reader_free(reader);
}

static void vouch(const struct loader_args *args, const struct conf *conf)
{
	struct vouched_list *list = vouched_list_new();
	uint64_t number;

	vouch_for(conf, list);
	number = vouched_publish(args->vouched, list);
	vouched_list_free(list);
	transcript_end(args->fd, number,
		       number ? NULL
			      : "the command lines of its scripts have more than 8 MiB together");
}

/* Becomes the caller, unless the file is lvsd's own: that file is shown to everybody who may
 * command lvsd, by each reload. */
static int become_caller(struct loader *loader)
{
	const struct loader_args *args = loader->args;
	struct conf_looked refused = {0};
	struct err err;
	char *socket;
	int code;

	if (!strcmp(args->path, args->config))
		return 0;
	socket = rundir_file(args->run_dir, RUNDIR_CONTROL);
	code = caller_become(args->fd, &(struct caller_known){socket, args->supervisor}, &err);
	free(socket);
	loader->is_of_stranger = code == 1;
	if (code >= 0)
		return 0;
	refused = (struct conf_looked){.code = -EACCES, .note = err.text};
	transcript_put(args->fd, CONF_LOOK_FILE, args->path, &refused);
	transcript_end(args->fd, 0, NULL);
	return -EACCES;
}

int loader_run(const struct loader_args *args)
{
	struct loader loader = {.args = args, .look = {look_and_tell, &loader}};
	bool is_config = args->kind == LOAD_CONFIG;
	struct conf_load_how how = args->how;
	struct diags diags = {0};
	struct conf *conf;

	if (args->kind == LOAD_TLS || args->kind == LOAD_INIT) {
		if (args->kind == LOAD_TLS)
			tell_files_again(&loader);
		else
			write_init_files(args);
		return EXIT_STATUS_OK;
	}
	how.look = &loader.look;
	/* The loader accepts all ignored keywords; the director decides. */
	how.accepting = CONF_ACCEPTED_BY_OPTION;
	if (!is_config) {
		/* The caller may be anybody, and the file is the caller's choice. */
		vouched_free(args->vouched);
		if (become_caller(&loader) < 0)
			return EXIT_STATUS_OK;
	}
	if (!is_config)
		how.trust = CONF_TRUST_WARN;
	conf = conf_load(is_config ? args->config : args->path, &how, &diags, NULL, NULL);
	if (conf && is_config) {
		machine_judge_by(conf, &loader.look, &diags);
		tell_tls(&loader, conf);
		vouch(args, conf);
	} else {
		transcript_end(args->fd, 0, NULL);
	}
	conf_free(conf);
	diags_free(&diags);
	return EXIT_STATUS_OK;
}
