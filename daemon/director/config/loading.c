/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/director/config/loading.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "conf/text/report.h"
#include "daemon/director/config/config.h"
#include "daemon/loader/machine.h"
#include "daemon/loader/transcript.h"

#include <stdio.h>
#include <stdlib.h>

/* The supervisor replaces a director that is silent for 10 s. */
#define WAIT_LOOK_MS   5000
#define WAIT_CONFIG_MS 8000
/* For this time after a loader was too slow, `plan` reads no other file: commands that come
 * together would add up their waits. */
#define LOOK_AGAIN_MS 10000

/* At the start the director has nothing else to do, so it waits without a limit of its own: the
 * supervisor ends a start that takes too long. */
static void limit_wait(const struct config *c, struct transcript *transcript, enum load_kind kind)
{
	if (kind == LOAD_LOOK)
		transcript_wait_at_most(transcript, WAIT_LOOK_MS);
	else if (c->conf)
		transcript_wait_at_most(transcript, WAIT_CONFIG_MS);
}

const struct conf_look *loading_begin(struct config *c, const struct loading_order *order)
{
	struct loading *loading = &c->loading;

	loading_forget(c);
	loading->look = (struct conf_look){machine_look_here, ""};
	if (c->sink.load) {
		loading->transcript = transcript_new(c->sink.load(order, c->sink.arg));
		limit_wait(c, loading->transcript, order->kind);
		loading->look = (struct conf_look){transcript_look, loading->transcript};
	}
	return &loading->look;
}

const struct conf_look *loading_begin_passed(struct config *c, int fd, struct err *err)
{
	struct loading *loading = &c->loading;
	struct transcript *transcript = transcript_of_file(fd, err);

	if (!transcript)
		return NULL;
	loading_forget(c);
	loading->transcript = transcript;
	loading->look = (struct conf_look){transcript_look, transcript};
	return &loading->look;
}

void loading_begin_tls(struct config *c, const struct conf *conf)
{
	const char *const files[][2] = {{"ca", conf->global.tls.ca},
					{"certificate", conf->global.tls.certificate},
					{"key", conf->global.tls.key}};
	char *list = mem_strdup("");

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		char *longer;

		if (!*files[i][1])
			continue;
		longer = mem_printf("%s%s%s\n%s", list, *list ? "\n" : "", files[i][0], files[i][1]);
		free(list);
		list = longer;
	}
	if (*list)
		loading_begin(c, &(struct loading_order){.kind = LOAD_TLS, .path = list});
	free(list);
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

struct conf *loading_end(struct config *c, const char *path, struct conf *conf, struct diags *diags)
{
	struct loading *loading = &c->loading;
	struct report report;
	struct err err;

	if (!loading->transcript)
		return conf;
	if (conf && transcript_finish(loading->transcript, &loading->number, &err) < 0) {
		report_init(&report, diags, diags->map);
		report_error(&report, &(struct conf_place){.file = path}, "%s", err.text);
		diags_set_map(diags, NULL); /* it points into the snapshot */
		conf_free(conf);
		conf = NULL;
	}
	if (transcript_is_late(loading->transcript))
		c->looks_from = mono_add_ms(clock_mono(), LOOK_AGAIN_MS);
	transcript_prune(loading->transcript);
	return conf;
}

void loading_forget(struct config *c)
{
	transcript_free(c->loading.transcript);
	c->loading = (struct loading){0};
}
