/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/director/config/diags_log.h"
#include "base/log.h"
#include "base/plural.h"

#include <stdio.h>
#include <string.h>

#define LINES_MAX 200

static void log_one(const struct diag *diag, bool is_error, const char *name)
{
	const char *note = diag->severity == DIAG_NOTE ? "note: " : "";
	char place[32] = "";

	if (diag->line)
		snprintf(place, sizeof(place), ":%u:%u", diag->line, diag->column);
	(is_error ? log_error : log_warning)("%s: %s%s: %s%s", name, diag->file, place, note,
					     diag->text);
}

/* Whether ignored_log() logs the same keyword, so that it is left out here. A keyword that is
 * accepted because it was in force before is logged by both, since this line says what to do. */
static bool is_said_at_commit(const struct diag *diag, const struct conf *conf)
{
	for (size_t i = 0; conf && i < conf->n_ignored; i++) {
		const struct conf_ignored *ignored = &conf->ignored[i];

		if (ignored->acceptance != CONF_ACCEPTED_IN_FORCE &&
		    diag->at == ignored->place.at && strstr(diag->text, ignored->what))
			return true;
	}
	return false;
}

/* Logs the diagnostics of one severity, with their notes. */
static void log_severity(const struct diags *diags, enum diag_severity severity, size_t n_found,
			 const struct conf *conf, const char *name)
{
	bool is_shown = false;
	size_t n = 0, n_lines = 0;

	for (size_t i = 0; i < diags->list.n && n_lines < LINES_MAX; i++) {
		const struct diag *diag = &diags->list.items[i];

		if (diag->severity != DIAG_NOTE) {
			is_shown = diag->severity == severity;
			n += is_shown;
			is_shown = is_shown && !is_said_at_commit(diag, conf);
		}
		if (!is_shown)
			continue;
		log_one(diag, severity == DIAG_ERROR, name);
		n_lines++;
	}
	if (n_found > n)
		log_notice("%s: and %zu more %s%s; lvsctl --json status has them", name,
			   n_found - n, severity == DIAG_ERROR ? "error" : "warning",
			   plural(n_found - n));
}

void diags_log(const struct diags *diags, const struct conf *conf, const char *name)
{
	log_severity(diags, DIAG_ERROR, diags->n_errors, conf, name);
	log_severity(diags, DIAG_WARNING, diags->n_warnings, conf, name);
}
