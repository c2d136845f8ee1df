/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * libFuzzer: the input is a file for lvsadm -R. Each line is read as a command under both names and
 * as a line of /proc/net/ip_vs_conn; the lines that are right are made a table of.
 */
#include "admin/conn.h"
#include "admin/format.h"
#include "admin/lines.h"
#include "admin/table.h"

#include "base/mem.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define LINES_MAX 64

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int fuzz_host(const char *name, struct addr *ret_addr)
{
	return *name == 'h' ? addr_parse("192.0.2.1", ret_addr) : -ENOENT;
}

static int fuzz_port(const char *name, uint16_t protocol)
{
	return *name == 'p' && protocol ? 80 : -1;
}

static const struct command_names names = {fuzz_host, fuzz_port};

static void read_conn(const char *line)
{
	struct conn conn;

	if (conn_parse(line, &conn) < 0)
		return;
	assert(strlen(conn.state) < sizeof(conn.state));
	assert(strlen(conn.pe_data) < sizeof(conn.pe_data));
}

/* What a right command says of a service and a real server is printed. */
static void print(const struct command *command, FILE *out)
{
	const struct ipvs_listed_service listed = {.service = command->service};
	const struct ipvs_listed_dest dest = {.dest = command->dest};

	for (enum format_kind kind = FORMAT_PLAIN; out && kind <= FORMAT_RULES; kind++) {
		const struct format format = {kind, false, out};

		format_service(&format, &listed, "s:1");
		format_dest(&format, &listed.service, "s:1", &dest, "d:1");
	}
}

static size_t read_command(const struct words *words, bool is_plain, struct rule_line *line,
			   FILE *out)
{
	struct err err = {""};
	enum command_error rc = command_parse(words->list.items, words->list.n, is_plain, &names,
					      &line->command, &err);

	assert((rc == COMMAND_OK || rc == COMMAND_NONE) == !*err.text);
	if (rc != COMMAND_OK)
		return 0;
	assert(is_plain || line->command.dest.weight <= 65535);
	assert(!is_plain || !command_has(&line->command, OPTION_JSON));
	print(&line->command, out);
	return 1;
}

static void use(const struct rule_line *lines, size_t n)
{
	struct ipvs_state want = {0}, have = {0};
	struct err err = {""};

	if (table_build(lines, n, &want, &err) < 0) {
		assert(*err.text && !want.n_services);
		return;
	}
	assert(table_build(lines, n, &have, NULL) == 0);
	table_keep_unprinted(lines, n, &have, &want);
	ipvs_state_clear(&want);
	ipvs_state_clear(&have);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = mem_calloc(size + 1, 1), *rest = NULL;
	struct rule_line lines[LINES_MAX];
	struct words words = {0};
	FILE *out = fopen("/dev/null", "w");
	size_t n = 0;

	memcpy(text, data, size);
	for (char *line = strtok_r(text, "\n", &rest); line && n < LINES_MAX;
	     line = strtok_r(NULL, "\n", &rest)) {
		read_conn(line);
		words_split(line, &words);
		read_command(&words, true, &lines[n], out);
		lines[n].number = n + 1;
		n += read_command(&words, false, &lines[n], out);
	}
	use(lines, n);
	words_free(&words);
	if (out)
		fclose(out);
	free(text);
	return 0;
}
