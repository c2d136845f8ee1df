/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/lvsctl/orphan_look.h"
#include "base/chan.h"
#include "base/clock.h"
#include "base/mem.h"
#include "daemon/shared/orphan_find.h"
#include "vrrp/orphan/orphan.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A vrrp process whose supervisor lives does not answer. */
#define ANSWER_MS 1000

struct look {
	struct loop *loop;
	bool is_orphan;
	uint32_t left_ms;
	char *seen;
};

static void on_frame(uint16_t type, const void *body, size_t len, void *arg)
{
	struct look *look = arg;
	const size_t head = sizeof(look->left_ms);

	if (type != VRRP_ORPHAN_SEEN || len <= head || look->seen)
		return;
	memcpy(&look->left_ms, body, head);
	look->seen = mem_printf("%.*s", (int)(len - head), (const char *)body + head);
	look->is_orphan = true;
	loop_stop(look->loop);
}

/* It has turned this program away, which is not root's. Nobody but an orphan accepts. */
static void on_closed(void *arg)
{
	struct look *look = arg;

	look->is_orphan = true;
	loop_stop(look->loop);
}

static void on_late(void *arg)
{
	loop_stop(((const struct look *)arg)->loop);
}

char *orphan_look(const char *run_dir)
{
	struct look look = {0};
	struct loop_timer *late;
	struct chan *orphan;
	char who[32] = "", *text = NULL;
	pid_t pid;
	int fd = orphan_find(run_dir, &pid);

	if (fd == -EAGAIN)
		return mem_printf("the vrrp process of an lvsd that died serves on, or lvsd runs and cannot be asked: "
				  "so many processes wait at its socket that there is no place (`ss -xp` names them)");
	if (fd < 0)
		return NULL;
	if (pid)
		snprintf(who, sizeof(who), " (process %d)", (int)pid);
	look.loop = loop_new();
	late = loop_timer_new(look.loop, on_late, &look);
	loop_timer_set(late, mono_add_ms(clock_mono(), ANSWER_MS));
	orphan = chan_new(look.loop, fd, on_frame, on_closed, &look);
	chan_send(orphan, VRRP_ORPHAN_LOOK, NULL, 0);
	loop_run(look.loop);
	chan_free(orphan);
	loop_timer_free(late);
	loop_free(look.loop);
	if (look.seen)
		text = mem_printf("the vrrp process%s of an lvsd that died serves %s for %u s more", who, look.seen,
				  look.left_ms / 1000);
	else if (look.is_orphan)
		text = mem_printf("the vrrp process%s of an lvsd that died serves on, for at most %d s (root may ask "
				  "it what)",
				  who, VRRP_ORPHAN_MS / 1000);
	free(look.seen);
	return text;
}
