/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/director/fifos.h"
#include "base/clock.h"
#include "base/hash.h"
#include "base/log.h"
#include "base/mem.h"
#include "daemon/shared/notice_name.h"
#include "conf/model/member.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Room for the longest line: two names of services and a server. */
#define LINE_MAX_BYTES 640

static const char *const keywords[] = {
    [FIFO_ALL] = "notify_fifo",
    [FIFO_VRRP] = "vrrp_notify_fifo",
    [FIFO_LVS] = "lvs_notify_fifo",
};

const char *fifos_keyword(enum fifo_name name)
{
	return keywords[name];
}

void fifos_list(const struct fifos *fifos, struct fifo_rows *ret_rows)
{
	ret_rows->n = 0;
	for (size_t i = 0; i < SCRIPT_FIFOS; i++) {
		const struct fifo *fifo = &fifos->each[i];

		if (fifo->conf)
			ret_rows->items[ret_rows->n++] =
			    (struct fifo_row){.keyword = fifos_keyword((enum fifo_name)i),
					      .path = fifo->conf->argv[0],
					      .is_open = fifo->fd >= 0,
					      .refusal = fifo->refusal,
					      .n_lost = fifo->n_lost};
	}
}

static enum fifo_name fifo_name(const struct fifo *fifo)
{
	return (enum fifo_name)(fifo - fifo->fifos->each);
}

/* --- lines --- */

static void line_lose(struct fifo *fifo, const char *why)
{
	char text[ERR_TEXT_MAX];

	fifo->n_lost++;
	snprintf(text, sizeof(text), "%s %s: a line was lost (%llu so far): %s",
		 fifos_keyword(fifo_name(fifo)), fifo->conf->argv[0],
		 (unsigned long long)fifo->n_lost, why);
	log_limited_warning(&fifo->lost, text);
}

static void line_keep(struct fifo *fifo, const char *line, size_t len)
{
	if (fifo->n_waiting + len > FIFOS_WAITING_MAX) {
		line_lose(fifo, "the FIFO is not open yet, and too many lines wait for it");
		return;
	}
	fifo->waiting = mem_realloc(fifo->waiting, fifo->n_waiting + len, 1);
	memcpy(fifo->waiting + fifo->n_waiting, line, len);
	fifo->n_waiting += len;
}

/* A line is shorter than PIPE_BUF, so it is written as a whole or not at all. */
static void line_write(struct fifo *fifo, const char *line, size_t len)
{
	if (fifo->refusal[0])
		line_lose(fifo, fifo->refusal);
	else if (fifo->fd < 0)
		line_keep(fifo, line, len);
	else if (write(fifo->fd, line, len) < 0)
		line_lose(fifo, errno == EAGAIN ? "nobody reads the FIFO, and it is full; later "
						  "lines are lost too, until somebody does"
						: err_errno(errno));
}

static void waiting_drop(struct fifo *fifo)
{
	free(fifo->waiting);
	fifo->waiting = NULL;
	fifo->n_waiting = 0;
}

static void waiting_write(struct fifo *fifo)
{
	for (size_t at = 0, len; at < fifo->n_waiting; at += len) {
		const char *line = fifo->waiting + at;

		len = (size_t)((const char *)memchr(line, '\n', fifo->n_waiting - at) - line) + 1;
		line_write(fifo, line, len);
	}
	waiting_drop(fifo);
}

