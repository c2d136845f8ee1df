/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The fields in which two objects differ, as field.h lists them. */
#ifndef LVSD_CONF_CANON_FIELDS_H
#define LVSD_CONF_CANON_FIELDS_H

#include "conf/conf.h"
#include "conf/text/out.h"

/* Each appends to out what differs, and nothing when the two are the same. */
void fields_global(const struct conf_global *older, const struct conf_global *newer,
		   struct out *out);
void fields_sync_daemon(const struct conf_sync_daemon *older, const struct conf_sync_daemon *newer,
			struct out *out);
void fields_vrrp(const struct conf_vrrp *older, const struct conf_vrrp *newer, struct out *out);

/* Without what is in it: real servers and checks are objects of their own. */
void fields_virtual_server(const struct conf_virtual_server *older,
			   const struct conf_virtual_server *newer, struct out *out);
/* What the service needs outside of IPVS. */
void fields_host(const struct conf_virtual_server *older, const struct conf_virtual_server *newer,
		 struct out *out);
void fields_real_server(const struct conf_real_server *older, const struct conf_real_server *newer,
			struct out *out);
void fields_check(const struct conf_check *older, const struct conf_check *newer, struct out *out);

#endif
