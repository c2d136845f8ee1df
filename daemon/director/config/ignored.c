/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/director/config/ignored.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/plural.h"
#include "daemon/director/director.h"
#include "daemon/shared/rundir_file.h"
#include "daemon/shared/rundir_names.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void ignored_log(const struct conf *conf)
{
	for (size_t i = 0; i < conf->n_ignored; i++) {
		const struct conf_ignored *ignored = &conf->ignored[i];

		log_warning("%s: %s (%zu time%s, first in %s:%u): %s; %s", ignored->keyword,
			    ignored->what, ignored->n, plural(ignored->n), ignored->place.file,
			    ignored->place.line, ignored->reason,
			    conf_acceptance_text(ignored->acceptance));
	}
}

/* Whether an earlier entry has the same name: for example track_file of the top level and of an
 * instance. */
static bool is_named_before(const struct conf *conf, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (!strcmp(conf->ignored[k].keyword, conf->ignored[i].keyword))
			return true;
	return false;
}

char *ignored_names(const struct conf *conf)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		mem_exhausted(0);
	for (size_t i = 0; i < conf->n_ignored; i++)
		if (!is_named_before(conf, i))
			fprintf(out, "%s%s", i ? ", " : "", conf->ignored[i].keyword);
	fclose(out);
	return text;
}

/*
 * Loads the configuration that a daemon with this run dir had in force last; NULL if none is known.
 */
static struct conf *load_former(const char *run_dir)
{
	char *path = rundir_file(run_dir, RUNDIR_APPLIED), *text;
	struct diags diags = {0};
	struct conf *conf = NULL;
	size_t len;

	if (rundir_fetch(run_dir, RUNDIR_APPLIED, &text, &len) == 0) {
		conf = conf_load_in_force(path, text, len, &diags);
		free(text);
	}
	diags_free(&diags);
	free(path);
	return conf;
}

struct conf *ignored_load_first(const struct director_args *args,
				const struct conf_responder *responder, struct diags *diags,
				char **ret_text, size_t *ret_len)
{
	struct conf_load_how how = args->how;
	struct conf *conf, *former;

	how.responder = responder;
	/* A predecessor had the file in force, and its text could not be stored. */
	if (args->is_restart && !how.accepting)
		how.accepting = CONF_ACCEPTED_IN_FORCE;
	conf = conf_load(args->config, &how, diags, ret_text, ret_len);
	former = conf ? NULL : load_former(args->run_dir);
	if (former && former->n_ignored) {
		free(*ret_text);
		diags_free(diags);
		*diags = (struct diags){0};
		how.in_force = former;
		conf = conf_load(args->config, &how, diags, ret_text, ret_len);
	}
	conf_free(former);
	return conf;
}
