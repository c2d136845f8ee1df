/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "admin/complete.h"

#include "admin/rules.h"
#include "admin/values.h"

#include <linux/ip_vs.h>
#include <string.h>

#define SCHEDULER_DEFAULT "wlc"
#define INTERFACE_DEFAULT "eth0"

static enum command_error complete_service(struct ipvs_service *service, struct err *err)
{
	const struct svckey *key = &service->key;

	if (!key->fwmark && !key->ep.port && !(service->flags & IP_VS_SVC_F_PERSISTENT))
		return err_set(err, COMMAND_WRONG,
			       "Zero port specified for non-persistent service");
	if (service->flags & IP_VS_SVC_F_ONEPACKET && !key->fwmark && key->protocol != IPPROTO_UDP)
		return err_set(err, COMMAND_WRONG,
			       "One-Packet Scheduling is only for UDP virtual services");
	if (!*service->scheduler)
		strcpy(service->scheduler, SCHEDULER_DEFAULT);
	return COMMAND_OK;
}

static enum command_error complete_dest(struct command *command, struct err *err)
{
	const struct svckey *key = &command->service.key;
	struct ipvs_dest *dest = &command->dest;
	bool is_tunnel = dest->method == IPVS_METHOD_TUN;

	/* A packet that is forwarded unchanged has the port of the service. */
	if (!key->fwmark && dest->method != IPVS_METHOD_NAT)
		dest->ep.port = key->ep.port;
	if (dest->ep.addr.family != key->family && !is_tunnel)
		return err_set(err, COMMAND_WRONG,
			       "Different address family is allowed only for tunneling servers");
	if (!is_tunnel && rules_has_tunnel(command->options))
		return err_set(err, COMMAND_WRONG, "Tunnel options conflict with forward method");
	return rules_check_tunnel(dest->tun_type, command->options, err);
}

static enum command_error check_list(const struct command *command, struct err *err)
{
	bool is_daemon =
	    command_has(command, OPTION_TIMEOUT) || command_has(command, OPTION_DAEMON);
	bool is_counted = command_has(command, OPTION_STATS) || command_has(command, OPTION_RATE) ||
			  command_has(command, OPTION_THRESHOLDS);

	if (((is_daemon || command_has(command, OPTION_CONNECTION)) && is_counted) ||
	    (is_daemon && command_has(command, OPTION_PERSISTENT_CONN)))
		return err_set(err, COMMAND_WRONG, "options conflicts in the list command");
	return COMMAND_OK;
}

static enum command_error add_sched_flags(struct ipvs_service *service, const char *sched_flags,
					  struct err *err)
{
	const char *scheduler = *service->scheduler ? service->scheduler : SCHEDULER_DEFAULT;
	uint32_t flags = 0;
	enum command_error rc = values_sched_flags(sched_flags, scheduler, &flags, err);

	service->flags |= flags;
	return rc;
}

enum command_error complete_command(struct command *command, const char *sched_flags,
				    struct err *err)
{
	enum command_error rc = COMMAND_OK;

	if (sched_flags)
		rc = add_sched_flags(&command->service, sched_flags, err);
	if (rc == COMMAND_OK)
		rc = rules_check_command(command->kind, command->options, err);
	if (rc != COMMAND_OK)
		return rc;
	switch (command->kind) {
	case COMMAND_ADD_SERVICE:
	case COMMAND_EDIT_SERVICE:
		return complete_service(&command->service, err);
	case COMMAND_ADD_DEST:
	case COMMAND_EDIT_DEST:
		return complete_dest(command, err);
	case COMMAND_LIST:
		return check_list(command, err);
	case COMMAND_START_DAEMON:
		if (!*command->daemon.interface)
			strcpy(command->daemon.interface, INTERFACE_DEFAULT);
		return COMMAND_OK;
	default:
		return COMMAND_OK;
	}
}
