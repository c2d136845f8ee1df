/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/unit/logged.h"

#include "base/log.h"
#include "base/mem.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static int ends[2] = {-1, -1};
static char *taken;

void logged_begin(void)
{
	int room = 1 << 20;

	logged_end();
	ck_assert_int_eq(
	    socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends), 0);
	setsockopt(ends[1], SOL_SOCKET, SO_SNDBUF, &room, sizeof(room));
	log_to_socket(ends[1]);
}

void logged_end(void)
{
	log_to_socket(-1);
	for (size_t i = 0; i < 2; i++)
		if (ends[i] >= 0)
			close(ends[i]);
	ends[0] = ends[1] = -1;
	free(taken);
	taken = NULL;
}

const char *logged_take(void)
{
	char record[LOG_RECORD_MAX + 1];
	size_t size;
	ssize_t n;
	FILE *out;

	free(taken);
	out = open_memstream(&taken, &size);
	while ((n = recv(ends[0], record, LOG_RECORD_MAX, 0)) >= LOG_RECORD_HEAD) {
		int64_t said_us;
		enum log_level level = log_record_head(record, INT64_MAX, &said_us);

		fprintf(out, "%s: %.*s\n", log_level_name(level), (int)n - LOG_RECORD_HEAD,
			record + LOG_RECORD_HEAD);
	}
	fclose(out);
	return taken;
}

bool logged_has(const char *part)
{
	return strstr(logged_take(), part);
}

size_t logged_count(const char *text, const char *part)
{
	size_t n = 0;

	for (; (text = strstr(text, part)); text += strlen(part))
		n++;
	return n;
}
