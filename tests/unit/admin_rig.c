/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/unit/admin_rig.h"
#include "tests/unit/admin_line.h"

#include "admin/names.h"
#include "admin/run.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

const struct command_names names_system = {line_host, line_port};

const char *names_endpoint(const struct endpoint *ep, uint16_t protocol, bool is_numeric,
			   char text[static FORMAT_ENDPOINT_MAX])
{
	struct addr web;

	addr_parse("10.0.0.7", &web);
	if (is_numeric || addr_cmp(&ep->addr, &web) != 0 || ep->port != 80 ||
	    protocol != IPPROTO_TCP)
		return endpoint_format(ep, text);
	strcpy(text, "web:http");
	return text;
}

const struct said *rig_run(const char *line, bool is_plain, const char *input)
{
	struct run run = {.program = is_plain ? "ipvsadm" : "lvsadm", .is_plain = is_plain};
	struct command command = {.kind = COMMAND_LIST};
	struct err err = {""};
	enum command_error error = COMMAND_OK;
	int status;

	said_begin(input);
	if (*line)
		error = line_parse(line, is_plain, &command, &err);
	status =
	    error == COMMAND_OK ? run_command(&run, &command) : run_complain(&run, error, &err);
	run_close(&run);
	return said_end(status);
}

const struct said *rig_restore(const char *input)
{
	struct run run = {.program = "lvsadm-restore"};
	int status;

	said_begin(input);
	status = run_open(&run);
	if (!status)
		status = run_restore(&run, true);
	run_close(&run);
	return said_end(status);
}

static bool is_known(const char *scheduler)
{
	static const char known[] = " rr wrr lc wlc lblc lblcr dh sh sed nq fo ovf mh ";
	char wanted[IPVS_SCHEDULER_MAX + 2];

	snprintf(wanted, sizeof(wanted), " %s ", scheduler);
	return strstr(known, wanted);
}

int rig_refuse(const struct ipvs_op *op)
{
	const struct ipvs_service *service = &op->service;
	const struct ipvs_dest *dest = &op->dest;

	switch (op->kind) {
	case IPVS_OP_ADD_SERVICE:
	case IPVS_OP_EDIT_SERVICE:
		return !is_known(service->scheduler) ||
			       (*service->pe && strcmp(service->pe, "sip") != 0)
			   ? -ENOENT
			   : 0;
	case IPVS_OP_ADD_DEST:
	case IPVS_OP_EDIT_DEST:
		if (addr_is_multicast(&dest->ep.addr))
			return -EINVAL;
		return dest->lower_threshold > dest->upper_threshold ? -ERANGE : 0;
	case IPVS_OP_DEL_SERVICE:
	case IPVS_OP_DEL_DEST:
		break;
	}
	return 0;
}
