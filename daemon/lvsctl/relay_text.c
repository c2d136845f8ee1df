/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/lvsctl/relay_text.h"
#include "base/plural.h"
#include "daemon/lvsctl/answer.h"

#include <string.h>

/* " (12 tag, 3 replay)" */
static void print_reasons(json_t *reasons, const char *what, FILE *out)
{
	const char *name, *before = "";
	json_t *n;

	if (!json_object_size(reasons))
		return;
	fprintf(out, "    %s: ", what);
	json_object_foreach(reasons, name, n)
	{
		fprintf(out, "%s%lld %s", before, (long long)json_integer_value(n), name);
		before = ", ";
	}
	fputc('\n', out);
}

static void print_state(json_t *peer, FILE *out)
{
	const char *state = json_text(peer, "state");

	if (!strcmp(state, "ready"))
		fputs("READY, its connections are here", out);
	else if (!strcmp(state, "joining"))
		fputs("JOINING, its connections are on their way", out);
	else if (!strcmp(state, "degraded"))
		fputs("DEGRADED, connections of it are MISSING here", out);
	else if (json_is_true(json_object_get(peer, "left")))
		fputs("its lvsd was stopped", out);
	else if (json_is_string(json_object_get(peer, "cause")))
		fprintf(out, "DOWN, it %s", json_text(peer, "cause"));
	else
		fputs("DOWN, nothing comes from it", out);
}

static void print_measure(json_t *peer, const char *name, const char *before, double factor, const char *unit,
			  FILE *out)
{
	json_t *value = json_object_get(peer, name);

	if (json_is_real(value))
		fprintf(out, "%s%.1f%s", before, json_real_value(value) * factor, unit);
}

static void print_other(json_t *other, FILE *out)
{
	const char *since = json_string_value(json_object_get(other, "config_differs_since"));

	if (!json_is_object(other))
		return;
	fprintf(out, "    lvsd %s, config digest %.12s", json_text(other, "version"),
		json_text(other, "config_digest"));
	if (since)
		fprintf(out, ": ANOTHER CONFIGURATION than here since %s; make both files agree, then "
			"lvsctl reload --pair", since);
	fputc('\n', out);
}

static void print_relay_peer(json_t *peer, FILE *out)
{
	fprintf(out, "  %s: ", json_text(peer, "address"));
	print_state(peer, out);
	print_measure(peer, "coverage", "; coverage ", 100, " %", out);
	print_measure(peer, "lag_s", "; lag ", 1000, " ms", out);
	if (strcmp(json_text(peer, "state"), "down"))
		fprintf(out, "; there this director is %s", json_text(peer, "state_there"));
	if (json_number(peer, "lost"))
		fprintf(out, "; %lld frame%s lost", json_number(peer, "lost"),
			plural((size_t)json_number(peer, "lost")));
	if (json_number(peer, "kernel_drops"))
		fprintf(out, "; the kernel dropped %lld datagrams of it", json_number(peer, "kernel_drops"));
	fputc('\n', out);
	print_other(json_object_get(peer, "director"), out);
	print_reasons(json_object_get(peer, "rejected"), "frames rejected", out);
	print_reasons(json_object_get(peer, "refused"), "connections refused", out);
}

void relay_text_print(json_t *sync, FILE *out)
{
	json_t *peer, *key;
	size_t i;

	fprintf(out, "relay from %s, port %lld", json_text(sync, "listen"), json_number(sync, "port"));
	if (json_is_string(json_object_get(sync, "fault")))
		fprintf(out, ": FAULT: %s", json_text(sync, "fault"));
	if (json_is_true(json_object_get(sync, "preemption_waits")))
		fputs("; preemption WAITS for the connections of the others", out);
	fputc('\n', out);
	json_array_foreach(json_object_get(sync, "keys"), i, key)
		fprintf(out, "  key %lld, digest %s%s\n", json_number(key, "id"), json_text(key, "digest"),
			i ? ": only accepted" : "");
	json_array_foreach(json_object_get(sync, "peers"), i, peer) print_relay_peer(peer, out);
}