/* Writes a line to the FIFO for all events, and to the FIFO with that name. */
static void fifos_write(struct fifos *fifos, enum fifo_name name, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static void fifos_write(struct fifos *fifos, enum fifo_name name, const char *format, ...)
{
	char line[LINE_MAX_BYTES];
	va_list args;
	int len;

	va_start(args, format);
	len = vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	if (len < 0 || (size_t)len >= sizeof(line))
		return;
	if (fifos->each[FIFO_ALL].conf)
		line_write(&fifos->each[FIFO_ALL], line, (size_t)len);
	if (fifos->each[name].conf)
		line_write(&fifos->each[name], line, (size_t)len);
}

void fifos_write_role(struct fifos *fifos, bool is_group, const char *name, const char *state,
		      unsigned priority)
{
	fifos_write(fifos, FIFO_VRRP, "%s \"%s\" %s %u\n", is_group ? "GROUP" : "INSTANCE", name,
		    state, priority);
}

void fifos_write_service(struct fifos *fifos, const struct conf_virtual_server *vs, bool is_up)
{
	char service[NOTICE_SERVICE_MAX];

	fifos_write(fifos, FIFO_LVS, "VS %s %s\n", notice_service(vs, service),
		    is_up ? "UP" : "DOWN");
}

void fifos_write_server(struct fifos *fifos, const struct conf_virtual_server *vs,
			const struct conf_real_server *rs, bool is_up)
{
	char service[NOTICE_SERVICE_MAX], server[NOTICE_SERVER_MAX];

	fifos_write(fifos, FIFO_LVS, "RS %s %s %s\n", notice_server(vs, rs, server),
		    notice_service(vs, service), is_up ? "UP" : "DOWN");
}

/* --- readers --- */

static uint64_t reader_object(const struct fifo *fifo)
{
	return hash_text(fifos_keyword(fifo_name(fifo)));
}

static void reader_later(struct fifo *fifo)
{
	loop_timer_set(fifo->again, mono_add_ms(clock_mono(), fifo->pause_ms));
	fifo->pause_ms = fifo->pause_ms * 2 < FIFOS_PAUSE_MAX_MS ? fifo->pause_ms * 2
								 : FIFOS_PAUSE_MAX_MS;
}

static void reader_start(struct fifo *fifo)
{
	const struct conf_script *conf = fifo->reader_conf;
	char what[64];
	struct scripts_order order = {.script = conf,
				      .words = fifo->conf ? fifo->conf->argv : NULL,
				      .n_words = 1,
				      .object = reader_object(fifo),
				      .timeout_us = SCRIPT_TIMEOUT_MAX_US,
				      .what = what};
	struct err err;

	if (!conf || fifo->reader || fifo->fd < 0 || !scripts_are_greeted(fifo->fifos->scripts))
		return;
	loop_timer_set(fifo->again, MONO_NEVER);
	snprintf(what, sizeof(what), "%s_script", fifos_keyword(fifo_name(fifo)));
	order.reader = fifo->fifos->next_reader++;
	if (scripts_run(fifo->fifos->scripts, &order, &err)) {
		fifo->reader = order.reader;
		return;
	}
	log_warning("%s: not started: %s", what, err.text);
	reader_later(fifo);
}

static void reader_end(struct fifo *fifo)
{
	if (fifo->reader)
		scripts_end(fifo->fifos->scripts, reader_object(fifo));
	fifo->reader = 0;
	fifo->pause_ms = FIFOS_PAUSE_MS;
	loop_timer_set(fifo->again, MONO_NEVER);
}

static void on_again(void *arg)
{
	reader_start(arg);
}

void fifos_reader_done(struct fifos *fifos, uint64_t reader, const struct script_done *done)
{
	char text[SCRIPT_DONE_TEXT_MAX];

	for (size_t i = 0; i < SCRIPT_FIFOS; i++) {
		struct fifo *fifo = &fifos->each[i];

		if (fifo->reader != reader)
			continue;
		fifo->reader = 0;
		if (!done)
			return; /* fifos_greeted() starts it again */
		if (done->duration_us >= FIFOS_PAUSE_MAX_MS * 1000LL)
			fifo->pause_ms = FIFOS_PAUSE_MS;
		log_warning("%s_script %s has ended: %s: it is started again in %lld s",
			    keywords[i], fifo->reader_conf->argv[0],
			    script_done_describe(done, text), (long long)fifo->pause_ms / 1000);
		reader_later(fifo);
		return;
	}
}

/* --- FIFOs --- */

static void fifo_close(struct fifo *fifo)
{
	if (fifo->fd >= 0)
		close(fifo->fd);
	fifo->fd = -1;
}

static void fifo_refused(struct fifo *fifo, const char *why)
{
	if (strcmp(fifo->refusal, why))
		log_error("%s %s: no event is written to it: %s", fifos_keyword(fifo_name(fifo)),
			  fifo->conf->argv[0], why);
	snprintf(fifo->refusal, sizeof(fifo->refusal), "%s", why);
	fifo_close(fifo);
	waiting_drop(fifo);
}

/* Asks the script process for the FIFO; fifos_take() has its answer. */
static void fifo_ask(struct fifo *fifo)
{
	struct err err;

	if (scripts_are_greeted(fifo->fifos->scripts) &&
	    !scripts_open_fifo(fifo->fifos->scripts, fifo_name(fifo), fifo->conf, &err) &&
	    fifo->conf)
		fifo_refused(fifo, err.text);
}

static bool is_fifo(int fd)
{
	struct stat found;

	return fd >= 0 && fstat(fd, &found) == 0 && S_ISFIFO(found.st_mode);
}

void fifos_take(struct fifos *fifos, const struct script_fifo_answer *answer, int fd)
{
	struct fifo *fifo = &fifos->each[answer->slot];

	if (!fifo->conf || !is_fifo(fd)) {
		if (fifo->conf)
			fifo_refused(fifo, answer->code ? answer->err.text
							: "the script process sent no FIFO");
		if (fd >= 0)
			close(fd);
		return;
	}
	fifo_close(fifo);
	fifo->fd = fd;
	fifo->refusal[0] = '\0';
	waiting_write(fifo);
	reader_start(fifo);
}

void fifos_greeted(struct fifos *fifos)
{
	for (size_t i = 0; i < SCRIPT_FIFOS; i++)
		if (fifos->each[i].conf)
			fifo_ask(&fifos->each[i]);
}

static void fifo_configure(struct fifo *fifo, const struct conf_script *conf,
			   const struct conf_script *reader)
{
	bool is_other = conf_script_cmp(fifo->conf, conf) != 0;

	if (is_other || conf_script_cmp(fifo->reader_conf, reader) != 0)
		reader_end(fifo);
	if (is_other) {
		fifo_close(fifo);
		waiting_drop(fifo);
		fifo->refusal[0] = '\0';
	}
	fifo->conf = conf;
	fifo->reader_conf = conf ? reader : NULL;
	/* Asks for an unchanged FIFO again too: somebody may have removed the FIFO, or the file
	 * that was in its place. */
	if (conf || is_other)
		fifo_ask(fifo);
}

void fifos_configure(struct fifos *fifos, const struct conf *conf)
{
	const struct conf_global *global = &conf->global;

	fifo_configure(&fifos->each[FIFO_ALL], global->notify_fifo, global->notify_fifo_script);
	fifo_configure(&fifos->each[FIFO_VRRP], global->vrrp_notify_fifo,
		       global->vrrp_notify_fifo_script);
	fifo_configure(&fifos->each[FIFO_LVS], global->lvs_notify_fifo,
		       global->lvs_notify_fifo_script);
}

void fifos_open(struct fifos *fifos)
{
	/* The numbers of a director that this one replaces are smaller. */
	fifos->next_reader = (uint64_t)clock_wall_us();
	for (size_t i = 0; i < SCRIPT_FIFOS; i++)
		fifos->each[i] = (struct fifo){.fifos = fifos,
					       .fd = -1,
					       .pause_ms = FIFOS_PAUSE_MS,
					       .again = loop_timer_new(fifos->loop, on_again,
								       &fifos->each[i])};
}

void fifos_close(struct fifos *fifos)
{
	for (size_t i = 0; i < SCRIPT_FIFOS; i++) {
		fifo_close(&fifos->each[i]);
		waiting_drop(&fifos->each[i]);
		loop_timer_free(fifos->each[i].again);
	}
}
