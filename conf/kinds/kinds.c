/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "conf/kind.h"

#define KIND(NAME, KEYWORD, object, RUNNER, probe, sets)                                           \
	[CONF_CHECK_##NAME] = {.facts = {.name = #KEYWORD,                                         \
					 .runner = CONF_RUNNER_##RUNNER,                           \
					 .has_urls = ((sets)&SCHEMA_URL_CHECKS) != 0,              \
					 .is_tls = ((sets)&SCHEMA_TLS_CHECKS) != 0},               \
			       .keyword = KW_##KEYWORD,                                            \
			       .block = SCHEMA_##KEYWORD,                                          \
			       .rules = &conf_kind_##object},
const struct conf_kind conf_kinds[] = {CONF_KINDS(KIND)};

const struct conf_check_kind *conf_check_kind(const struct conf_check *check)
{
	return &conf_kinds[check->type].facts;
}
