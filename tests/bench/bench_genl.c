/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the kernel alone costs: rules (of -A and -a) from standard input are encoded beforehand,
 * then the buffers are sent by a loop; then each service and its destinations are asked for and
 * the answers thrown away. It replaces the IPVS table of the network namespace, so it runs in the
 * lab (tests/lab/bench_admin.py). With the argument "plan" the same table is made as lvsd makes it:
 * a plan from nothing is computed, encoded and applied, then the table is read and decoded. Prints
 * JSON: microseconds and system calls of both parts.
 *
 * "record FILE" writes what would be sent into FILE instead, "replay FILE" sends it and "reread FILE"
 * asks for all that FILE would make, and does nothing else: as programs from start to end they are
 * what lvsadm -R and -S would cost if text cost nothing.
 */
#include "admin/command.h"
#include "admin/lines.h"
#include "admin/table.h"
#include "base/clock.h"
#include "base/mem.h"
#include "ipvs/genl.h"
#include "ipvs/genl_socket.h"
#include "ipvs/genl_wire.h"

#include <errno.h>
#include <linux/ip_vs.h>
#include <netlink/msg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

struct bench {
	struct genl_socket socket;
	VEC(struct genl_batch) batches;
	VEC(struct rule_line) lines;
};

static int no_host(const char *name, struct addr *ret_addr)
{
	(void)name;
	(void)ret_addr;
	return -ENOENT;
}

static int no_port(const char *name, uint16_t protocol)
{
	(void)name;
	(void)protocol;
	return -1;
}

static _Noreturn void fail(const char *what)
{
	fprintf(stderr, "bench_genl: %s\n", what);
	exit(EXIT_FAILURE);
}

static void encode(struct bench *b, struct nl_msg *msg)
{
	struct genl_batch *last =
	    b->batches.n ? &b->batches.items[b->batches.n - 1] : vec_push(&b->batches);

	if (!last->bytes)
		genl_batch_init(last);
	if (genl_batch_add(&b->socket, last, msg) < 0) {
		/* Kept free for the message that ends the batch. */
		b->socket.seq++;
		last = vec_push(&b->batches);
		genl_batch_init(last);
		genl_batch_add(&b->socket, last, msg);
	}
}

static void read_line(struct bench *b, const struct words *words)
{
	static const struct command_names names = {no_host, no_port};
	struct rule_line *line = vec_push(&b->lines);

	line->number = b->lines.n;
	if (command_parse(words->list.items, words->list.n, true, &names, &line->command, NULL) !=
	    COMMAND_OK)
		fail("a line is wrong");
}

static void read_input(struct bench *b)
{
	struct words words = {0};
	char *line = NULL;
	size_t size = 0;

	while (getline(&line, &size, stdin) >= 0) {
		words_split(line, &words);
		if (words.list.n)
			read_line(b, &words);
	}
	words_free(&words);
	free(line);
}

static void encode_lines(struct bench *b)
{
	for (size_t i = 0; i < b->lines.n; i++) {
		const struct command *command = &b->lines.items[i].command;
		struct ipvs_op op = {.kind = command->kind == COMMAND_ADD_SERVICE
						 ? IPVS_OP_ADD_SERVICE
						 : IPVS_OP_ADD_DEST,
				     .service = command->service,
				     .dest = command->dest};
		struct nl_msg *msg = genl_socket_request(&b->socket, genl_op_command(op.kind));

		genl_encode_op(msg, &op);
		encode(b, msg);
	}
}

static void clear(struct bench *b)
{
	struct nl_msg *msg = genl_socket_request(&b->socket, IPVS_CMD_FLUSH);
	struct genl_batch batch;
	int code;

	genl_batch_init(&batch);
	genl_batch_add(&b->socket, &batch, msg);
	genl_batch_run(&b->socket, &batch, &code, NULL);
	genl_batch_fini(&batch);
}

static int64_t cpu_us(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * US_PER_S + usage.ru_utime.tv_usec +
	       usage.ru_stime.tv_usec;
}

struct measure {
	struct mono start;
	int64_t cpu;
	uint64_t n_calls;
};

