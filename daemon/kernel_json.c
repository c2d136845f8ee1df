/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lvsctl status --kernel: all that lvsd holds in the kernel, as the kernel shows it now. */
#include "daemon/director_state.h"
#include "sync/kernel.h"

static json_t *dest_json(const struct ipvs_dest *dest)
{
	char key[ENDPOINT_TEXT_MAX];

	return json_pack("{s:s, s:I, s:s, s:I, s:I}", "key", endpoint_format(&dest->ep, key),
			 "weight", (json_int_t)dest->weight, "method",
			 ipvs_method_name(dest->method), "active_connections",
			 (json_int_t)dest->counters.active, "inactive_connections",
			 (json_int_t)dest->counters.inactive);
}

static json_t *service_json(const struct ipvs_service *service)
{
	json_t *dests = json_array();
	char key[SVCKEY_TEXT_MAX];

	for (size_t i = 0; i < service->n_dests; i++)
		json_array_append_new(dests, dest_json(&service->dests[i]));
	return json_pack("{s:s, s:s, s:I, s:o}", "key", svckey_format(&service->key, key),
			 "scheduler", service->scheduler, "persistence_timeout",
			 (json_int_t)service->timeout, "destinations", dests);
}

static json_t *services_json(const struct kernel *k)
{
	json_t *services = json_array();

	for (size_t i = 0; i < k->owned.keys.n; i++) {
		const struct ipvs_service *service =
		    ipvs_state_find(&k->have, &k->owned.keys.items[i]);

		if (service)
			json_array_append_new(services, service_json(service));
	}
	return services;
}

static json_t *sync_json(const struct kernel *k)
{
	json_t *roles = json_array();
	struct sync_daemon daemons[2];
	size_t n = 0;

	if (!k->genl || !k->is_sync_ours || ipvs_genl_daemons(k->genl, daemons, &n, NULL) < 0)
		n = 0;
	for (size_t i = 0; i < n; i++)
		json_array_append_new(
		    roles, json_pack("{s:s, s:s, s:I}", "role",
				     daemons[i].role == SYNC_ROLE_MASTER ? "master" : "backup",
				     "interface", daemons[i].interface, "syncid",
				     (json_int_t)daemons[i].syncid));
	return roles;
}

static json_t *sysctls_json(const struct kernel *k)
{
	json_t *sysctls = json_array();
	char value[SYNC_VALUE_MAX];

	for (const struct sync_sysctl *sysctl = sync_sysctls; k->is_sync_ours && sysctl->name;
	     sysctl++) {
		bool is_read = sync_kernel_read(SYNC_KERNEL_DIR, sysctl->name, value, NULL) == 0;

		json_array_append_new(
		    sysctls,
		    json_pack("{s:o, s:o}", "name", json_sprintf("net.ipv4.vs.%s", sysctl->name),
			      "value", is_read ? json_string(value) : json_null()));
	}
	return sysctls;
}

static json_t *addresses_json(const struct director *d)
{
	json_t *addresses = json_array();
	char text[ADDR_TEXT_MAX];

	for (size_t i = 0; i < d->conf->n_vrrps; i++) {
		const struct conf_vrrp *vrrp = &d->conf->vrrps[i];
		const struct vrrp_report *report = roles_find(d, vrrp);

		for (size_t j = 0; report && report->state == VRRP_MASTER && j < vrrp->n_vips; j++)
			json_array_append_new(
			    addresses,
			    json_pack("{s:o, s:s, s:s}", "address",
				      json_sprintf("%s/%u", addr_format(&vrrp->vips[j].addr, text),
						   vrrp->vips[j].prefix_len),
				      "interface", vrrp->vips[j].interface, "instance",
				      vrrp->name));
	}
	return addresses;
}

json_t *status_answer(struct director *d, json_t *request)
{
	const struct kernel *k = &d->kernel;
	json_t *status = status_json(d);

	if (json_is_true(json_object_get(request, "kernel")))
		json_object_set_new(status, "kernel",
				    json_pack("{s:o, s:o, s:o, s:o}", "services",
					      k->is_have_valid ? services_json(k) : json_null(),
					      "sync", sync_json(k), "sysctls", sysctls_json(k),
					      "addresses", addresses_json(d)));
	return status;
}
