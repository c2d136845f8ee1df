/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/supervisor/log_sockets.h"
#include "base/chan.h"
#include "base/log.h"
#include "base/log_writer.h"
#include "daemon/log/process.h"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define READS  0
#define WRITES 1

_Static_assert(N_PROCESSES <= LOG_SOURCES_MAX, "each process is a source of the log");

int log_sockets_open(struct log_sockets *sockets)
{
	int code = 0;

	memset(sockets->ends, -1, sizeof(sockets->ends));
	for (int i = 0; i < N_PROCESSES && code == 0; i++)
		code = chan_pair(sockets->ends[i]);
	return code;
}

static void close_end(int *end)
{
	if (*end >= 0)
		close(*end);
	*end = -1;
}

void log_sockets_close(struct log_sockets *sockets)
{
	for (int i = 0; i < N_PROCESSES; i++) {
		close_end(&sockets->ends[i][READS]);
		close_end(&sockets->ends[i][WRITES]);
	}
}

void log_sockets_use(const struct log_sockets *sockets, enum process_name name)
{
	log_to_socket(sockets->ends[name][WRITES]);
}

size_t log_sockets_keep(const struct log_sockets *sockets, enum process_name name,
			int keep[static CHILDREN_KEEP_MAX], size_t n)
{
	if (name != PROCESS_LOG)
		keep[n++] = sockets->ends[name][WRITES];
	for (int i = 0; i < N_PROCESSES && name == PROCESS_LOG; i++)
		keep[n++] = sockets->ends[i][READS];
	return n;
}

void log_sockets_detach(const struct log_sockets *sockets)
{
	send(sockets->ends[PROCESS_LOG][WRITES], &(char){LOG_PROCESS_DETACH}, 1,
	     MSG_DONTWAIT | MSG_NOSIGNAL);
}

void log_sockets_finish(struct log_sockets *sockets)
{
	log_to_socket(-1);
	for (int i = 0; i < N_PROCESSES; i++)
		close_end(&sockets->ends[i][WRITES]);
}

int log_sockets_run(const struct log_sockets *sockets, bool is_console, pid_t supervisor)
{
	struct log_process_args args = {
	    .is_console = is_console, .path = LOG_WRITER_SOCKET, .pid = supervisor};

	for (int i = 0; i < N_PROCESSES; i++)
		args.sources[args.n_sources++] = (struct log_source){
		    .fd = sockets->ends[i][READS],
		    .name = i == PROCESS_LOG ? NULL : process_short_name((enum process_name)i),
		    .limits = process_kinds[i].log,
		};
	return log_process_run(&args);
}
