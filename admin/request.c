/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "admin/request.h"

#include <assert.h>

static enum ipvs_op_kind op_kind(enum command_kind kind)
{
	switch (kind) {
	case COMMAND_ADD_SERVICE:
		return IPVS_OP_ADD_SERVICE;
	case COMMAND_EDIT_SERVICE:
		return IPVS_OP_EDIT_SERVICE;
	case COMMAND_DEL_SERVICE:
		return IPVS_OP_DEL_SERVICE;
	case COMMAND_ADD_DEST:
		return IPVS_OP_ADD_DEST;
	case COMMAND_EDIT_DEST:
		return IPVS_OP_EDIT_DEST;
	default:
		return IPVS_OP_DEL_DEST;
	}
}

/* The address 0.0.0.0 without a port means all services, as in ipvsadm. */
static const struct svckey *zeroed_key(const struct svckey *key)
{
	bool is_named = key->fwmark || (key->family && !addr_is_any(&key->ep.addr)) || key->ep.port;

	return is_named ? key : NULL;
}

int request_queue(struct ipvs_admin *admin, const struct command *command, struct err *err)
{
	struct ipvs_op op = {
	    .kind = op_kind(command->kind), .service = command->service, .dest = command->dest};

	switch (command->kind) {
	case COMMAND_CLEAR:
		return ipvs_admin_flush(admin, err);
	case COMMAND_ZERO:
		return ipvs_admin_zero(admin, zeroed_key(&command->service.key), err);
	case COMMAND_SET_TIMEOUTS:
		return ipvs_admin_set_timeouts(admin, &command->timeouts, err);
	case COMMAND_START_DAEMON:
		return ipvs_admin_start_daemon(admin, &command->daemon, err);
	case COMMAND_STOP_DAEMON:
		return ipvs_admin_stop_daemon(admin, command->daemon.role, err);
	default:
		assert(command_is_request(command));
		return ipvs_admin_op(admin, &op, err);
	}
}
