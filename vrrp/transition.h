/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Why an instance changed its state, as a part of a sentence for the log. Pure. */
#ifndef LVSD_VRRP_TRANSITION_H
#define LVSD_VRRP_TRANSITION_H

#include "vrrp/fsm.h"

#define VRRP_CAUSE_TEXT_MAX 160
/* With this begins the text of VRRP_CAUSE_SILENCE. */
#define VRRP_CAUSE_OF_SILENCE "no advertisement for "
/* Writes the cause of a transition into text, and returns text. Examples: "no advertisement for
 * 3.609 s", "10.9.0.2 has priority 150", "10.9.0.2 has the lower priority 100 (heard 0.391 s ago)".
 */
const char *vrrp_transition_text(const struct vrrp_transition *transition,
				 char text[static VRRP_CAUSE_TEXT_MAX]);

#endif
