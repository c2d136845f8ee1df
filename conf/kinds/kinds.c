/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "conf/kind.h"

#define KIND(name, keyword, object, runner) [CONF_CHECK_##name] = &conf_kind_##object,
const struct conf_kind *const conf_kinds[] = {CONF_KINDS(KIND)};

const struct conf_check_kind *conf_check_kind(const struct conf_check *check)
{
	return &conf_kinds[check->type]->facts;
}
