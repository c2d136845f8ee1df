/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Loads a configuration (conf/load.h). All files are opened by the functions of conf/query.h. */
#include "conf/load.h"
#include "conf/query.h"
#include "conf/text/expand.h"
#include "conf/text/report.h"

#include "base/err.h"
#include "base/hash.h"
#include "base/mem.h"
#include "base/vec.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Who answers the questions about files, and the files that others than root could change. */
struct reading {
	const struct conf_responder *responder;
	enum conf_trust trust;
	VEC(char *) sentences; /* one for each such file */
	struct conf_answer parents; /* whether others could change the directories above the file */
	VEC(char *) kept;      /* values of the environment, until the load is over */
};

static void ask(struct reading *reading, enum conf_query_kind kind, const char *key,
		struct conf_answer *ret_answer)
{
	reading->responder->fn(reading->responder->arg, kind, key, ret_answer);
}

/*
 * Reports the files that others could change, at path, the file that the caller asked for. A
 * directory that others can write is never more than a warning: many containers mount their
 * configuration into one. Returns false when the configuration must not be used. Frees the
 * sentences.
 */
static bool trust_report(struct reading *reading, const char *path, struct diags *diags)
{
	bool is_refused = reading->trust == CONF_TRUST_DEMAND && reading->sentences.n;
	const struct conf_place place = {.file = path};
	struct report report;

	report_init(&report, diags, diags->map);
	for (size_t i = 0; i < reading->sentences.n; i++) {
		const char *sentence = reading->sentences.items[i];

		if (is_refused)
			report_error(&report, &place, "%s", sentence);
		else
			report_warning(&report, &place,
				       "a start and a reload refuse this configuration: %s",
				       sentence);
		free(reading->sentences.items[i]);
	}
	vec_free(&reading->sentences);
	/* -EIO: the answers have ended, which another message says. */
	if (reading->parents.code < 0 && reading->parents.code != -EIO)
		report_warning(&report, &place, "%s", reading->parents.note);
	conf_answer_fini(&reading->parents);
	diags_sort(diags);
	return !is_refused;
}

/* Returns the whole file, or -errno with a sentence. */
static int file_read(struct reading *reading, enum conf_query_kind kind, const char *path,
		     char **ret_text, size_t *ret_len, struct err *err)
{
	struct conf_answer answer = {0};
	int code;

	ask(reading, kind, path, &answer);
	code = answer.code;
	if (code < 0) {
		err_set(err, code, "%s", answer.note);
	} else {
		*ret_text = answer.text;
		*ret_len = answer.len;
		answer.text = NULL;
		if (answer.note && reading->trust != CONF_TRUST_ANY) {
			*vec_push(&reading->sentences) = answer.note;
			answer.note = NULL;
		}
	}
	conf_answer_fini(&answer);
	return code;
}

static void host_match(void *arg, const char *pattern, struct expand_paths *paths)
{
	struct conf_answer answer = {0};

	ask(arg, CONF_QUERY_MATCH, pattern, &answer);
	paths->code = answer.code;
	if (answer.code < 0)
		err_set(&paths->err, answer.code, "%s", answer.note);
	for (size_t at = 0; at < answer.len; at += strlen(answer.text + at) + 1)
		*vec_push(&paths->list) = mem_strdup(answer.text + at);
	conf_answer_fini(&answer);
}

static int host_read(void *arg, const char *path, char **ret_text, size_t *ret_len, struct err *err)
{
	return file_read(arg, CONF_QUERY_INCLUDED, path, ret_text, ret_len, err);
}

static int host_environment(void *arg, const char *name, const char **ret_value, struct err *err)
{
	struct reading *reading = arg;
	struct conf_answer answer = {0};
	int code = 0;

	ask(reading, CONF_QUERY_ENVIRONMENT, name, &answer);
	if (answer.code < 0 && answer.note)
		code = err_set(err, answer.code, "%s", answer.note);
	*ret_value = answer.text;
	if (answer.text)
		*vec_push(&reading->kept) = answer.text;
	answer.text = NULL;
	conf_answer_fini(&answer);
	return code;
}

/* Whether everybody on this host can read the file. */
static bool is_open(struct reading *reading, const char *path)
{
	struct conf_answer answer = {0};
	bool is_readable;

	ask(reading, CONF_QUERY_MODE, path, &answer);
	is_readable = answer.code > 0 && answer.code & S_IROTH;
	conf_answer_fini(&answer);
	return is_readable;
}

/* Warns if others can read a file with passwords. Only the director and the file's owner need to
 * read it. */
static void modes_check(struct reading *reading, const struct conf *conf, struct diags *diags)
{
	struct report report;

	report_init(&report, diags, diags->map);
	for (size_t i = 0; i < conf->n_secrets; i++)
		if (is_open(reading, conf->secrets[i].file))
			report_warning(
			    &report, &conf->secrets[i],
			    "everybody on this host can read %s, which has a password or a key "
			    "here; run `chmod o-r` for it",
			    conf->secrets[i].file);
	if (conf->global.tls.key[0] && is_open(reading, conf->global.tls.key))
		report_warning(&report, &conf->global.tls.key_place,
			       "everybody on this host can read the private key %s; run `chmod "
			       "o-r` for it",
			       conf->global.tls.key);
	diags_sort(diags);
}

struct conf *conf_load(const char *path, const struct conf_load_how *how, struct diags *diags,
		       char **ret_text, size_t *ret_len)
{
	char name[HOST_NAME_MAX + 1] = "", directory[PATH_MAX] = "/", *text;
	const struct conf_responder here = {conf_answer_here,
					    (void *)(how && how->root ? how->root : "")};
	struct reading reading = {.responder = how && how->responder ? how->responder : &here,
				  .trust = how ? how->trust : CONF_TRUST_ANY};
	struct expand_host host = {.arg = &reading,
				   .match = host_match,
				   .read = host_read,
				   .environment = host_environment,
				   .directory = directory,
				   .config_id = name};
	struct report report;
	struct err err;
	struct conf *conf = NULL;
	size_t len;

	if (file_read(&reading, CONF_QUERY_FILE, path, &text, &len, &err) < 0) {
		report_init(&report, diags, NULL);
		report_error(&report, &(struct conf_place){.file = path}, "%s", err.text);
		if (ret_text)
			*ret_text = NULL;
		if (ret_len)
			*ret_len = 0;
		return NULL;
	}
	/* Asked before the text is parsed: a director that finds an error in the text then waits no
	 * more for the loader, which parses it too. */
	if (reading.trust != CONF_TRUST_ANY)
		ask(&reading, CONF_QUERY_PARENTS, path, &reading.parents);
	gethostname(name, sizeof(name) - 1);
	host.seed = hash_text(name);
	name[strcspn(name, ".")] = '\0';
	if (how && how->config_id)
		host.config_id = how->config_id;
	if (!getcwd(directory, sizeof(directory)))
		strcpy(directory, "/");
	conf = conf_load_from(path, text, len, &host, how, diags, ret_text, ret_len);
	if (conf)
		modes_check(&reading, conf, diags);
	if (!trust_report(&reading, path, diags)) {
		diags_set_map(diags, NULL); /* the map points into the snapshot */
		conf_free(conf);
		conf = NULL;
	}
	for (size_t i = 0; i < reading.kept.n; i++)
		free(reading.kept.items[i]);
	vec_free(&reading.kept);
	/* diags points to the arena of the snapshot. */
	if (diags->map)
		diags->map->sources.items[0].owned = text;
	else
		free(text);
	return conf;
}
