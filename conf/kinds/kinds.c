/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The lists of the whole language: all rows, and all kinds of checks that lvsd runs. */
#include "conf/kind.h"

#define KIND_TABLE(name, keyword, object, ...) &schema_##object,
#define IDLE_TABLE(keyword, object, ...)       &schema_##object,
const struct schema_table *const schema_tables[] = {
    &schema_global,   &schema_vrrp,        &schema_protocol,        &schema_lvs,         &schema_notify,
    &schema_pool,
    CONF_KINDS(KIND_TABLE) &schema_urls, &schema_steps,
    &schema_check,    &schema_global_more, &schema_global_vrrp, &schema_global_system,
    &schema_root,     &schema_address,     &schema_route,       &schema_rule,
    &schema_instance, &schema_vmac,        &schema_track,       &schema_mail,
    CONF_IDLE_KINDS(IDLE_TABLE) &schema_bfd,
    &schema_host, &schema_sync};
const size_t schema_n_tables = sizeof(schema_tables) / sizeof(schema_tables[0]);

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

bool conf_check_is_tls(const struct conf_check *check)
{
	return conf_check_starts_tls(check) || conf_check_kind(check)->is_tls;
}
