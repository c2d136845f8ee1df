/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "healthcheck/probes/patterns.h"
#include "base/mem.h"
#include "conf/kinds/urls.h"

#include <stdlib.h>
#include <string.h>

struct pattern {
	char *text; /* NULL: nothing is kept here */
	uint32_t options;
	struct regex *regex;
	uint64_t used; /* the number of the search that used it last */
};

struct patterns {
	struct pattern items[PATTERNS_MAX];
	uint64_t n_searches;
};

struct patterns *patterns_new(void)
{
	return mem_calloc(1, sizeof(struct patterns));
}

static void pattern_fini(struct pattern *pattern)
{
	free(pattern->text);
	regex_free(pattern->regex);
	*pattern = (struct pattern){0};
}

void patterns_free(struct patterns *patterns)
{
	for (size_t i = 0; patterns && i < PATTERNS_MAX; i++)
		pattern_fini(&patterns->items[i]);
	free(patterns);
}

/* The place of the pattern; if it is not kept, the place that was not used for the longest time. */
static struct pattern *pattern_place(struct patterns *patterns, const char *text, uint32_t options)
{
	struct pattern *oldest = &patterns->items[0];

	for (size_t i = 0; i < PATTERNS_MAX; i++) {
		struct pattern *pattern = &patterns->items[i];

		if (pattern->text && pattern->options == options && !strcmp(pattern->text, text))
			return pattern;
		if (pattern->used < oldest->used)
			oldest = pattern;
	}
	pattern_fini(oldest);
	return oldest;
}

/* regex_stack as KiB: what it may take without it, if it is absent. */
static size_t heap_kib(const struct conf_url *url)
{
	return url->n_regex_stack == 2 ? url->regex_stack[1] / 1024 : REGEX_HEAP_MAX;
}

int patterns_search(struct patterns *patterns, const struct conf_url *url, const char *body, size_t len)
{
	uint32_t options = urls_regex_options(url);
	struct pattern *pattern = pattern_place(patterns, url->regex, options);
	const struct regex_range range = {
	    .from = (size_t)url->regex_min_offset,
	    .until = url->regex_max_offset ? (size_t)url->regex_max_offset - 1 : SIZE_MAX};
	struct err err;
	int code;

	if (!pattern->text) {
		code = regex_new(url->regex, strlen(url->regex), options, &pattern->regex, &err);
		if (code < 0)
			return code;
		pattern->text = mem_strdup(url->regex);
		pattern->options = options;
	}
	pattern->used = ++patterns->n_searches;
	regex_heap_set(pattern->regex, heap_kib(url));
	return regex_search(pattern->regex, body, len, &range);
}