static struct measure measure_begin(uint64_t n_calls)
{
	return (struct measure){clock_mono(), cpu_us(), n_calls};
}

static void measure_print(const struct measure *begin, uint64_t n_calls, const char *name)
{
	printf("\"%s\": {\"us\": %ld, \"cpu_us\": %ld, \"calls\": %lu}", name,
	       (long)(mono_sub(clock_mono(), begin->start) / NS_PER_US),
	       (long)(cpu_us() - begin->cpu), (unsigned long)(n_calls - begin->n_calls));
}

static uint64_t socket_calls(const struct bench *b)
{
	return b->socket.n_sends + b->socket.n_receives;
}

static uint64_t genl_calls(const struct ipvs_genl *genl)
{
	struct ipvs_genl_counters counters;

	ipvs_genl_counters(genl, &counters);
	return counters.sends + counters.receives;
}

static void program(struct bench *b)
{
	struct measure begin = measure_begin(socket_calls(b));
	uint32_t last_seq = b->socket.seq;
	int codes[GENL_BATCH_MAX];

	for (size_t i = 0; i < b->batches.n; i++) {
		struct genl_batch *batch = &b->batches.items[i];

		b->socket.seq = batch->first_seq + (uint32_t)batch->n - 1;
		if (genl_batch_run(&b->socket, batch, codes, NULL) < 0)
			fail("the socket failed");
	}
	measure_print(&begin, socket_calls(b), "program");
	b->socket.seq = last_seq + 1;
}

static int ignore(struct nlmsghdr *nlh, void *arg)
{
	(void)nlh;
	++*(size_t *)arg;
	return 0;
}

static void dump(struct bench *b, struct nl_msg *msg, size_t *n)
{
	if (genl_socket_dump(&b->socket, msg, ignore, n, "dump", NULL) < 0)
		fail("a dump failed");
}

/* nlmsg_free() it. */
static struct nl_msg *dest_request(struct bench *b, const struct svckey *key)
{
	struct nl_msg *msg = genl_socket_request(&b->socket, IPVS_CMD_GET_DEST);

	genl_encode_service_key(msg, key);
	return nlmsg_convert(nlmsg_hdr(msg));
}

static void read_back(struct bench *b)
{
	VEC(struct nl_msg *) requests = {0};
	struct measure begin;
	size_t n = 0;

	for (size_t i = 0; i < b->lines.n; i++)
		if (b->lines.items[i].command.kind == COMMAND_ADD_SERVICE)
			*vec_push(&requests) =
			    dest_request(b, &b->lines.items[i].command.service.key);
	begin = measure_begin(socket_calls(b));
	dump(b, genl_socket_request(&b->socket, IPVS_CMD_GET_SERVICE), &n);
	for (size_t i = 0; i < requests.n; i++)
		dump(b, requests.items[i], &n);
	printf(", ");
	measure_print(&begin, socket_calls(b), "read");
	printf(", \"objects\": %zu", n);
	for (size_t i = 0; i < requests.n; i++)
		nlmsg_free(requests.items[i]);
	vec_free(&requests);
}

/* What stands in a file before the bytes of a batch, or of a request of destinations (n is 0). */
struct recorded {
	size_t len, n;
	uint32_t first_seq;
};

static void record_bytes(FILE *file, struct recorded head, const void *bytes)
{
	if (fwrite(&head, sizeof(head), 1, file) != 1 || fwrite(bytes, head.len, 1, file) != 1)
		fail("the file cannot be written");
}

static void record(struct bench *b, FILE *file)
{
	encode_lines(b);
	for (size_t i = 0; i < b->batches.n; i++) {
		struct genl_batch *batch = &b->batches.items[i];

		record_bytes(file, (struct recorded){batch->len, batch->n, batch->first_seq},
			     batch->bytes);
		genl_batch_fini(batch);
	}
	vec_free(&b->batches);
	for (size_t i = 0; i < b->lines.n; i++) {
		const struct command *command = &b->lines.items[i].command;
		struct nl_msg *msg;

		if (command->kind != COMMAND_ADD_SERVICE)
			continue;
		msg = dest_request(b, &command->service.key);
		record_bytes(file, (struct recorded){nlmsg_hdr(msg)->nlmsg_len, 0, 0},
			     nlmsg_hdr(msg));
		nlmsg_free(msg);
	}
}

