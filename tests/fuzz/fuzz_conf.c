/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any bytes as a configuration with the files that it includes: nothing may crash, leak or hang,
 * an absent snapshot comes with an error, and what loads is the same snapshot when its flat text
 * or its canonical text is read instead.
 */
#include "conf/canon/diff.h"
#include "conf/canon/print.h"
#include "conf/load.h"
#include "tests/fuzz/conf_files.h"

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

/* second is first by another way; frees second. */
static void compare(const struct conf *first, struct conf *second, const char *what)
{
	size_t len, len_again;
	char *once = printed(first, &len), *twice;
	struct conf_diff diff;

	require(second != NULL, what);
	twice = printed(second, &len_again);
	require(!strcmp(once, twice), what);
	require(!strcmp(first->digest, second->digest), what);
	conf_diff(first, second, &diff);
	require(diff.changes.n == 0, what);
	conf_diff_fini(&diff);
	conf_free(second);
	free(once);
	free(twice);
}

static void round_trip(const struct conf *first, const char *flat, size_t flat_len,
		       const struct expand_host *host, bool is_lenient)
{
	struct diags diags = {0};
	size_t len;
	char *text = printed(first, &len);

	compare(first, conf_load_from("printed", text, len, host, NULL, &diags, NULL, NULL),
		"canonical text means the same");
	free(text);
	diags_free(&diags);
	compare(first,
		is_lenient ? conf_load_in_force("flat", flat, flat_len, &diags)
			   : conf_load_text("flat", flat, flat_len, &diags),
		"the flat text means the same");
	diags_free(&diags);
}

static void load(const struct fuzz_files *files, const struct expand_host *host, bool is_lenient)
{
	struct diags diags = {0};
	char *flat, *text, error[256];
	size_t flat_len, len;
	const struct conf_load_how how = {.is_lenient = is_lenient};
	struct conf *conf = conf_load_from("main", files->list[0].text, files->list[0].len, host,
					   &how, &diags, &flat, &flat_len);
	FILE *out = open_memstream(&text, &len);

	require(!conf == (diags.n_errors > 0), "either a snapshot or an error");
	diags_print(&diags, out);
	diags_first_error(&diags, error, sizeof(error));
	fclose(out);
	free(text);
	if (conf)
		round_trip(conf, flat, flat_len, host, is_lenient);
	free(flat);
	conf_free(conf);
	diags_free(&diags);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_files files;
	struct expand_host host = fuzz_files_of(data, size, &files);

	load(&files, &host, false);
	load(&files, &host, true);
	return 0;
}
