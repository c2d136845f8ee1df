/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What two directors have in memory after 1,000 reloads is what they had after 10. The same ten
 * files come into force again and again on both, by command and by SIGHUP; nothing else happens.
 *
 * A check process keeps the specs of its checks in batches of 256 KiB (healthcheck/spec_table.c),
 * which fill and empty over hundreds of reloads. So it is replaced before each measurement; what it
 * has lost stays in the heap. malloc() counts blocks that it keeps for later as used, so this runs
 * in a process of its own, in which it keeps none.
 */
#include "base/virtual/world.h"
#include "tests/sim/pair.h"

#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#define FILES   10
#define RELOADS 1000
/* All that drains has ended, and each new check has a verdict. */
#define BETWEEN_MS 3000
/* What has room for more by then. The smallest block lost at each reload would be 31,680 bytes. */
#define SLACK_BYTES 8192
#define TUNABLES    "glibc.malloc.tcache_count=0:glibc.malloc.mxfast=0"

static size_t used(void)
{
	struct mallinfo2 info = mallinfo2();

	return info.uordblks + info.hblkhd;
}

static void reload(struct pair_node *node, const struct model *file, bool is_hup)
{
	node->file = file;
	if (is_hup)
		pair_node_hup(node);
	else
		pair_ask_reload(node, 0);
}

static void draw_files(const struct model *files[static FILES])
{
	for (unsigned i = 0; i < FILES; i++)
		files[i] = model_new(i ? files[i - 1] : NULL, false);
}

/* What is in memory afterwards. */
static size_t reload_all(const struct model *const files[static FILES], unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		for (unsigned k = 0; k < PAIR_NODES; k++)
			reload(&pair.nodes[k], files[(i + k) % FILES], i % 3 == 0);
		world_run_until(mono_add_ms(world_now(), BETWEEN_MS));
	}
	for (unsigned k = 0; k < PAIR_NODES; k++)
		pair_proc_replace(&pair.nodes[k], PAIR_CHECK);
	world_run_until(mono_add_ms(world_now(), BETWEEN_MS));
	return used();
}

void pair_claim_memory(void)
{
	const struct model *files[FILES];
	size_t before, after;

	draw_files(files);
	before = reload_all(files, FILES);
	after = reload_all(files, RELOADS - FILES);
	printf("%zu bytes in memory after %d reloads, %zu after %d\n", before, FILES, after,
	       RELOADS);
	for (unsigned k = 0; k < PAIR_NODES; k++)
		if (pair.nodes[k].in_force != files[(FILES - 1 + k) % FILES])
			pair_fail(&pair.nodes[k], "the last file is not in force");
	if (after > before + SLACK_BYTES)
		pair_fail(NULL, "%d reloads have left %zu bytes in memory", RELOADS - FILES,
			  after - before);
}

bool pair_memory_holds(uint64_t seed)
{
	char text[32];
	char *const words[] = {"sim_pair", "memory", text, NULL};
	int status = -1;
	pid_t pid;

	snprintf(text, sizeof(text), "%llu", (unsigned long long)seed);
	fflush(NULL);
	pid = fork();
	if (pid == 0) {
		setenv("GLIBC_TUNABLES", TUNABLES, 1);
		execv("/proc/self/exe", words);
		_exit(EXIT_FAILURE);
	}
	return pid > 0 && waitpid(pid, &status, 0) == pid && status == 0;
}
