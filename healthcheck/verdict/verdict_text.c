/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/hash.h"
#include "base/mem.h"
#include "base/vec.h"
#include "healthcheck/verdict/verdict.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_LINE "lvsd verdicts 1"

/* ---- reading ---- */

/* The next word of a line, which is cut off; *at goes on behind the blank. "" at the end. */
static char *word_next(char **at)
{
	char *word = *at, *end = strchr(word, ' ');

	*at = end ? end + 1 : word + strlen(word);
	if (end)
		*end = '\0';
	return word;
}

static bool key_read(const char *word, uint64_t *ret)
{
	char *end;

	if (strlen(word) != 16 || strspn(word, "0123456789abcdef") != 16)
		return false;
	*ret = strtoull(word, &end, 16);
	return true;
}

/* Only digits, at most max. */
static bool count_read(const char *word, uint64_t max, uint64_t *ret)
{
	uint64_t number = 0;

	if (!*word || strlen(word) > 19)
		return false;
	for (; *word; word++) {
		if (*word < '0' || *word > '9')
			return false;
		number = number * 10 + (uint64_t)(*word - '0');
	}
	if (number > max)
		return false;
	*ret = number;
	return true;
}

static bool state_read(const char *word, enum health_state *ret)
{
	for (enum health_state state = HEALTH_UNKNOWN; state <= HEALTH_DOWN; state++)
		if (!strcmp(word, health_state_name(state))) {
			*ret = state;
			return true;
		}
	return false;
}

static bool stamp_read(const char *word, int64_t *ret)
{
	uint64_t number;

	if (!count_read(word, INT64_MAX, &number))
		return false;
	*ret = (int64_t)number;
	return true;
}

static bool weight_read(const char *word, struct verdict *verdict)
{
	uint64_t number = 0;

	verdict->has_weight = strcmp(word, "-") != 0;
	if (verdict->has_weight && !count_read(word, INT32_MAX, &number))
		return false;
	verdict->weight = (uint32_t)number;
	return true;
}

/* "1:75:0:2" */
static bool agent_words_read(char *word, struct agent_words *ret)
{
	static const uint64_t max[] = {AGENT_WEIGHT, AGENT_WEIGHT_MAX, AGENT_MAINT, AGENT_DOWN};
	uint64_t parts[4];

	for (size_t i = 0; i < 4; i++) {
		char *end = strchr(word, ':');

		if ((end != NULL) != (i < 3))
			return false;
		if (end)
			*end = '\0';
		if (!count_read(word, max[i], &parts[i]))
			return false;
		word = end ? end + 1 : word;
	}
	*ret = (struct agent_words){.weighs = (uint8_t)parts[0],
				    .weight = (uint16_t)parts[1],
				    .duty = (uint8_t)parts[2],
				    .service = (uint8_t)parts[3]};
	return true;
}

/* A reason stands in logs. */
static bool reason_read(const char *reason, const char **ret)
{
	if (strlen(reason) >= PROBE_REASON_MAX)
		return false;
	for (const char *at = reason; *at; at++)
		if ((unsigned char)*at < ' ' || *at == 0x7f)
			return false;
	*ret = reason;
	return true;
}

static bool line_read(char *line, struct verdict *ret)
{
	uint64_t is_warned = 0;

	if (!key_read(word_next(&line), &ret->key) ||
	    !state_read(word_next(&line), &ret->state) || !weight_read(word_next(&line), ret) ||
	    !count_read(word_next(&line), 1, &is_warned) ||
	    !agent_words_read(word_next(&line), &ret->agent) ||
	    !state_read(word_next(&line), &ret->server_state) ||
	    !stamp_read(word_next(&line), &ret->since_wall_us) ||
	    !stamp_read(word_next(&line), &ret->last_wall_us))
		return false;
	ret->is_warned = is_warned;
	return reason_read(line, &ret->reason);
}

/* The line at *at, without its end; NULL if no line ends there. */
static char *line_next(char **at)
{
	char *line = *at, *end = strchr(line, '\n');

	if (!end)
		return NULL;
	*end = '\0';
	*at = end + 1;
	return line;
}

static int verdict_cmp(const void *left, const void *right)
{
	const struct verdict *a = left, *b = right;

	return (a->key > b->key) - (a->key < b->key);
}

/* Is this the last line, for n verdicts and for what stands before it? */
static bool is_end(char *line, size_t n, uint64_t hash)
{
	uint64_t n_said, said;

	return !strcmp(word_next(&line), "end") && count_read(word_next(&line), SIZE_MAX, &n_said) &&
	       n_said == n && key_read(line, &said) && said == hash;
}

static int lines_read(struct verdicts *verdicts, const char *text, size_t len, struct err *err)
{
	char *at = verdicts->text, *line = line_next(&at);
	struct verdict verdict;

	if (!line || strcmp(line, FIRST_LINE))
		return err_set(err, -EINVAL, "its first line is not '" FIRST_LINE "'");
	for (;;) {
		size_t before = (size_t)(at - verdicts->text);

		line = line_next(&at);
		if (!line)
			return err_set(err, -EINVAL, "its end is missing");
		if (!strncmp(line, "end ", 4)) {
			bool is_whole = is_end(line, verdicts->n, hash_bytes(text, before));

			return is_whole && at == verdicts->text + len
				   ? 0
				   : err_set(err, -EINVAL, "its last line does not fit what is before it");
		}
		if (!line_read(line, &verdict))
			return err_set(err, -EINVAL, "line %zu is no verdict", verdicts->n + 2);
		*vec_push(verdicts) = verdict;
	}
}

