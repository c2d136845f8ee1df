/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/director/track/process_match.h"

#include <string.h>

/* The name of a process in the kernel: TASK_COMM_LEN without the terminating NUL. */
#define NAME_BYTES 15

static const char *base_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* The next word of a command line, or NULL. A word without its NUL at the end is none. */
static const char *word_take(const char **at, size_t *left)
{
	const char *word = *at;
	const char *end = *left ? memchr(word, '\0', *left) : NULL;

	if (!end)
		return NULL;
	*left -= (size_t)(end + 1 - word);
	*at = end + 1;
	return word;
}

static bool name_matches(const char *wanted, const char *name)
{
	return !strncmp(base_of(wanted), name, NAME_BYTES);
}

/* A path must be the same; a name is the end of a path. */
static bool program_matches(const char *wanted, const char *program)
{
	return !strcmp(strchr(wanted, '/') ? program : base_of(program), wanted);
}

static bool params_match(const struct conf_track_process *conf, const char *at, size_t left)
{
	for (size_t i = 1; i < conf->argc; i++) {
		const char *word = word_take(&at, &left);
		bool is_start = conf->match == CONF_PARAM_INITIAL && i == conf->argc - 1;

		if (!word || (is_start ? strncmp(word, conf->argv[i], strlen(conf->argv[i]))
				       : strcmp(word, conf->argv[i])))
			return false;
	}
	return conf->match == CONF_PARAM_PARTIAL || !left;
}

bool process_needs_command(const struct conf_track_process *conf)
{
	return conf->match != CONF_PARAM_ANY || conf->is_full_command;
}

bool process_matches(const struct conf_track_process *conf, const struct process_seen *seen)
{
	const char *at = seen->command, *program;
	size_t left = seen->len;

	if (!process_needs_command(conf))
		return name_matches(conf->argv[0], seen->name);
	program = word_take(&at, &left);
	if (!program || !program_matches(conf->argv[0], program))
		return false;
	return conf->match == CONF_PARAM_ANY || params_match(conf, at, left);
}

void process_step(struct process_step *step, const struct conf_track_process *conf, size_t count,
		  struct mono now, struct mono *ret_due)
{
	enum vrrp_source_state wanted = count >= conf->quorum && count <= conf->quorum_max
					    ? VRRP_SOURCE_UP
					    : VRRP_SOURCE_DOWN;
	uint64_t delay_us = count > step->count ? conf->fork_delay_us : conf->terminate_delay_us;

	if (step->state == VRRP_SOURCE_UNKNOWN)
		step->state = wanted;
	if (step->state == wanted)
		step->due = (struct mono){0};
	else if (!step->due.ns)
		step->due = mono_add_us(now, (int64_t)delay_us);
	if (step->due.ns && mono_reached(now, step->due)) {
		step->state = wanted;
		step->due = (struct mono){0};
	}
	step->count = count;
	*ret_due = step->due.ns ? step->due : MONO_NEVER;
}
