/* SPDX-License-Identifier: GPL-2.0-or-later */
/* FIFOs of global_defs: no two may be the same, and a reader needs its FIFO. */
#include "conf/model/check.h"

#include <string.h>

struct fifo_pair {
	const char *keyword;
	struct conf_script **fifo, **reader;
};

void check_fifos(struct draft *draft)
{
	struct conf_global *global = &draft->conf->global;
	const struct fifo_pair pairs[] = {
	    {"notify_fifo", &global->notify_fifo, &global->notify_fifo_script},
	    {"vrrp_notify_fifo", &global->vrrp_notify_fifo, &global->vrrp_notify_fifo_script},
	    {"lvs_notify_fifo", &global->lvs_notify_fifo, &global->lvs_notify_fifo_script},
	};

	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		const struct conf_script *fifo = *pairs[i].fifo, *reader = *pairs[i].reader;

		for (size_t k = 0; fifo && k < i; k++) {
			const struct conf_script *other = *pairs[k].fifo;

			if (!other || strcmp(other->argv[0], fifo->argv[0]))
				continue;
			report_ignored(draft->report, &fifo->place,
				       "%s is the same FIFO as %s: each needs a path of its own",
				       pairs[i].keyword, pairs[k].keyword);
			*pairs[i].fifo = *pairs[i].reader = NULL;
			break;
		}
		if (!fifo && reader) {
			report_warning(draft->report, &reader->place,
				       "%s_script has no effect: there is no %s for it to read",
				       pairs[i].keyword, pairs[i].keyword);
			*pairs[i].reader = NULL;
		}
	}
}
