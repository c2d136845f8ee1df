/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/unit/admin_line.h"

#include "admin/lines.h"

#include <check.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

int line_host(const char *name, struct addr *ret_addr)
{
	if (!strcmp(name, "web"))
		return addr_parse("10.0.0.7", ret_addr);
	return !strcmp(name, "localhost") ? addr_parse("127.0.0.1", ret_addr) : -ENOENT;
}

int line_port(const char *name, uint16_t protocol)
{
	if (!strcmp(name, "http") && protocol == IPPROTO_TCP)
		return 80;
	return !strcmp(name, "domain") && protocol == IPPROTO_UDP ? 53 : -1;
}

static const struct command_names names = {line_host, line_port};

enum command_error line_parse(const char *line, bool is_plain, struct command *ret_command,
			      struct err *err)
{
	char *copy = mem_strdup(line);
	struct words words = {0};
	enum command_error rc;

	words_split(copy, &words);
	rc = command_parse(words.list.items, words.list.n, is_plain, &names, ret_command, err);
	words_free(&words);
	free(copy);
	return rc;
}

struct command line_right(const char *line)
{
	struct command command = {0};
	struct err err = {""};
	enum command_error rc = line_parse(line, false, &command, &err);

	ck_assert_msg(rc == COMMAND_OK, "%s: %d: %s", line, rc, err.text);
	return command;
}
