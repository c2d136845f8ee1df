/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any bytes as a configuration: nothing may crash, leak or hang, an absent snapshot comes with an
 * error, and what loads survives a round trip through its canonical text.
 */
#include "conf/diff.h"
#include "conf/load.h"
#include "conf/print.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(int holds, const char *what)
{
	if (holds)
		return;
	fprintf(stderr, "fuzz_conf: does not hold: %s\n", what);
	abort();
}

static char *printed(const struct conf *conf, size_t *ret_len)
{
	char *text;
	FILE *out = open_memstream(&text, ret_len);

	conf_print_secrets(conf, out);
	fclose(out);
	return text;
}

static void round_trip(const struct conf *first)
{
	struct diags diags = {0};
	size_t len, len_again;
	char *once = printed(first, &len), *twice;
	struct conf *second = conf_load_text("printed", once, len, &diags);
	struct conf_diff diff;

	require(second != NULL, "canonical text loads");
	twice = printed(second, &len_again);
	require(!strcmp(once, twice), "canonical text is stable");
	require(!strcmp(first->digest, second->digest), "the digest is stable");
	conf_diff(first, second, &diff);
	require(diff.changes.n == 0, "no change to its own canonical text");
	conf_diff_fini(&diff);
	conf_free(second);
	diags_free(&diags);
	free(once);
	free(twice);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct diags diags = {0};
	struct conf *conf = conf_load_text("fuzz", (const char *)data, size, &diags);
	char *text, error[256];
	size_t len;
	FILE *out = open_memstream(&text, &len);

	require(!conf == (diags.n_errors > 0), "either a snapshot or an error");
	diags_print(&diags, out);
	diags_first_error(&diags, error, sizeof(error));
	fclose(out);
	free(text);
	if (conf)
		round_trip(conf);
	conf_free(conf);
	diags_free(&diags);
	return 0;
}
