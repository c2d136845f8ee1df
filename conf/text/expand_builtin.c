/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The built-in names, which begin with an underscore. lvsd itself knows their values. */
#include "conf/text/expand_internal.h"
#include "conf/text/utf8.h"

#include <stdlib.h>
#include <string.h>

#define RANDOM_MAX 32767

const char *const expand_builtins[] = {"_PWD",  "_INSTANCE", "_RANDOM", "_ENV",
				       "_HASH", "_BANG",     "_DOLLAR", NULL};

/* Reads the number after the blanks at at. Returns false if there is none. */
static bool seed_read(const char *at, const char *end, uint64_t *ret_seed)
{
	const char *start = at;
	uint64_t seed = 0;

	while (at < end && expand_is_blank(*at))
		at++;
	if (at == start || at == end || *at < '0' || *at > '9')
		return false;
	while (at < end && *at >= '0' && *at <= '9')
		seed = seed * 10 + (uint64_t)(*at++ - '0');
	*ret_seed = seed;
	return true;
}

/* Finds random_seed with a good value anywhere in a file. NULL: the file has none. */
static const char *seed_find(const struct source *source, uint64_t *ret_seed)
{
	static const char keyword[] = "random_seed";
	const char *at = source->text, *end = at + source->len;

	while ((at = memmem(at, (size_t)(end - at), keyword, sizeof(keyword) - 1))) {
		const char *before = at, *start = at;

		while (before > source->text && expand_is_blank(before[-1]))
			before--;
		at += sizeof(keyword) - 1;
		if ((before == source->text || before[-1] == '\n' || before[-1] == '{') &&
		    seed_read(at, end, ret_seed))
			return start;
	}
	return NULL;
}

/* The first random_seed in the files that have been read so far; otherwise the host's. */
static uint64_t seed_of(const struct expander *x)
{
	uint64_t seed = x->host->seed;

	for (size_t i = 0; i < x->map->sources.n; i++)
		if (seed_find(&x->map->sources.items[i], &seed))
			break;
	return seed;
}

void expand_seed_check(struct expander *x, const struct source *source)
{
	struct source_spot spot = {.file = source->file, .line = 1, .at = (uint32_t)x->out.len};
	const char *line = source->text, *at;
	uint64_t seed;

	at = x->is_seeded ? seed_find(source, &seed) : NULL;
	if (!at)
		return;
	for (const char *next = line; next < at; next++)
		if (*next == '\n') {
			spot.line++;
			line = next + 1;
		}
	spot.column = (unsigned)(at - line) + 1;
	report_spot(
	    x->report, REPORT_WARNING, &spot,
	    "random_seed has no effect here: ${_RANDOM} has been replaced before this file was "
	    "read");
}

/* The next number of a sequence that only the seed determines (splitmix64). */
static uint64_t random_next(struct expander *x)
{
	uint64_t z;

	if (!x->is_seeded)
		x->random = seed_of(x);
	x->is_seeded = true;
	z = x->random += 0x9e3779b97f4a7c15u;
	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

static char *directory_of_file(const struct expander *x)
{
	const char *prefix = x->file->prefix;
	size_t len = strlen(prefix);

	if (prefix[0] == '/')
		return mem_printf("%.*s", (int)(len > 1 ? len - 1 : 1), prefix);
	return mem_printf("%s%s%.*s", x->host->directory, len ? "/" : "", (int)(len ? len - 1 : 0),
			  prefix);
}

static bool number_read(const char **at, unsigned long *number)
{
	char *end;

	while (**at == ' ')
		++*at;
	if (**at < '0' || **at > '9')
		return false;
	*number = strtoul(*at, &end, 10);
	*at = end;
	return *number <= UINT32_MAX && (*end == ' ' || !*end);
}

static char *random_number(struct expander *x, const char *argument, const struct source_spot *place)
{
	unsigned long min = 0, max = RANDOM_MAX;
	const char *at = argument;
	bool is_good = true;

	if (*at)
		is_good = number_read(&at, &min);
	if (is_good && *at)
		is_good = number_read(&at, &max);
	if (!is_good || *at)
		report_spot(x->report, REPORT_IGNORED, place,
			       "${_RANDOM} takes a lowest and a highest number, 0..%u, not '%s'",
			       UINT32_MAX, argument);
	else if (min > max)
		report_spot(x->report, REPORT_IGNORED, place, "${_RANDOM}: %lu, the lowest, is above %lu", min,
			       max);
	if (!is_good || min > max)
		max = min;
	return mem_printf("%lu", min + (unsigned long)(random_next(x) % ((uint64_t)max - min + 1)));
}

static bool has_control(const char *text)
{
	size_t len = strlen(text), n;

	for (size_t i = 0; i < len; i += n ? n : 1) {
		n = utf8_sequence(text + i, len - i);
		if (n && text[i] != '\t' && utf8_is_control(text + i, n))
			return true;
	}
	return false;
}

static char *environment(struct expander *x, const char *variable, const struct source_spot *place)
{
	size_t len = strlen(variable);
	const char *value = NULL;
	struct err err;
	int r;

	if (expand_name_len(variable, variable + len) != len || !len) {
		report_spot(x->report, REPORT_IGNORED, place, "'%s' cannot be a variable of the environment",
			       variable);
		return mem_strdup("");
	}
	r = x->host->environment(x->host->arg, variable, &value, &err);
	if (expand_is_failure(r))
		expand_give_up(x, place, "%s", err.text);
	else if (r < 0)
		report_spot(x->report, REPORT_ERROR, place, "%s", err.text);
	else if (!value)
		report_spot(x->report, REPORT_WARNING, place,
			       "the environment has no %s: it is replaced by nothing", variable);
	if (value && has_control(value)) {
		report_spot(x->report, REPORT_ERROR, place,
			     "%s has a control character in it, which no file can have", variable);
		value = NULL;
	}
	return mem_strdup(value ? value : "");
}

char *expand_builtin(struct expander *x, const char *name, const char *argument, const char *at)
{
	struct source_spot place = expand_place(x, &x->stack[x->n - 1], at);
	bool has_argument = *argument;

	if (!strcmp(name, "_RANDOM"))
		return random_number(x, argument, &place);
	if (!strcmp(name, "_ENV"))
		return environment(x, argument, &place);
	if (has_argument)
		return NULL;
	if (!strcmp(name, "_PWD"))
		return directory_of_file(x);
	if (!strcmp(name, "_INSTANCE"))
		return mem_strdup(x->host->config_id);
	if (!strcmp(name, "_HASH"))
		return mem_strdup("#");
	if (!strcmp(name, "_BANG"))
		return mem_strdup("!");
	if (!strcmp(name, "_DOLLAR"))
		return mem_strdup("$");
	return NULL;
}
