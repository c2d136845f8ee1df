/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/shared/dump.h"
#include "base/mem.h"

#include <signal.h>
#include <string.h>

static const struct {
	const char *keyword, *name;
} kinds[DUMP_KINDS] = {
    [DUMP_STATE] = {"state_dump_file", "keepalived.data"},
    [DUMP_STATS] = {"stats_dump_file", "keepalived.stats"},
    [DUMP_JSON] = {"json_dump_file", "keepalived.json"},
};

const char *dump_keyword(enum dump_kind kind)
{
	return kinds[kind].keyword;
}

enum dump_kind dump_of_signal(int number)
{
	if (number == SIGUSR1)
		return DUMP_STATE;
	if (number == SIGUSR2)
		return DUMP_STATS;
	return number == SIGRTMIN + 2 ? DUMP_JSON : DUMP_KINDS;
}

const char *dump_value(const struct conf *conf, enum dump_kind kind)
{
	switch (kind) {
	case DUMP_STATE:
		return conf->global.state_dump_file;
	case DUMP_STATS:
		return conf->global.stats_dump_file;
	default:
		return conf->global.json_dump_file;
	}
}

uint8_t dump_kinds(const struct conf *conf)
{
	uint8_t mask = 0;

	for (enum dump_kind kind = 0; kind < DUMP_KINDS; kind++)
		if (*dump_value(conf, kind))
			mask |= (uint8_t)DUMP_BIT(kind);
	return mask;
}

char *dump_path(enum dump_kind kind, const char *value)
{
	size_t len = strlen(value);

	return mem_printf("%s%s%s", *value == '/' ? "" : "/tmp/", value,
			  len && value[len - 1] == '/' ? kinds[kind].name : "");
}
