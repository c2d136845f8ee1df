/* SPDX-License-Identifier: GPL-2.0-or-later */
#define PCRE2_CODE_UNIT_WIDTH 8

#include "base/regex/regex.h"
#include "base/mem.h"

#include <errno.h>
#include <pcre2.h>
#include <stdlib.h>

/* What the callout returns to end a search; PCRE2 keeps this one free for its callers. */
#define TOO_MUCH_WORK PCRE2_ERROR_CALLOUT

struct regex {
	pcre2_code *code;
	pcre2_match_context *context;
	size_t work; /* of this search */
	size_t at;   /* where the last callout was */
	size_t end;  /* of the last match */
};

static const struct {
	const char *name;
	uint32_t bits;
} regex_options[] = {
    {"allow_empty_class", PCRE2_ALLOW_EMPTY_CLASS},
    {"alt_bsux", PCRE2_ALT_BSUX},
    {"alt_circumflex", PCRE2_ALT_CIRCUMFLEX},
    {"alt_verbnames", PCRE2_ALT_VERBNAMES},
    {"anchored", PCRE2_ANCHORED},
    {"auto_callout", PCRE2_AUTO_CALLOUT},
    {"caseless", PCRE2_CASELESS},
    {"dollar_endonly", PCRE2_DOLLAR_ENDONLY},
    {"dotall", PCRE2_DOTALL},
    {"dupnames", PCRE2_DUPNAMES},
    {"endanchored", PCRE2_ENDANCHORED},
    {"extended", PCRE2_EXTENDED},
    {"extended_more", PCRE2_EXTENDED_MORE},
    {"firstline", PCRE2_FIRSTLINE},
    {"literal", PCRE2_LITERAL},
    {"match_unset_backref", PCRE2_MATCH_UNSET_BACKREF},
    {"multiline", PCRE2_MULTILINE},
    {"never_backslash_c", PCRE2_NEVER_BACKSLASH_C},
    {"never_ucp", PCRE2_NEVER_UCP},
    {"never_utf", PCRE2_NEVER_UTF},
    {"no_auto_capture", PCRE2_NO_AUTO_CAPTURE},
    {"no_auto_possess", PCRE2_NO_AUTO_POSSESS},
    {"no_dotstar_anchor", PCRE2_NO_DOTSTAR_ANCHOR},
    {"no_start_optimize", PCRE2_NO_START_OPTIMIZE},
    {"ucp", PCRE2_UCP},
    {"ungreedy", PCRE2_UNGREEDY},
    {"utf", PCRE2_UTF},
};

const char *regex_option_name(unsigned i, uint32_t *ret_bits)
{
	if (i >= sizeof(regex_options) / sizeof(regex_options[0]))
		return NULL;
	if (ret_bits)
		*ret_bits = regex_options[i].bits;
	return regex_options[i].name;
}

/*
 * PCRE2 calls this before each item of the expression that it tries (PCRE2_AUTO_CALLOUT). Its own
 * match limit does not bound a search, because it counts anew for each place where a match may
 * begin.
 */
static int count_work(pcre2_callout_block *block, void *data)
{
	struct regex *regex = data;
	size_t at = block->current_position;

	regex->work += 1 + (at > regex->at ? at - regex->at : regex->at - at);
	regex->at = at;
	return regex->work > REGEX_WORK_MAX ? TOO_MUCH_WORK : 0;
}

/* Options that every expression has. MATCH_INVALID_UTF would turn UTF on. */
static uint32_t own_options(uint32_t options)
{
	return PCRE2_AUTO_CALLOUT | PCRE2_USE_OFFSET_LIMIT |
	       (options & PCRE2_UTF ? PCRE2_MATCH_INVALID_UTF : 0);
}

static void *must(void *memory)
{
	if (!memory)
		mem_exhausted(0);
	return memory;
}

int regex_new(const char *pattern, size_t n, uint32_t options, struct regex **ret_regex,
	      struct err *err)
{
	struct regex *regex;
	PCRE2_UCHAR why[256];
	PCRE2_SIZE offset = 0;
	pcre2_code *code;
	int cause = 0;

	if (n > REGEX_PATTERN_MAX)
		return err_set(err, -EINVAL,
			       "the regular expression has %zu bytes; at most %d are allowed", n,
			       REGEX_PATTERN_MAX);
	code = pcre2_compile((PCRE2_SPTR)pattern, n, options | own_options(options), &cause,
			     &offset, NULL);
	if (!code) {
		pcre2_get_error_message(cause, why, sizeof(why));
		return err_set(err, -EINVAL, "%s at character %zu of %.*s", (const char *)why,
			       (size_t)offset + 1, n < 200 ? (int)n : 200, pattern);
	}
	regex = mem_calloc(1, sizeof(*regex));
	regex->code = code;
	regex->context = must(pcre2_match_context_create(NULL));
	pcre2_set_heap_limit(regex->context, REGEX_HEAP_MAX);
	pcre2_set_match_limit(regex->context, REGEX_WORK_MAX);
	pcre2_set_callout(regex->context, count_work, regex);
	*ret_regex = regex;
	return 0;
}

void regex_free(struct regex *regex)
{
	if (!regex)
		return;
	pcre2_match_context_free(regex->context);
	pcre2_code_free(regex->code);
	free(regex);
}

void regex_heap_set(struct regex *regex, size_t kib)
{
	if (kib < REGEX_HEAP_MIN)
		kib = REGEX_HEAP_MIN;
	else if (kib > REGEX_HEAP_MAX)
		kib = REGEX_HEAP_MAX;
	pcre2_set_heap_limit(regex->context, (uint32_t)kib);
}

int regex_search(struct regex *regex, const char *text, size_t n, const struct regex_range *range)
{
	size_t from = range ? range->from : 0;
	pcre2_match_data *match;
	int rc;

	if (from > n)
		return 0;
	regex->work = 0;
	regex->at = from;
	pcre2_set_offset_limit(regex->context,
			       range && range->until < n ? range->until : PCRE2_UNSET);
	/* One pair of offsets: only whether there is a match matters. It is new for each search, since it
	 * keeps the memory of the last one, which then would not count. */
	match = must(pcre2_match_data_create(1, NULL));
	rc = pcre2_match(regex->code, (PCRE2_SPTR)text, n, from, 0, match, regex->context);
	if (rc >= 0)
		regex->end = pcre2_get_ovector_pointer(match)[1];
	pcre2_match_data_free(match);
	if (rc >= 0)
		return 1;
	if (rc == PCRE2_ERROR_NOMEMORY)
		mem_exhausted(0);
	switch (rc) {
	case TOO_MUCH_WORK:
	case PCRE2_ERROR_HEAPLIMIT:
	case PCRE2_ERROR_MATCHLIMIT:
	case PCRE2_ERROR_DEPTHLIMIT:
	case PCRE2_ERROR_RECURSELOOP:
		return -E2BIG;
	}
	return 0;
}

size_t regex_work(const struct regex *regex)
{
	return regex->work;
}

size_t regex_match_end(const struct regex *regex)
{
	return regex->end;
}
