/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/supervisor/channels.h"
#include "base/chan.h"
#include "base/log.h"
#include "daemon/log/process.h"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define OTHER 0
#define OWN   1

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

void channels_view(const struct channels *channels, enum process_name name,
		   struct process_ends *ret_ends)
{
	memset(ret_ends, -1, sizeof(*ret_ends));
	for (int i = 0; i < N_PROCESSES; i++)
		for (int j = 0; j < N_CHANNELS; j++) {
			if (holder_of(i, j, OWN) == (int)name)
				ret_ends->own[j] = channels->ends[i][j][OWN];
			if (holder_of(i, j, OTHER) == (int)name && channels->ends[i][j][OTHER] >= 0)
				ret_ends->others[i] = channels->ends[i][j][OTHER];
		}
}

size_t channels_list(const struct process_ends *ends, int ret_list[static CHANNELS_ENDS_MAX])
{
	size_t n = 0;

	for (int i = 0; i < N_CHANNELS; i++)
		if (ends->own[i] >= 0)
			ret_list[n++] = ends->own[i];
	for (int i = 0; i < N_PROCESSES; i++)
		if (ends->others[i] >= 0)
			ret_list[n++] = ends->others[i];
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
