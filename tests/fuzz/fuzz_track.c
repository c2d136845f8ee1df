/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Any content of a tracked file, any command line of a process that others started, and any message
 * about a route. */
#include "daemon/director/track/number.h"
#include "daemon/director/track/process_match.h"
#include "daemon/director/track/route_seen.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool is_true)
{
	if (!is_true)
		abort();
}

/* The bytes stand at the end of their own memory, so that a byte read too many is found. */
static char *copied(const uint8_t *data, size_t size)
{
	char *bytes = malloc(size ? size : 1);

	must(bytes != NULL);
	memcpy(bytes, data, size);
	return bytes;
}

static void fuzz_number(const uint8_t *data, size_t size)
{
	char *bytes = copied(data, size);
	int32_t number = 7;
	const char *why = track_number_read(bytes, size, &number);

	must(!why || why[0]);
	must(size <= TRACK_NUMBER_MAX || why);
	free(bytes);
}

static void fuzz_process(const uint8_t *data, size_t size)
{
	static const char *const argv[] = {"sh", "-c", "x", NULL};
	struct conf_track_process conf = {.argv = argv, .argc = 1 + data[0] % 3,
					  .match = data[0] / 3 % 4, .is_full_command = data[0] & 0x40};
	char *line = copied(data + 1, size - 1);
	struct process_seen seen = {.name = data[0] & 0x80 ? "sh" : "other", .command = line, .len = size - 1};

	/* Where the name says it all, the command line changes nothing. */
	if (process_matches(&conf, &seen) != !strcmp(seen.name, argv[0]))
		must(process_needs_command(&conf));
	free(line);
}

/* The length in the header is that of the message, as the reader of the socket makes sure. */
static void fuzz_route(const uint8_t *data, size_t size)
{
	char *bytes = copied(data, size);
	struct nlmsghdr *header = (struct nlmsghdr *)bytes;
	struct track_network network;
	struct track_route_seen seen;

	if (size >= sizeof(*header)) {
		header->nlmsg_len = (uint32_t)size;
		/* What counts has a destination, and both readings name the same. */
		if (track_route_read(header, &seen)) {
			must(track_route_dst(header, &network));
			must(track_network_cmp(&network, &seen.network) == 0);
		}
	}
	free(bytes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static void (*const targets[])(const uint8_t *, size_t) = {fuzz_number, fuzz_process, fuzz_route};

	if (size < 2)
		return 0;
	targets[data[0] % 3](data + 1, size - 1);
	return 0;
}
