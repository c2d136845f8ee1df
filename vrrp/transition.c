/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "vrrp/transition.h"

#include <stdio.h>

const char *vrrp_transition_text(const struct vrrp_transition *transition,
				 char text[static VRRP_CAUSE_TEXT_MAX])
{
	static const char *const plain[] = {
	    [VRRP_CAUSE_STARTED] = "started",
	    [VRRP_CAUSE_STOPPED] = "stopped",
	    [VRRP_CAUSE_RESUMED] = "the process was replaced and goes on",
	    [VRRP_CAUSE_LINK_UP] = "the interface can be used",
	    [VRRP_CAUSE_LINK_DOWN] = "the interface cannot be used",
	    [VRRP_CAUSE_OWNER] = "it owns the addresses (priority 255)",
	    [VRRP_CAUSE_SYNC_GROUP] = "another instance of its sync group is BACKUP",
	    [VRRP_CAUSE_NO_SUCCESSOR] = "stopped, and no other router has taken over",
	};
	char source[ADDR_TEXT_MAX];

	addr_format(&transition->source, source);
	switch (transition->cause) {
	case VRRP_CAUSE_SILENCE:
		snprintf(text, VRRP_CAUSE_TEXT_MAX, VRRP_CAUSE_OF_SILENCE "%.3f s",
			 (double)transition->silence_ns / NS_PER_S);
		break;
	case VRRP_CAUSE_LOWER:
		snprintf(text, VRRP_CAUSE_TEXT_MAX,
			 "%s has the lower priority %u (heard %.3f s before)", source,
			 transition->priority, (double)transition->silence_ns / NS_PER_S);
		break;
	case VRRP_CAUSE_RESIGNED:
		snprintf(text, VRRP_CAUSE_TEXT_MAX, "%s resigned (priority 0)", source);
		break;
	case VRRP_CAUSE_BETTER:
		snprintf(text, VRRP_CAUSE_TEXT_MAX, "%s has priority %u", source,
			 transition->priority);
		break;
	case VRRP_CAUSE_TIE:
		snprintf(text, VRRP_CAUSE_TEXT_MAX,
			 "%s has the same priority %u and a higher address", source,
			 transition->priority);
		break;
	case VRRP_CAUSE_GAVE_WAY:
		snprintf(text, VRRP_CAUSE_TEXT_MAX,
			 "%s (priority %u) was master while this router heard nobody, and may "
			 "serve connections that are unknown here",
			 source, transition->priority);
		break;
	case VRRP_CAUSE_HANDED_OVER:
		snprintf(text, VRRP_CAUSE_TEXT_MAX, "handed over to %s (priority %u)", source,
			 transition->priority);
		break;
	case VRRP_CAUSE_RELEASED:
		if (transition->source.family == AF_UNSPEC)
			snprintf(text, VRRP_CAUSE_TEXT_MAX, "released by an operator");
		else
			snprintf(text, VRRP_CAUSE_TEXT_MAX,
				 "released by an operator: handed over to %s (priority %u)", source,
				 transition->priority);
		break;
	case VRRP_CAUSE_TAKEN:
		if (transition->source.family == AF_UNSPEC)
			snprintf(text, VRRP_CAUSE_TEXT_MAX, "taken by an operator");
		else
			snprintf(text, VRRP_CAUSE_TEXT_MAX,
				 "taken by an operator from %s (priority %u)", source,
				 transition->priority);
		break;
	case VRRP_CAUSE_TOOK_OVER:
		snprintf(text, VRRP_CAUSE_TEXT_MAX,
			 "%s (priority %u) took over while this router did not run", source,
			 transition->priority);
		break;
	default:
		snprintf(text, VRRP_CAUSE_TEXT_MAX, "%s", plain[transition->cause]);
	}
	return text;
}
