/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/supervisor/channels.h"
#include "base/chan.h"
#include "base/log.h"
#include "base/log_writer.h"
#include "daemon/log/process.h"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define OTHER 0
#define OWN   1

_Static_assert(N_PROCESSES <= LOG_SOURCES_MAX, "each process is a source of the log");

static void close_end(int *end)
{
	if (*end >= 0)
		close(*end);
	*end = -1;
}

int channels_open(struct channels *channels)
{
	int code = 0;

	memset(channels->ends, -1, sizeof(channels->ends));
	for (int i = 0; i < N_PROCESSES; i++)
		for (int j = 0; j < N_CHANNELS && code == 0; j++)
			if (process_kinds[i].channels & CHANNEL_BIT(j))
				code = chan_pair(channels->ends[i][j]);
	return code;
}

void channels_close(struct channels *channels)
{
	for (int i = 0; i < N_PROCESSES; i++)
		for (int j = 0; j < N_CHANNELS; j++) {
			close_end(&channels->ends[i][j][OTHER]);
			close_end(&channels->ends[i][j][OWN]);
		}
}

int channels_own(const struct channels *channels, enum process_name name, enum process_channel channel)
{
	return channels->ends[name][channel][OWN];
}

int channels_other(const struct channels *channels, enum process_name name,
		   enum process_channel channel)
{
	return channels->ends[name][channel][OTHER];
}

int channels_take_other(struct channels *channels, enum process_name name,
			enum process_channel channel)
{
	int end = channels->ends[name][channel][OTHER];

	channels->ends[name][channel][OTHER] = -1;
	return end;
}

/* The process that holds the end; N_PROCESSES: the supervisor. */
static int holder_of(int name, int channel, int side)
{
	if (channel == CHANNEL_LOG && name == PROCESS_LOG)
		return side == OTHER ? PROCESS_LOG : N_PROCESSES;
	if (side == OWN)
		return name;
	return channel == CHANNEL_LOG	     ? PROCESS_LOG
	       : channel == CHANNEL_DIRECTOR ? PROCESS_DIRECTOR
					     : N_PROCESSES;
}

size_t channels_of(const struct channels *channels, enum process_name name,
		   int ret_ends[static CHANNELS_ENDS_MAX])
{
	size_t n = 0;

	for (int i = 0; i < N_PROCESSES; i++)
		for (int j = 0; j < N_CHANNELS; j++)
			for (int side = OTHER; side <= OWN; side++)
				if (channels->ends[i][j][side] >= 0 &&
				    holder_of(i, j, side) == (int)name)
					ret_ends[n++] = channels->ends[i][j][side];
	return n;
}

void channels_log_as(const struct channels *channels, enum process_name name)
{
	log_to_socket(channels->ends[name][CHANNEL_LOG][OWN]);
}

void channels_log_detach(const struct channels *channels)
{
	send(channels->ends[PROCESS_LOG][CHANNEL_LOG][OWN], &(char){LOG_PROCESS_DETACH}, 1,
	     MSG_DONTWAIT | MSG_NOSIGNAL);
}

void channels_log_finish(struct channels *channels)
{
	log_to_socket(-1);
	for (int i = 0; i < N_PROCESSES; i++)
		close_end(&channels->ends[i][CHANNEL_LOG][OWN]);
}

int channels_log_run(const struct channels *channels, bool is_console, pid_t supervisor)
{
	struct log_process_args args = {
	    .is_console = is_console, .path = LOG_WRITER_SOCKET, .pid = supervisor};

	for (int i = 0; i < N_PROCESSES; i++)
		args.sources[args.n_sources++] = (struct log_source){
		    .fd = channels->ends[i][CHANNEL_LOG][OTHER],
		    .name = i == PROCESS_LOG ? NULL : process_short_name((enum process_name)i),
		    .limits = process_kinds[i].log,
		};
	return log_process_run(&args);
}
