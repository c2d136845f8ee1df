/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a reload costs before anything is done: 2,500 virtual servers with 16 real servers each,
 * each with a TCP_CHECK, are in force; the same text with other weights in one of a hundred is
 * parsed, validated and compared with them. Then four and sixteen times as many, each in a process
 * of its own. Prints a line for each:
 *
 *	40000 real servers: load 90.1 ms, diff 4.0 ms, 2.35 us each (1.00), 60.2 MB at most
 *
 * CPU time is the process's own; in brackets the time per server as a multiple of the first line's.
 * Memory is what the process holds at its peak, with both snapshots and the text. Usage: bench_conf
 * [SCALE]...
 */
#include "base/mem.h"
#include "conf/canon/diff.h"
#include "conf/load.h"
#include "conf/text/out.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define N_SERVICES 2500
#define N_SERVERS  16
/* One of so many real servers has another weight in the new text. */
#define N_PER_CHANGE 100

struct cost {
	double load_ms, diff_ms, peak_mb;
};

static void octets_write(struct out *out, unsigned first, unsigned number)
{
	struct addr addr = {.family = AF_INET,
			    .bytes = {(uint8_t)first, (uint8_t)(number >> 16),
				      (uint8_t)(number >> 8), (uint8_t)number}};

	out_addr(out, &addr);
}

static void server_write(struct out *out, unsigned number, bool is_new)
{
	out_text(out, "\treal_server ");
	octets_write(out, 11, number);
	out_text(out, is_new && number % N_PER_CHANGE == 0 ? " 80 {\n\t\tweight 20\n"
							   : " 80 {\n\t\tweight 10\n");
	out_text(out, "\t\tTCP_CHECK {\n\t\t\tconnect_timeout 2\n\t\t\tretry 2\n\t\t}\n\t}\n");
}

static char *text_make(unsigned n_services, bool is_new, size_t *ret_len)
{
	struct out out;

	out_init(&out, NULL, NULL);
	for (unsigned i = 0; i < n_services; i++) {
		out_text(&out, "virtual_server ");
		octets_write(&out, 10, i);
		out_text(&out, " 80 {\n\tprotocol TCP\n\tlvs_sched wlc\n\tlvs_method DR\n"
			       "\tdelay_loop 5\n");
		for (unsigned k = 0; k < N_SERVERS; k++)
			server_write(&out, i * N_SERVERS + k, is_new);
		out_text(&out, "}\n");
	}
	*ret_len = out.len;
	return out_take(&out);
}

static double cpu_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts);
	return (double)ts.tv_sec * 1e3 + (double)ts.tv_nsec / 1e6;
}

static struct conf *load(unsigned n_services, bool is_new, double *ret_ms)
{
	struct diags diags = {0};
	size_t len;
	char *text = text_make(n_services, is_new, &len);
	double begin = cpu_ms();
	struct conf *conf = conf_load_text("bench.conf", text, len, &diags);

	*ret_ms = cpu_ms() - begin;
	if (!conf) {
		diags_print(&diags, stderr);
		exit(1);
	}
	diags_free(&diags);
	free(text);
	return conf;
}

static struct cost measure(unsigned n_services)
{
	struct cost cost;
	struct conf *older = load(n_services, false, &cost.load_ms);
	struct conf *newer = load(n_services, true, &cost.load_ms);
	struct conf_diff diff;
	struct rusage usage;
	double begin = cpu_ms();

	conf_diff(older, newer, &diff);
	cost.diff_ms = cpu_ms() - begin;
	if (diff.changes.n != n_services * N_SERVERS / N_PER_CHANGE)
		fprintf(stderr, "%zu changes\n", diff.changes.n);
	conf_diff_fini(&diff);
	conf_free(older);
	conf_free(newer);
	getrusage(RUSAGE_SELF, &usage);
	cost.peak_mb = (double)usage.ru_maxrss / 1024;
	return cost;
}

/* In a child: its peak is its own. */
static int measure_apart(unsigned n_services, struct cost *ret_cost)
{
	int ends[2], status;
	ssize_t n;

	if (pipe(ends) < 0)
		return -1;
	if (fork() == 0) {
		struct cost cost = measure(n_services);

		_exit(write(ends[1], &cost, sizeof(cost)) != sizeof(cost));
	}
	close(ends[1]);
	n = read(ends[0], ret_cost, sizeof(*ret_cost));
	close(ends[0]);
	wait(&status);
	return n == sizeof(*ret_cost) ? 0 : -1;
}

int main(int argc, char **argv)
{
	static char *const scales[] = {"", "1", "4", "16"};
	char *const *words = argc > 1 ? argv : scales;
	double first_us = 0;

	for (int i = 1; i < (argc > 1 ? argc : 4); i++) {
		unsigned n_services = N_SERVICES * (unsigned)strtoul(words[i], NULL, 10);
		unsigned n_servers = n_services * N_SERVERS;
		struct cost cost;
		double us;

		if (n_services == 0 || measure_apart(n_services, &cost) < 0) {
			fprintf(stderr, "bench_conf: nothing was measured for '%s'\n", words[i]);
			return 1;
		}
		us = (cost.load_ms + cost.diff_ms) * 1000 / n_servers;
		first_us = first_us ? first_us : us;
		printf("%u real servers: load %.1f ms, diff %.1f ms, %.2f us each (%.2f), %.1f MB "
		       "at most\n",
		       n_servers, cost.load_ms, cost.diff_ms, us, us / first_us, cost.peak_mb);
	}
	return 0;
}