/* Sends the batches, or asks for the destinations, as they are in the file. */
static void replay(struct bench *b, FILE *file, bool is_read)
{
	struct genl_batch batch;
	struct recorded head;
	int codes[GENL_BATCH_MAX];
	size_t n_read = 0;

	genl_batch_init(&batch);
	if (is_read)
		dump(b, genl_socket_request(&b->socket, IPVS_CMD_GET_SERVICE), &n_read);
	while (fread(&head, sizeof(head), 1, file) == 1) {
		if (fread(batch.bytes, head.len, 1, file) != 1)
			fail("the file is cut");
		batch.len = head.len;
		batch.n = head.n;
		batch.first_seq = head.first_seq;
		b->socket.seq = head.first_seq + (uint32_t)head.n - 1;
		if (is_read && !head.n) {
			struct nl_msg *msg = nlmsg_convert((struct nlmsghdr *)batch.bytes);

			dump(b, msg, &n_read);
			nlmsg_free(msg);
		} else if (!is_read && head.n && genl_batch_run(&b->socket, &batch, codes, NULL) < 0) {
			fail("the socket failed");
		}
	}
	genl_batch_fini(&batch);
}

static void run_file(struct bench *b, const char *what, const char *path)
{
	bool is_record = !strcmp(what, "record");
	FILE *file = fopen(path, is_record ? "w" : "r");

	if (!file)
		fail("the file cannot be opened");
	if (is_record) {
		read_input(b);
		record(b, file);
	} else {
		replay(b, file, !strcmp(what, "reread"));
	}
	if (fclose(file) != 0)
		fail("the file cannot be written");
}

static void run_bare(struct bench *b)
{
	encode_lines(b);
	program(b);
	read_back(b);
	for (size_t i = 0; i < b->batches.n; i++)
		genl_batch_fini(&b->batches.items[i]);
	vec_free(&b->batches);
}

static void run_plan(struct bench *b)
{
	const struct ipvs_state none = {0};
	struct ipvs_state want = {0}, have = {0};
	struct ipvs_plan plan = {0};
	struct ipvs_genl *genl;
	struct measure begin;

	if (table_build(b->lines.items, b->lines.n, &want, NULL) < 0 ||
	    ipvs_genl_open(&genl, NULL) < 0)
		fail("no table, or no IPVS");
	begin = measure_begin(genl_calls(genl));
	ipvs_plan(&want, &none, NULL, 0, &plan);
	measure_print(&begin, genl_calls(genl), "plan");
	printf(", ");
	begin = measure_begin(genl_calls(genl));
	if (ipvs_genl_apply(genl, &plan, NULL, NULL) != 0)
		fail("the plan was refused");
	measure_print(&begin, genl_calls(genl), "program");
	printf(", ");
	begin = measure_begin(genl_calls(genl));
	if (ipvs_genl_dump(genl, &have, NULL) < 0)
		fail("the dump failed");
	measure_print(&begin, genl_calls(genl), "read");
	ipvs_plan_free(&plan);
	ipvs_state_clear(&want);
	ipvs_state_clear(&have);
	ipvs_genl_close(genl);
}

static void measure(struct bench *b, bool is_plan)
{
	clear(b);
	read_input(b);
	putchar('{');
	if (is_plan)
		run_plan(b);
	else
		run_bare(b);
	puts("}");
}

int main(int argc, char **argv)
{
	struct bench b = {0};

	if (genl_socket_init(&b.socket, NULL) < 0)
		fail("no IPVS here");
	if (argc > 2)
		run_file(&b, argv[1], argv[2]);
	else
		measure(&b, argc > 1 && !strcmp(argv[1], "plan"));
	vec_free(&b.lines);
	genl_socket_fini(&b.socket);
	return EXIT_SUCCESS;
}
