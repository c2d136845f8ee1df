/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "healthcheck/pace/keep.h"

/* What a process has besides sockets of probes: its channels, timers, libraries' files. */
#define OTHER_DESCRIPTORS 100
/* The most that the kernel takes for TCP_KEEPIDLE and TCP_KEEPINTVL. */
#define KEEP_ALIVE_MAX_S 32767

bool keep_ended(struct keep *keep, int64_t lived_ns, bool is_chatty)
{
	bool is_soon = lived_ns < KEEP_SOON_MS * NS_PER_MS;

	keep->is_chatty = is_chatty;
	if (!is_soon)
		keep->n_soon = 0;
	else if (keep->n_soon <= KEEP_SOON_TOLD)
		keep->n_soon++;
	return !is_chatty && keep->n_soon <= KEEP_SOON_TOLD;
}

void keep_lasts(struct keep *keep, int64_t lived_ns)
{
	if (lived_ns >= KEEP_SOON_MS * NS_PER_MS)
		*keep = (struct keep){0};
}

const char *keep_complaint(const struct keep *keep)
{
	if (keep->is_chatty)
		return "; the last connection was given up, since the server sent too much into it";
	return keep->n_soon > KEEP_SOON_TOLD ? "; the server ends each connection within a second" : "";
}

static int whole_seconds(uint64_t us)
{
	uint64_t s = (us + US_PER_S - 1) / US_PER_S;

	return s > KEEP_ALIVE_MAX_S ? KEEP_ALIVE_MAX_S : s ? (int)s : 1;
}

void keep_alive_times(uint64_t connect_timeout_us, int *ret_idle, int *ret_interval)
{
	*ret_idle = whole_seconds(connect_timeout_us);
	*ret_interval = whole_seconds(connect_timeout_us / KEEP_ALIVE_COUNT);
}

size_t keep_max(size_t n_descriptors, size_t n_probes)
{
	size_t reserved = n_probes + OTHER_DESCRIPTORS;

	return n_descriptors / 2 > reserved ? n_descriptors - reserved : n_descriptors / 2;
}

size_t keep_probes_max(size_t n_descriptors, size_t n_probes)
{
	size_t left = n_descriptors - keep_max(n_descriptors, n_probes);
	size_t others = left / 2 < OTHER_DESCRIPTORS ? left / 2 : OTHER_DESCRIPTORS;
	size_t max = left - others;

	if (max > n_probes)
		max = n_probes;
	return max ? max : 1;
}
