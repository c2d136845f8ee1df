/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Opens the parts of the director and connects their callbacks. No part knows another. */
#ifndef LVSD_DAEMON_DIRECTOR_PARTS_H
#define LVSD_DAEMON_DIRECTOR_PARTS_H

struct director;

/* d must have its loop, its arguments and the channel to the supervisor. */
void parts_open(struct director *d);
void parts_close(struct director *d);

/* Once a turn, before the table: gives checks of files what the files say. */
void parts_settle_files(struct director *d);

#endif
