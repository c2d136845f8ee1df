/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The FIFOs that report events. The script process opens them, because it has the rights to, and
 * hands the descriptors to the director, which writes. It keeps a descriptor of each itself, so
 * that a reader sees no end of file while the director is replaced.
 */
#ifndef LVSD_DAEMON_SCRIPT_FIFOS_H
#define LVSD_DAEMON_SCRIPT_FIFOS_H

#include "base/err.h"
#include "daemon/script/wire.h"

struct script_fifos {
	struct script_fifo_open {
		char *path; /* NULL: none is open */
		uid_t uid;
		int fd;
	} slots[SCRIPT_FIFOS];
};

/*
 * Opens a FIFO for reading and writing, so that neither opening nor writing ever waits for a
 * reader. A FIFO that is not there is made with mode 0600 and given to its user and group. One that
 * is there must belong to that user, or to this process's own.
 * Returns a descriptor, which fifos keeps and closes, or -errno with a sentence. The same FIFO
 * keeps its descriptor, unless its path leads to another one by now. Examples of refusals: a plain
 * file, a symbolic link, a FIFO of a third user.
 */
int script_fifos_open(struct script_fifos *fifos, const struct script_fifo *order, struct err *err);
/* Closes the FIFO of one slot. */
void script_fifos_close(struct script_fifos *fifos, unsigned slot);
/* Closes the FIFOs of all slots. */
void script_fifos_fini(struct script_fifos *fifos);

#endif