int verdicts_read(const char *text, size_t len, struct verdicts *ret_verdicts, struct err *err)
{
	struct verdicts verdicts = {.text = mem_calloc(len + 1, 1)};
	int code;

	memcpy(verdicts.text, text, len);
	code = strlen(verdicts.text) == len ? lines_read(&verdicts, text, len, err)
					    : err_set(err, -EINVAL, "it has a byte that is 0");
	if (code < 0) {
		verdicts_free(&verdicts);
		return code;
	}
	if (verdicts.n)
		qsort(verdicts.items, verdicts.n, sizeof(*verdicts.items), verdict_cmp);
	*ret_verdicts = verdicts;
	return 0;
}

void verdicts_free(struct verdicts *verdicts)
{
	free(verdicts->text);
	free(verdicts->items);
	*verdicts = (struct verdicts){0};
}

/* ---- writing ---- */

/* A line has at most this length: the reason, and some 150 bytes before it. */
#define LINE_MAX_LEN (PROBE_REASON_MAX + 160)

struct writing {
	char *items;
	size_t n, cap;
};

static void append(struct writing *text, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void append(struct writing *text, const char *format, ...)
{
	va_list args;

	if (text->cap - text->n < LINE_MAX_LEN) {
		text->cap = text->cap * 2 + LINE_MAX_LEN;
		text->items = mem_realloc(text->items, text->cap, 1);
	}
	va_start(args, format);
	text->n += (size_t)vsnprintf(text->items + text->n, LINE_MAX_LEN, format, args);
	va_end(args);
}

/* The reason of the verdict: an outcome that has not changed the state yet says something else. */
static const char *reason_of(const struct health_check *check)
{
	bool is_own = check->state == (check->last.outcome == PROBE_OK     ? HEALTH_UP
				       : check->last.outcome == PROBE_FAIL ? HEALTH_DOWN
									    : HEALTH_UNKNOWN);

	return is_own ? check->last.reason : "";
}

static void check_write(struct writing *text, const struct health_vs *vs,
			const struct health_rs *rs, const struct health_check *check)
{
	const struct agent_words *agent = &check->agent;
	size_t begin;
	char weight[16] = "-";

	if (check->has_weight)
		snprintf(weight, sizeof(weight), "%" PRIu32, check->weight);
	append(text, "%016" PRIx64 " %s %s %d %u:%u:%u:%u %s %" PRId64 " %" PRId64 " ",
	       verdict_key(&vs->conf->key, &rs->conf->id, check->conf),
	       health_state_name(check->state), weight, check->is_warned, agent->weighs,
	       agent->weight, agent->duty, agent->service, health_state_name(rs->state),
	       rs->since_wall_us > 0 ? rs->since_wall_us : 0,
	       check->last_wall_us > 0 ? check->last_wall_us : 0);
	begin = text->n;
	if (check->said && *check->said && agent_has_words(agent))
		append(text, AGENT_SAYS "%.*s\n", (int)(PROBE_REASON_MAX - sizeof(AGENT_SAYS)), check->said);
	else
		append(text, "%.*s\n", PROBE_REASON_MAX - 1, reason_of(check));
	/* Words of servers and scripts were cleaned when they came; this line must stay one. */
	for (size_t i = begin; i + 1 < text->n; i++)
		if ((unsigned char)text->items[i] < ' ' || text->items[i] == 0x7f)
			text->items[i] = '?';
}

static bool is_worth_it(const struct health_check *check, struct mono now, int64_t limit_ns)
{
	bool has_words = agent_has_words(&check->agent);

	if (conf_check_kind(check->conf)->runner != CONF_RUNNER_CHECK &&
	    conf_check_kind(check->conf)->runner != CONF_RUNNER_SCRIPT)
		return false;
	if (check->is_from_before && !check->conf->is_agent &&
	    mono_sub(now, check->adopted_at) > limit_ns)
		return false;
	return check->state != HEALTH_UNKNOWN || has_words;
}

char *health_verdicts_text(const struct health *health, struct mono now, int64_t limit_ns,
			   size_t *ret_len)
{
	size_t n, n_written = 0;
	const struct health_vs *services = health_services(health, &n);
	struct writing text = {0};

	append(&text, FIRST_LINE "\n");
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < services[i].n_real_servers; j++) {
			const struct health_rs *rs = &services[i].real_servers[j];

			for (size_t c = 0; c < rs->n_checks; c++) {
				if (!is_worth_it(&rs->checks[c], now, limit_ns))
					continue;
				check_write(&text, &services[i], rs, &rs->checks[c]);
				n_written++;
			}
		}
	append(&text, "end %zu %016" PRIx64 "\n", n_written, hash_bytes(text.items, text.n));
	*ret_len = text.n;
	return text.items;
}
