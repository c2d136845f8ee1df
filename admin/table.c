/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "admin/table.h"

#include "base/mem.h"

#include <errno.h>
#include <linux/ip_vs.h>
#include <stdlib.h>
#include <string.h>

/* Sorts a service before its real servers, and equal lines in the order of the file. */
static int compare(const void *a, const void *b)
{
	const struct rule_line *x = *(const struct rule_line *const *)a;
	const struct rule_line *y = *(const struct rule_line *const *)b;
	int order = svckey_cmp(&x->command.service.key, &y->command.service.key);

	if (!order)
		order = (int)x->command.kind - (int)y->command.kind;
	if (!order)
		order = endpoint_cmp(&x->command.dest.ep, &y->command.dest.ep);
	return order ? order : (x->number > y->number) - (x->number < y->number);
}

static int line_add_service(struct ipvs_state *state, const struct rule_line *line,
			    const struct ipvs_service *last, struct err *err)
{
	const struct ipvs_service *wanted = &line->command.service;
	struct ipvs_service *service;

	if (last && !svckey_cmp(&last->key, &wanted->key))
		return err_set(err, -EINVAL, "line %zu: %s", line->number,
			       command_refusal(COMMAND_ADD_SERVICE, -EEXIST));
	service = ipvs_state_add(state, &wanted->key);
	*service = *wanted;
	return 0;
}

static int add_dest(struct ipvs_service *service, const struct rule_line *line, struct err *err)
{
	const struct ipvs_dest *wanted = &line->command.dest;

	if (!service || svckey_cmp(&service->key, &line->command.service.key) != 0)
		return err_set(err, -EINVAL, "line %zu: %s", line->number,
			       command_refusal(COMMAND_ADD_DEST, -ESRCH));
	if (service->n_dests &&
	    !endpoint_cmp(&service->dests[service->n_dests - 1].ep, &wanted->ep))
		return err_set(err, -EINVAL, "line %zu: %s", line->number,
			       command_refusal(COMMAND_ADD_DEST, -EEXIST));
	*ipvs_service_add(service, &wanted->ep) = *wanted;
	return 0;
}

static int add_line(struct ipvs_state *state, const struct rule_line *line, struct err *err)
{
	struct ipvs_service *last =
	    state->n_services ? &state->services[state->n_services - 1] : NULL;

	if (line->command.kind == COMMAND_ADD_SERVICE)
		return line_add_service(state, line, last, err);
	if (line->command.kind == COMMAND_ADD_DEST)
		return add_dest(last, line, err);
	return err_set(err, -EINVAL, "line %zu: with --replace each line is an -A or an -a",
		       line->number);
}

int table_build(const struct rule_line *lines, size_t n, struct ipvs_state *ret_state,
		struct err *err)
{
	const struct rule_line **sorted = mem_calloc(n ? n : 1, sizeof(*sorted));
	struct ipvs_state state = {0};
	int rc = 0;

	for (size_t i = 0; i < n; i++)
		sorted[i] = &lines[i];
	qsort(sorted, n, sizeof(*sorted), compare);
	for (size_t i = 0; i < n && rc == 0; i++)
		rc = add_line(&state, sorted[i], err);
	free(sorted);
	if (rc < 0)
		ipvs_state_clear(&state);
	else
		*ret_state = state;
	return rc;
}

static void keep_unsaid_settings(const struct command *command, const struct ipvs_service *have,
				 struct ipvs_service *want)
{
	if ((have->flags | want->flags) & IP_VS_SVC_F_PERSISTENT)
		return;
	want->timeout = have->timeout;
	if (!command_has(command, OPTION_NETMASK))
		want->netmask = have->netmask;
}

static void keep_unsaid_thresholds(const struct command *command, const struct ipvs_service *have,
				   struct ipvs_service *want)
{
	const struct ipvs_dest *old = ipvs_service_find(have, &command->dest.ep);
	struct ipvs_dest *dest = ipvs_service_find(want, &command->dest.ep);

	if (!old || !dest)
		return;
	if (!command_has(command, OPTION_UPPER) && !command_has(command, OPTION_LOWER)) {
		dest->upper_threshold = old->upper_threshold;
		dest->lower_threshold = old->lower_threshold;
	}
}

void table_keep_unprinted(const struct rule_line *lines, size_t n, const struct ipvs_state *have,
			  struct ipvs_state *want)
{
	for (size_t i = 0; i < n; i++) {
		const struct command *command = &lines[i].command;
		const struct svckey *key = &command->service.key;
		const struct ipvs_service *old = ipvs_state_find(have, key);
		struct ipvs_service *service = ipvs_state_find(want, key);

		if (!old || !service)
			continue;
		if (command->kind == COMMAND_ADD_SERVICE)
			keep_unsaid_settings(command, old, service);
		else
			keep_unsaid_thresholds(command, old, service);
	}
}
