/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/director/check/files.h"

#include <string.h>

static bool is_news(const struct health_check *check, const struct probe_result *result)
{
	return !check->last_wall_us || check->last.outcome != result->outcome ||
	       check->last.added != result->added || strcmp(check->last.reason, result->reason) != 0;
}

static void check_judge(const struct health_check *check, const struct vrrp_sources *sources,
			check_event_fn *take, void *arg)
{
	const struct vrrp_source *source;
	struct file_said said = {.why = ""};
	struct probe_result result;

	if (conf_check_kind(check->conf)->runner != CONF_RUNNER_DIRECTOR)
		return;
	source = vrrp_sources_find(sources, CONF_TRACKER_FILE, check->conf->file);
	if (source)
		said = (struct file_said){source->state == VRRP_SOURCE_NUMBER, source->number, source->text};
	result = file_judge(check->conf, &said);
	if (is_news(check, &result))
		take(check->id, &result, arg);
}

void check_files_judge(const struct health *health, const struct vrrp_sources *sources,
		       check_event_fn *take, void *arg)
{
	size_t n;
	const struct health_vs *services = health_services(health, &n);

	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < services[i].n_real_servers; j++)
			for (size_t c = 0; c < services[i].real_servers[j].n_checks; c++)
				check_judge(&services[i].real_servers[j].checks[c], sources, take, arg);
}
