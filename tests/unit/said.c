/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/unit/said.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct said said;
static FILE *real_in, *real_out, *real_err;

void said_begin(const char *input)
{
	static size_t out_size, err_size;

	said_free();
	real_in = stdin;
	real_out = stdout;
	real_err = stderr;
	/* A stream of no byte cannot be opened. */
	stdin = *input ? fmemopen((char *)input, strlen(input), "r") : fopen("/dev/null", "re");
	stdout = open_memstream(&said.out, &out_size);
	stderr = open_memstream(&said.err, &err_size);
}

const struct said *said_end(int status)
{
	fclose(stdin);
	fclose(stdout);
	fclose(stderr);
	stdin = real_in;
	stdout = real_out;
	stderr = real_err;
	said.status = status;
	return &said;
}

void said_free(void)
{
	free(said.out);
	free(said.err);
	said = (struct said){0};
}
