/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "admin/brief.h"

#include <string.h>

static struct brief_settings settings_from(const struct ipvs_service *service)
{
	struct brief_settings settings = {
	    .flags = service->flags, .timeout = service->timeout, .netmask = service->netmask};

	memcpy(settings.scheduler, service->scheduler, sizeof(settings.scheduler));
	memcpy(settings.pe, service->pe, sizeof(settings.pe));
	return settings;
}

static struct brief_dest dest_from(const struct ipvs_dest *dest)
{
	return (struct brief_dest){
	    .ep = dest->ep,
	    .weight = dest->weight,
	    .upper_threshold = dest->upper_threshold,
	    .lower_threshold = dest->lower_threshold,
	    .tun_port = dest->tun_port,
	    .tun_flags = dest->tun_flags,
	    .method = (uint8_t)dest->method,
	    .tun_type = dest->tun_type,
	};
}

struct brief brief_from(const struct command *command, size_t line)
{
	const struct svckey *key = &command->service.key;
	struct brief brief = {
	    .line = (uint32_t)line,
	    .kind = (uint16_t)command->kind,
	    .family = key->family,
	    .protocol = key->protocol,
	    .fwmark = key->fwmark,
	    .ep = key->ep,
	};

	switch (command->kind) {
	case COMMAND_ADD_SERVICE:
	case COMMAND_EDIT_SERVICE:
		brief.settings = settings_from(&command->service);
		break;
	case COMMAND_ADD_DEST:
	case COMMAND_EDIT_DEST:
	case COMMAND_DEL_DEST:
		brief.dest = dest_from(&command->dest);
		break;
	case COMMAND_SET_TIMEOUTS:
		brief.timeouts = command->timeouts;
		break;
	case COMMAND_START_DAEMON:
	case COMMAND_STOP_DAEMON:
		brief.daemon = command->daemon;
		break;
	default:
		brief.options = command->options;
		break;
	}
	return brief;
}

static void put_settings(const struct brief_settings *settings, struct ipvs_service *service)
{
	memcpy(service->scheduler, settings->scheduler, sizeof(service->scheduler));
	memcpy(service->pe, settings->pe, sizeof(service->pe));
	service->flags = settings->flags;
	service->timeout = settings->timeout;
	service->netmask = settings->netmask;
}

static struct ipvs_dest dest_of(const struct brief_dest *dest)
{
	return (struct ipvs_dest){
	    .ep = dest->ep,
	    .weight = dest->weight,
	    .method = dest->method,
	    .upper_threshold = dest->upper_threshold,
	    .lower_threshold = dest->lower_threshold,
	    .tun_type = dest->tun_type,
	    .tun_port = dest->tun_port,
	    .tun_flags = dest->tun_flags,
	};
}

struct command brief_command(const struct brief *brief)
{
	struct command command = {
	    .kind = brief->kind,
	    .service.key = {.family = brief->family,
			    .protocol = brief->protocol,
			    .fwmark = brief->fwmark,
			    .ep = brief->ep},
	};

	switch (command.kind) {
	case COMMAND_ADD_SERVICE:
	case COMMAND_EDIT_SERVICE:
		put_settings(&brief->settings, &command.service);
		break;
	case COMMAND_ADD_DEST:
	case COMMAND_EDIT_DEST:
	case COMMAND_DEL_DEST:
		command.dest = dest_of(&brief->dest);
		break;
	case COMMAND_SET_TIMEOUTS:
		command.timeouts = brief->timeouts;
		break;
	case COMMAND_START_DAEMON:
	case COMMAND_STOP_DAEMON:
		command.daemon = brief->daemon;
		break;
	default:
		command.options = brief->options;
		break;
	}
	return command;
}
