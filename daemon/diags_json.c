/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/diags_json.h"
#include "base/mem.h"
#include "conf/text/out.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

/* A file's name may contain any bytes. */
static json_t *name_json(const char *name)
{
	struct out out;
	char *text;
	json_t *json;

	out_init(&out, NULL, NULL);
	out_escaped(&out, name, strlen(name));
	text = out_take(&out);
	json = json_string(text);
	free(text);
	return json;
}

static json_t *place_json(const struct diag *diag)
{
	json_t *json =
	    json_pack("{s:o, s:I, s:I, s:s, s:s?}", "file", name_json(diag->file), "line",
		      (json_int_t)diag->line, "column", (json_int_t)diag->column, "text",
		      diag->text, "source", diag->source);

	if (!json)
		mem_exhausted(0);
	return json;
}

void diags_json_print(const struct diags *diags, FILE *out)
{
	json_t *list = json_array(), *notes = NULL;

	for (size_t i = 0; i < diags->list.n; i++) {
		const struct diag *diag = &diags->list.items[i];
		json_t *json = place_json(diag);

		if (diag->severity == DIAG_NOTE) {
			json_array_append_new(notes, json);
			continue;
		}
		notes = json_array();
		json_object_set_new(json, "severity",
				    json_string(diag->severity == DIAG_ERROR ? "error"
									     : "warning"));
		json_object_set_new(json, "notes", notes);
		json_array_append_new(list, json);
	}
	json_dumpf(list, out, JSON_INDENT(2) | JSON_PRESERVE_ORDER);
	fputc('\n', out);
	json_decref(list);
}
