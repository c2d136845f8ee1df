/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/director/config/config.h"

const char *reload_action_name(enum reload_action action)
{
	static const char *const names[] = {"reload", "rollback", "return"};

	return names[action];
}
