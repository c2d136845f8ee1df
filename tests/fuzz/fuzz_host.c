/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * libFuzzer: the input is what iptables-save or `ipset save` printed, in pieces. What was read is
 * planned away and back, printed, and made into the input of iptables-restore, in which no line
 * may come from a line that was not there.
 */
#include "host/plan.h"
#include "host/restore.h"
#include "host/save.h"

#include <assert.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct reading {
	struct host_state state;
	enum host_part part;
	bool is_nft;
};

static void on_line(char *line, void *arg)
{
	struct reading *reading = arg;

	host_save_line(&reading->state.chains[reading->part], reading->part, line,
		       &reading->is_nft);
	host_ipset_line(&reading->state, line);
}

static size_t count_lines(const char *text)
{
	size_t n = 0;

	for (; *text; text++)
		n += *text == '\n';
	return n;
}

static void use(const struct host_state *want, const struct host_state *have)
{
	struct host_plan plan = {0};
	struct err err;
	FILE *out = fopen("/dev/null", "w");

	host_plan(want, have, &plan);
	for (size_t i = 0; out && i < plan.ops.n; i++) {
		const struct host_op *op = &plan.ops.items[i];

		host_op_print(op, out);
		if (op->kind == HOST_OP_WRITE_CHAIN || op->kind == HOST_OP_DEL_CHAIN) {
			char *text = host_op_restore_text(op);

			assert(count_lines(text) <=
			       5 + op->old->jumps.n + (op->chain ? op->chain->rules.n : 0));
			host_restore_judge(op->part, text, &err);
			free(text);
		}
	}
	if (out)
		fclose(out);
	host_plan_free(&plan);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct host_state none = {0};
	struct reading reading = {0};
	struct host_lines lines = {0};
	size_t piece = size ? 1 + data[0] % 64 : 1;

	reading.part = size > 1 ? (enum host_part)(data[1] % HOST_N_PARTS) : HOST_NAT4;
	for (size_t at = 0; at < size; at += piece)
		host_lines_feed(&lines, (const char *)data + at,
				at + piece < size ? piece : size - at, on_line, &reading);
	host_lines_end(&lines, on_line, &reading);
	host_save_end(&reading.state.chains[reading.part], reading.part);
	host_state_sort(&reading.state);
	use(&none, &reading.state);
	use(&reading.state, &none);
	host_state_clear(&reading.state);
	return 0;
}
