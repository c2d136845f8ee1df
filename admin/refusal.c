/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The sentences of ipvsadm for commands that the kernel refused. Monitoring looks for them. */
#include "admin/command.h"

#include <errno.h>

static const char *service_refusal(enum command_kind kind, int code)
{
	if (code == ESRCH && kind != COMMAND_ADD_SERVICE)
		return "No such service";
	if (code == EEXIST && kind == COMMAND_ADD_SERVICE)
		return "Service already exists";
	if (code == ENOENT && (kind == COMMAND_ADD_SERVICE || kind == COMMAND_EDIT_SERVICE))
		return "Scheduler or persistence engine not found";
	return NULL;
}

static const char *dest_refusal(enum command_kind kind, int code)
{
	if (code == ESRCH)
		return "Service not defined";
	if (code == EEXIST && kind == COMMAND_ADD_DEST)
		return "Destination already exists";
	if (code == ENOENT && kind != COMMAND_ADD_DEST)
		return "No such destination";
	return NULL;
}

static const char *own_refusal(enum command_kind kind, int code)
{
	switch (kind) {
	case COMMAND_ADD_SERVICE:
	case COMMAND_EDIT_SERVICE:
	case COMMAND_DEL_SERVICE:
	case COMMAND_ZERO:
	case COMMAND_LIST:
	case COMMAND_SAVE:
		return service_refusal(kind, code);
	case COMMAND_ADD_DEST:
	case COMMAND_EDIT_DEST:
	case COMMAND_DEL_DEST:
		return dest_refusal(kind, code);
	case COMMAND_START_DAEMON:
		return code == EEXIST ? "Daemon has already run" : NULL;
	case COMMAND_STOP_DAEMON:
		return code == ESRCH ? "No daemon is running" : NULL;
	case COMMAND_CLEAR:
	case COMMAND_SET_TIMEOUTS:
	case COMMAND_RESTORE:
	case COMMAND_HELP:
	case COMMAND_VERSION:
		break;
	}
	return NULL;
}

const char *command_refusal(enum command_kind kind, int code)
{
	const char *own = own_refusal(kind, -code);

	if (own)
		return own;
	switch (-code) {
	case EPERM:
		return "Permission denied (you must be root)";
	case EINVAL:
		return "Invalid operation.  Possibly wrong module version, address not unicast, "
		       "...";
	case ENOPROTOOPT:
		return "Protocol not available";
	case ENOMEM:
		return "Memory allocation problem";
	case EOPNOTSUPP:
		return "Operation not supported with IPv6";
	case EAFNOSUPPORT:
		return "Operation not supported with specified address family";
	case EMSGSIZE:
		return "Module is wrong version";
	}
	return err_errno(code);
}

bool command_is_request(const struct command *command)
{
	switch (command->kind) {
	case COMMAND_ADD_SERVICE:
	case COMMAND_EDIT_SERVICE:
	case COMMAND_DEL_SERVICE:
	case COMMAND_CLEAR:
	case COMMAND_ADD_DEST:
	case COMMAND_DEL_DEST:
	case COMMAND_EDIT_DEST:
	case COMMAND_SET_TIMEOUTS:
	case COMMAND_START_DAEMON:
	case COMMAND_STOP_DAEMON:
	case COMMAND_ZERO:
		return true;
	case COMMAND_LIST:
	case COMMAND_RESTORE:
	case COMMAND_SAVE:
	case COMMAND_HELP:
	case COMMAND_VERSION:
		break;
	}
	return false;
}
