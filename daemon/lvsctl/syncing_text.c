/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/lvsctl/syncing_text.h"
#include "base/plural.h"
#include "daemon/lvsctl/answer.h"
#include "daemon/lvsctl/relay_text.h"

#include <stdbool.h>
#include <string.h>

static bool json_is(json_t *object, const char *name)
{
	return json_is_true(json_object_get(object, name));
}

static void print_age(json_t *peer, const char *name, const char *before, FILE *out)
{
	json_t *age = json_object_get(peer, name);

	if (json_is_integer(age))
		fprintf(out, "%s %lld s ago", before, (long long)json_integer_value(age));
}

static void print_peer(json_t *peer, FILE *out)
{
	const char *state = json_text(peer, "state");

	fprintf(out, "  %s: ", json_text(peer, "address"));
	if (!strcmp(state, "silent"))
		fputs("NO HEARTBEAT any more, the last one", out);
	else if (!strcmp(state, "left"))
		fputs("its lvsd was stopped; heartbeat", out);
	else
		fputs(strcmp(state, "heard") ? "it sends no heartbeat" : "heartbeat", out);
	print_age(peer, "heartbeat_s", "", out);
	print_age(peer, "entries_s", ", connections from there", out);
	print_age(peer, "entries_there_s", ", ours there", out);
	if (json_is(peer, "deaf"))
		fputs("; it does NOT HEAR this director", out);
	if (json_is(peer, "untold"))
		fputs("; it hears this director, but NO CONNECTION of its kernel", out);
	fputc('\n', out);
}

static void print_never_heard(json_t *sync, FILE *out)
{
	if (json_is_string(json_object_get(sync, "vrrp_peer")))
		fprintf(out,
			": no heartbeat was heard yet (%s advertises: keepalived or an older lvsd, "
			"which send none, or connection sync does not arrive here)",
			json_text(sync, "vrrp_peer"));
	else
		fputs(": no heartbeat was heard yet (no other director runs, or it is keepalived "
		      "or an older lvsd, which send none)",
		      out);
}

/* "  mirror: 200 connections; 12 announced to a director that came back, in 0.1 s" */
static void print_mirror(json_t *mirror, FILE *out)
{
	long long n, n_sent;

	if (!json_is_object(mirror))
		return;
	n = json_number(mirror, "connections");
	n_sent = json_number(mirror, "last_sent");
	fprintf(out, "  mirror: %lld connection%s", n, plural((size_t)n));
	if (json_is_true(json_object_get(mirror, "sending")))
		fputs("; announces them to a director that came back", out);
	else if (json_number(mirror, "bulks"))
		fprintf(out, "; %lld announced to the director that came back last, in %.1f s", n_sent,
			(double)json_number(mirror, "last_ms") / 1000);
	if (json_number(mirror, "full"))
		fprintf(out, "; it had no place for %lld", json_number(mirror, "full"));
	if (json_number(mirror, "lost"))
		fprintf(out, "; %lld datagrams of the kernel were missed", json_number(mirror, "lost"));
	fputc('\n', out);
}

void syncing_text_print(json_t *sync, FILE *out)
{
	json_t *peer;
	size_t i;

	if (!json_is_object(sync))
		return;
	if (!strcmp(json_text(sync, "mode"), "relay")) {
		fputs("\nconnection sync: ", out);
		relay_text_print(sync, out);
		print_mirror(json_object_get(sync, "mirror"), out);
		return;
	}
	fprintf(out, "\nconnection sync on %s", json_text(sync, "interface"));
	if (json_is_string(json_object_get(sync, "fault")))
		fprintf(out, ": FAULT: %s", json_text(sync, "fault"));
	else if (json_is_string(json_object_get(sync, "send_error")))
		fprintf(out, ": FAULT: heartbeats cannot be sent: %s",
			json_text(sync, "send_error"));
	else if (!strcmp(json_text(sync, "state"), "never heard"))
		print_never_heard(sync, out);
	fputc('\n', out);
	print_mirror(json_object_get(sync, "mirror"), out);
	json_array_foreach(json_object_get(sync, "peers"), i, peer) print_peer(peer, out);
}
