/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/loader/process.h"
#include "base/exit_status.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/secret/key_file.h"
#include "conf/load.h"
#include "daemon/loader/dump_file.h"
#include "daemon/loader/init_file.h"
#include "daemon/loader/machine.h"
#include "daemon/loader/transcript.h"
#include "daemon/loader/vouch.h"
#include "daemon/script/users.h"
#include "daemon/shared/rundir_names.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct loader {
	const struct loader_args *args;
	struct conf_responder responder; /* answers, and sends the answer to the director too */
	struct vouched_list *list; /* gets the files that are read; NULL: of another kind than CONFIG */
};

static void answer_and_send(void *arg, enum conf_query_kind kind, const char *key,
			    struct conf_answer *ret_answer)
{
	const struct loader *loader = arg;

	machine_answer_here("", kind, key, ret_answer);
	transcript_put(loader->args->fd, kind, key, ret_answer);
	if (loader->list && (kind == CONF_QUERY_FILE || kind == CONF_QUERY_INCLUDED))
		vouched_list_add_source(loader->list, key);
}

/* Reads the files for TLS and the keys of the relay, which the director needs when the configuration comes
 * into force. */
static void send_tls(struct loader *loader, const struct conf *conf)
{
	const struct conf_global *global = &conf->global;
	const char *const files[][2] = {{"ca", global->tls.ca},
					{"certificate", global->tls.certificate},
					{"key", global->tls.key}};
	struct err err;

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		char *text = NULL;

		if (*files[i][1])
			machine_tls_text(&loader->responder, files[i][0], files[i][1], &text, &err);
		free(text);
	}
	for (size_t i = 0; i < global->relay.n_keys; i++) {
		char *text = NULL;

		machine_tls_text(&loader->responder, KEY_FILE_WHAT, global->relay.keys[i].path, &text, &err);
		free(text);
	}
}

static void send_again(struct loader *loader, struct vouched_reader *reader, const char *what,
		       const char *path)
{
	struct conf_answer refused = {.code = -EPERM};
	char *text = NULL, *key;
	struct err err;

	if (vouched_reader_knows_file(reader, path)) {
		machine_tls_text(&loader->responder, what, path, &text, &err);
		free(text);
		return;
	}
	key = machine_tls_key(what, path);
	refused.note = mem_printf("the %s file %s is in no configuration that lvsd has read", what, path);
	transcript_put(loader->args->fd, CONF_QUERY_TLS_TEXT, key, &refused);
	free(refused.note);
	free(key);
}

/* Reads files for TLS of a configuration that the director has in memory. Only files that a loader
 * has vouched for are read, so a director in the hands of a stranger gets no other file. */
static void send_files_again(struct loader *loader)
{
	struct vouched_reader *reader = vouched_reader_new(loader->args->vouched);
	char *list = mem_strdup(loader->args->path), *at = list, *what, *path;

	while ((what = strsep(&at, "\n")) && (path = strsep(&at, "\n")))
		send_again(loader, reader, what, path);
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

/* What a dump is written with. */
struct dump_job {
	const struct loader_args *args;
	struct own_files own;
};

static void dump_write(const char *const *words, size_t n, void *arg)
{
	const struct dump_job *job = arg;
	struct err err;

	if (n == 2 && !strcmp(words[0], job->args->path) &&
	    dump_file_write(words[1], job->args->fd, &job->own, &err) < 0)
		log_warning("%s: %s", words[0], err.text);
}

static void dump_spare(const char *const *words, size_t n, void *arg)
{
	struct dump_job *job = arg;

	if (n == 1)
		*(const char **)vec_push(&job->own.read) = mem_strdup(words[0]);
}

/* The director says which keyword, and what is in the file. Where it is says the configuration in
 * force, as a loader has read it. */
static void write_dump(const struct loader_args *args)
{
	struct vouched_reader *reader = vouched_reader_new(args->vouched);
	struct dump_job job = {.args = args, .own.run_dir = args->run_dir};
	uint64_t number = vouched_in_force(args->vouched);

	vouched_reader_each(reader, number, VOUCHED_FILE, dump_spare, &job);
	vouched_reader_each(reader, number, VOUCHED_SOURCE, dump_spare, &job);
	vouched_reader_each(reader, number, VOUCHED_DUMP, dump_write, &job);
	for (size_t i = 0; i < job.own.read.n; i++)
		free((char *)job.own.read.items[i]);
	vec_free(&job.own.read);
	vouched_reader_free(reader);
}

static void vouch(const struct loader_args *args, const struct conf *conf, struct vouched_list *list)
{
	uint64_t number;

	vouch_for(conf, list);
	number = vouched_publish(args->vouched, list);
	transcript_end(args->fd, number,
		       number ? NULL
			      : "the command lines of its scripts have more than 8 MiB together");
}

int loader_run(const struct loader_args *args)
{
	struct loader loader = {.args = args, .responder = {answer_and_send, &loader}};
	bool is_config = args->kind == LOAD_CONFIG;
	struct conf_load_how how = args->how;
	struct diags diags = {0};
	struct conf *conf;

	if (args->kind == LOAD_TLS)
		send_files_again(&loader);
	else if (args->kind == LOAD_INIT)
		write_init_files(args);
	else if (args->kind == LOAD_DUMP)
		write_dump(args);
	if (args->kind == LOAD_TLS || args->kind == LOAD_INIT || args->kind == LOAD_DUMP)
		return EXIT_STATUS_OK;
	how.responder = &loader.responder;
	how.is_without_digest = true;
	/* The loader accepts all ignored keywords; the director decides. */
	how.accepting = CONF_ACCEPTED_BY_OPTION;
	if (!is_config)
		how.trust = CONF_TRUST_WARN;
	loader.list = is_config ? vouched_list_new() : NULL;
	conf = conf_load(args->config, &how, &diags, NULL, NULL);
	if (conf && is_config) {
		machine_judge_by(conf, &loader.responder, &diags);
		send_tls(&loader, conf);
		script_users_ask(conf, &loader.responder);
		vouch(args, conf, loader.list);
	} else {
		transcript_end(args->fd, 0, NULL);
	}
	vouched_list_free(loader.list);
	conf_free(conf);
	diags_free(&diags);
	return EXIT_STATUS_OK;
}
