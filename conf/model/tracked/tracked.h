/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Checks whose verdict is that of another real server, or of a service (the keyword track). */
#ifndef LVSD_CONF_MODEL_TRACKED_TRACKED_H
#define LVSD_CONF_MODEL_TRACKED_TRACKED_H

#include "conf/model/check.h"

/*
 * Finds what each such check tracks. Refuses a target that does not exist, and a circle: a server that
 * would follow from its own verdict. To be called when the services of the draft are final.
 */
void tracked_settle(struct draft *draft);

#endif
