/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/director/config/loading.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/secret/key_file.h"
#include "conf/model/needs/needs.h"
#include "conf/text/report.h"
#include "daemon/director/config/answers.h"
#include "daemon/director/config/config.h"
#include "daemon/loader/machine.h"
#include "daemon/loader/transcript.h"

#include <stdio.h>
#include <stdlib.h>

/* How long a reading may take. The largest file is read in a second. */
#define WAIT_PLAN_S   5
#define WAIT_CONFIG_S 8

/* When a loader that did not read the files for TLS is followed by another one. */
#define TLS_AGAIN_MS 10000

/* Frees list. */
static char *tls_list_add(char *list, const char *what, const char *path)
{
	char *longer = mem_printf("%s%s%s\n%s", list, *list ? "\n" : "", what, path);

	free(list);
	return longer;
}

/* The body of LOAD_TLS, for free(): the files for TLS, and the keys of the relay. */
static char *tls_list(const struct conf *conf)
{
	const char *const files[][2] = {{"ca", conf->global.tls.ca},
					{"certificate", conf->global.tls.certificate},
					{"key", conf->global.tls.key}};
	const struct conf_relay *relay = &conf->global.relay;
	char *list = mem_strdup("");

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		if (*files[i][1])
			list = tls_list_add(list, files[i][0], files[i][1]);
	for (size_t i = 0; i < relay->n_keys; i++)
		list = tls_list_add(list, KEY_FILE_WHAT, relay->keys[i].path);
	return list;
}

bool loading_needs_tls(const struct config *c, const struct conf *conf)
{
	return c->sink.load && (*conf->global.tls.ca || *conf->global.tls.certificate ||
				*conf->global.tls.key || conf->global.relay.n_keys);
}

void loading_begin(struct config *c, enum load_kind kind)
{
	struct loading_order order = {.kind = kind};
	char *list = kind == LOAD_TLS ? tls_list(c->conf) : NULL;

	loading_stop(c);
	order.path = list;
	if (c->sink.load)
		c->loading.answers = answers_new(c->loop, c->sink.load(&order, c->sink.arg),
						 kind == LOAD_PLAN ? WAIT_PLAN_S : WAIT_CONFIG_S);
	free(list);
}

bool loading_is_over(const struct config *c)
{
	return !c->loading.answers || answers_are_over(c->loading.answers);
}

static const struct conf_responder *transcript_use(struct config *c, struct transcript *transcript)
{
	struct loading *loading = &c->loading;

	loading_forget(c);
	loading->transcript = transcript;
	loading->responder = transcript ? (struct conf_responder){transcript_answer, transcript}
					: (struct conf_responder){machine_answer_here, ""};
	return &loading->responder;
}

const struct conf_responder *loading_use(struct config *c)
{
	struct answers *answers = c->loading.answers;

	return transcript_use(c, answers ? answers_transcript(answers) : NULL);
}

const struct conf_responder *loading_responder(const struct config *c)
{
	return c->loading.transcript ? &c->loading.responder : NULL;
}

int loading_finish(struct config *c, struct err *err)
{
	uint64_t unused;

	return c->loading.transcript ? transcript_finish(c->loading.transcript, &unused, err) : 0;
}

static void on_tls_again(void *arg)
{
	((struct config *)arg)->is_tls_due = true; /* the end of this turn looks at it */
}

void loading_tls_again(struct config *c)
{
	if (!c->tls_again)
		c->tls_again = loop_timer_new(c->loop, on_tls_again, c);
	loop_timer_set(c->tls_again, mono_add_ms(clock_mono(), TLS_AGAIN_MS));
}

void loading_stop(struct config *c)
{
	loading_forget(c);
	answers_free(c->loading.answers);
	c->loading.answers = NULL;
}

const struct conf_responder *loading_wait(struct config *c, enum load_kind kind)
{
	const struct loading_order order = {.kind = kind};

	return transcript_use(
	    c, c->sink.load ? transcript_new(c->sink.load(&order, c->sink.arg)) : NULL);
}

const struct conf_responder *loading_use_passed(struct config *c, int fd, struct err *err)
{
	struct transcript *transcript = transcript_of_file(fd, err);

	return transcript ? transcript_use(c, transcript) : NULL;
}

void loading_write_init_files(struct config *c, const struct conf *conf)
{
	struct transcript *transcript;
	bool is_made = false;
	uint64_t unused;
	char number[24];
	struct err err;

	for (size_t i = 0; i < conf->n_track_files; i++)
		is_made |= conf->track_files[i].is_made;
	if (!is_made || !c->sink.load)
		return;
	snprintf(number, sizeof(number), "%llu", (unsigned long long)c->loading.number);
	transcript = transcript_new(c->sink.load(
	    &(struct loading_order){.kind = LOAD_INIT, .path = number}, c->sink.arg));
	if (transcript_finish(transcript, &unused, &err) < 0)
		log_warning("init_file: the files may not have been written: %s", err.text);
	transcript_free(transcript);
}

static struct conf *refuse_conf(const char *path, struct conf *conf, struct diags *diags,
				const char *sentence)
{
	struct report report;

	report_init(&report, diags, diags->map);
	report_error(&report, &(struct conf_place){.file = path}, "%s", sentence);
	diags_set_map(diags, NULL); /* it points into the snapshot */
	conf_free(conf);
	return NULL;
}

struct conf *loading_libraries(struct config *c, const char *path, struct conf *conf,
			       struct diags *diags)
{
	const struct loading_order order = {.kind = LOAD_LIBRARIES};
	struct transcript *transcript;
	uint64_t unused;
	struct err err;
	int code;

	if (!conf || !c->sink.load || !conf_needs_libraries(conf))
		return conf;
	transcript = transcript_new(c->sink.load(&order, c->sink.arg));
	code = transcript_finish(transcript, &unused, &err);
	transcript_free(transcript);
	return code < 0 ? refuse_conf(path, conf, diags, err.text) : conf;
}

struct conf *loading_end(struct config *c, const char *path, struct conf *conf, struct diags *diags)
{
	struct loading *loading = &c->loading;
	struct report report;
	struct err err;

	if (!loading->transcript)
		return conf;
	if (conf && transcript_finish(loading->transcript, &loading->number, &err) < 0) {
		report_init(&report, diags, diags->map);
		if (!machine_unanswered_report(conf, &loading->responder, err.text, diags))
			report_error(&report, &(struct conf_place){.file = path}, "%s", err.text);
		diags_set_map(diags, NULL); /* it points into the snapshot */
		conf_free(conf);
		conf = NULL;
	}
	return conf;
}

struct conf *loading_judge(struct config *c, struct conf *conf, struct diags *diags)
{
	machine_judge_by(conf, &c->loading.responder, diags);
	if (c->loading.transcript)
		transcript_prune(c->loading.transcript);
	if (!conf || !diags->n_errors)
		return conf;
	diags_set_map(diags, NULL); /* it points into the snapshot */
	conf_free(conf);
	return NULL;
}

void loading_forget(struct config *c)
{
	transcript_free(c->loading.transcript);
	c->loading.transcript = NULL;
	c->loading.number = 0;
}
