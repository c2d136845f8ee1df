/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/director/check/verdict_file.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/plural.h"
#include "daemon/shared/rundir_file.h"
#include "daemon/shared/rundir_names.h"
#include "daemon/shared/rundir_touch.h"
#include "healthcheck/verdict/verdict.h"

#include <errno.h>
#include <stdlib.h>

#define CONSEQUENCE "so the first probes decide about the servers"

static int64_t limit_ns(const struct verdict_file *file)
{
	return (int64_t)file->conf->global.verdict_max_age * NS_PER_S;
}

/* The former file has verdicts that may not be true any more. */
static void write_failed(struct verdict_file *file, const char *why)
{
	rundir_remove(file->run_dir, RUNDIR_VERDICTS);
	file->is_due = true;
	loop_timer_set(file->write, mono_add_ms(loop_now(file->loop), VERDICTS_RETRY_MS));
	if (!file->is_complained)
		log_warning("%s; after a restart the first probes decide about the servers", why);
	file->is_complained = true;
}

void verdict_file_keep(struct verdict_file *file)
{
	struct err err;
	size_t len;
	char *text;

	if (!file->conf)
		return;
	text = health_verdicts_text(file->health, loop_now(file->loop), limit_ns(file), &len);
	file->written = health_verdict_changes(file->health);
	file->is_due = false;
	loop_timer_set(file->write, MONO_NEVER);
	file->is_own = rundir_store(file->run_dir, RUNDIR_VERDICTS, text, len, &err) == 0;
	free(text);
	if (!file->is_own)
		write_failed(file, err.text);
	else
		file->is_complained = false;
}

static void on_write(void *arg)
{
	verdict_file_keep(arg);
}

static void on_alive(void *arg)
{
	struct verdict_file *file = arg;

	loop_timer_set(file->alive, mono_add_ms(loop_now(file->loop), VERDICTS_ALIVE_MS));
	/* A file that a predecessor has left keeps its age. */
	if (file->is_own)
		rundir_touch(file->run_dir, RUNDIR_VERDICTS, clock_wall_us());
}

void verdict_file_open(struct verdict_file *file)
{
	file->write = loop_timer_new(file->loop, on_write, file);
	file->alive = loop_timer_new(file->loop, on_alive, file);
	loop_timer_set(file->alive, mono_add_ms(loop_now(file->loop), VERDICTS_ALIVE_MS));
}

void verdict_file_close(struct verdict_file *file)
{
	loop_timer_free(file->write);
	loop_timer_free(file->alive);
}

/* Returns the age in seconds, or -1: it is not used. A stamp of the future says nothing. */
static int64_t age_judge(const struct verdict_file *file)
{
	int64_t max = file->conf->global.verdict_max_age;
	int64_t age_us = clock_wall_us() - rundir_touched(file->run_dir, RUNDIR_VERDICTS);
	int64_t age = age_us / 1000000;

	if (age_us >= 0 && age < max)
		return age;
	if (!max)
		log_info("the verdicts from before the restart are not used, as verdict_max_age is 0");
	else if (age_us < 0)
		log_warning("%s/" RUNDIR_VERDICTS " is not used, since it is of the future (was the "
			    "clock set back?), " CONSEQUENCE,
			    file->run_dir);
	else
		log_info("%s/" RUNDIR_VERDICTS " is not used, since it is %lld s old and "
			 "verdict_max_age is %lld s, " CONSEQUENCE,
			 file->run_dir, (long long)age, (long long)max);
	return -1;
}

static void verdicts_take(struct verdict_file *file, const char *text, size_t len)
{
	struct verdicts verdicts;
	struct err err;
	int64_t age;
	size_t n;

	if (verdicts_read(text, len, &verdicts, &err) < 0) {
		log_warning("%s/" RUNDIR_VERDICTS " was not written by lvsd, or is damaged (%s): it is "
			    "not used, " CONSEQUENCE,
			    file->run_dir, err.text);
		return;
	}
	age = age_judge(file);
	if (age >= 0) {
		n = health_adopt_verdicts(file->health, &verdicts, loop_now(file->loop),
					  clock_wall_us());
		if (n)
			log_notice("the verdicts of %zu check%s are taken over from before the "
				   "restart; lvsd lived %lld s ago at the earliest",
				   n, plural(n), (long long)age);
	}
	verdicts_free(&verdicts);
}

static void file_load(struct verdict_file *file)
{
	char *text = NULL;
	size_t len;
	int code = rundir_fetch(file->run_dir, RUNDIR_VERDICTS, &text, &len);

	if (code == 0)
		verdicts_take(file, text, len);
	else if (code != -ENOENT && code != -EPERM) /* that one was logged */
		log_warning("%s/" RUNDIR_VERDICTS " cannot be read: %s; it is not used, " CONSEQUENCE,
			    file->run_dir, err_errno(code));
	free(text);
}

void verdict_file_configure(struct verdict_file *file, const struct conf *conf)
{
	bool is_first = !file->conf;

	file->conf = conf;
	if (is_first)
		file_load(file);
}

void verdict_file_settle(struct verdict_file *file)
{
	if (file->is_due || !file->conf ||
	    file->written == health_verdict_changes(file->health))
		return;
	file->is_due = true;
	loop_timer_set(file->write, mono_add_ms(loop_now(file->loop), VERDICTS_PAUSE_MS));
}
