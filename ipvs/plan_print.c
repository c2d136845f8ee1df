/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Prints operations as lines, and refused operations as sentences. An addition is printed as the
 * difference from an entry with all defaults, an edit as the difference from the present entry: the
 * same functions print both.
 */
#include "ipvs/plan.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/ip_vs.h>
#include <string.h>

/* Long enough for every operation: two names of 16 bytes, two addresses, a dozen numbers twice. */
#define OP_TEXT_MAX 640

static const char *kind_name(enum ipvs_op_kind kind)
{
	switch (kind) {
	case IPVS_OP_ADD_SERVICE:
		return "add service";
	case IPVS_OP_EDIT_SERVICE:
		return "edit service";
	case IPVS_OP_DEL_SERVICE:
		return "delete service";
	case IPVS_OP_ADD_DEST:
		return "add dest";
	case IPVS_OP_EDIT_DEST:
		return "edit dest";
	case IPVS_OP_DEL_DEST:
		return "delete dest";
	}
	return "?";
}

/* before NULL: the entry is new. */
static void print_text(FILE *out, const char *name, const char *before, const char *after)
{
	if (before && strcmp(before, after))
		fprintf(out, " %s=%s->%s", name, before, after);
	else if (!before && *after)
		fprintf(out, " %s=%s", name, after);
}

/* is_added: the entry is new, before is the default, and only after is printed. */
static void print_number(FILE *out, const char *name, bool is_added, uint32_t before,
			 uint32_t after)
{
	if (before == after)
		return;
	if (is_added)
		fprintf(out, " %s=%u", name, after);
	else
		fprintf(out, " %s=%u->%u", name, before, after);
}

static void print_flag(FILE *out, const char *name, uint32_t flag, uint32_t before, uint32_t after)
{
	if ((before ^ after) & flag)
		fprintf(out, " %s%s", after & flag ? "+" : "-", name);
}

/* The word for one of the three flags of a scheduler, as ipvsadm and keepalived spell it. */
static const char *sched_flag_name(const char *scheduler, uint32_t flag)
{
	bool is_sh = !strcmp(scheduler, "sh"), is_mh = !strcmp(scheduler, "mh");

	switch (flag) {
	case IP_VS_SVC_F_SCHED1:
		return is_sh ? "sh-fallback" : is_mh ? "mh-fallback" : "flag-1";
	case IP_VS_SVC_F_SCHED2:
		return is_sh ? "sh-port" : is_mh ? "mh-port" : "flag-2";
	default:
		return "flag-3";
	}
}

static void print_sched_flags(FILE *out, const struct ipvs_service *service,
			      const struct ipvs_service *before)
{
	static const uint32_t bits[] = {IP_VS_SVC_F_SCHED1, IP_VS_SVC_F_SCHED2, IP_VS_SVC_F_SCHED3};

	for (size_t i = 0; i < sizeof(bits) / sizeof(bits[0]); i++) {
		/* A flag that is removed has the name that it had with the former scheduler. */
		const struct ipvs_service *has = service->flags & bits[i] || !before ? service
										     : before;

		print_flag(out, sched_flag_name(has->scheduler, bits[i]), bits[i],
			   before ? before->flags : 0, service->flags);
	}
}

static const char *netmask_text(uint16_t family, uint32_t netmask, char text[static ADDR_TEXT_MAX])
{
	struct addr addr = addr_from_in((struct in_addr){netmask});

	if (family != AF_INET6)
		return addr_format(&addr, text);
	snprintf(text, ADDR_TEXT_MAX, "/%u", netmask);
	return text;
}

static void print_netmask(FILE *out, const struct ipvs_service *service,
			  const struct ipvs_service *before)
{
	uint16_t family = service->key.family;
	uint32_t usual = family == AF_INET6 ? 128 : 0xffffffff;
	char old[ADDR_TEXT_MAX], new[ADDR_TEXT_MAX];

	if (service->netmask == (before ? before->netmask : usual))
		return;
	netmask_text(family, service->netmask, new);
	print_text(out, "netmask", before ? netmask_text(family, before->netmask, old) : NULL, new);
}

static void print_settings(FILE *out, const struct ipvs_service *service,
			   const struct ipvs_service *before)
{
	uint32_t flags = before ? before->flags : 0;

	print_text(out, "scheduler", before ? before->scheduler : NULL, service->scheduler);
	print_flag(out, "persistent", IP_VS_SVC_F_PERSISTENT, flags, service->flags);
	print_number(out, "timeout", !before, before ? before->timeout : 0, service->timeout);
	print_netmask(out, service, before);
	print_text(out, "pe", before ? (*before->pe ? before->pe : "-") : NULL,
		   before && !*service->pe ? "-" : service->pe);
	print_flag(out, "ops", IP_VS_SVC_F_ONEPACKET, flags, service->flags);
	print_sched_flags(out, service, before);
}

static void print_dest(FILE *out, const struct ipvs_dest *dest, const struct ipvs_dest *before)
{
	static const struct ipvs_dest none;
	const struct ipvs_dest *old = before ? before : &none;

	if (before)
		print_number(out, "weight", false, before->weight, dest->weight);
	else
		fprintf(out, " weight=%u", dest->weight);
	print_text(out, "method", before ? ipvs_method_name(before->method) : NULL,
		   ipvs_method_name(dest->method));
	print_number(out, "upper", !before, old->upper_threshold, dest->upper_threshold);
	print_number(out, "lower", !before, old->lower_threshold, dest->lower_threshold);
	print_number(out, "tun_type", !before, old->tun_type, dest->tun_type);
	print_number(out, "tun_port", !before, old->tun_port, dest->tun_port);
	print_number(out, "tun_flags", !before, old->tun_flags, dest->tun_flags);
}

const char *ipvs_op_kind_name(enum ipvs_op_kind kind)
{
	static const char *const names[IPVS_OP_KINDS] = {
	    [IPVS_OP_ADD_SERVICE] = "add_service", [IPVS_OP_EDIT_SERVICE] = "edit_service",
	    [IPVS_OP_DEL_SERVICE] = "delete_service", [IPVS_OP_ADD_DEST] = "add_dest",
	    [IPVS_OP_EDIT_DEST] = "edit_dest", [IPVS_OP_DEL_DEST] = "delete_dest",
	};

	return names[kind];
}

void ipvs_op_print(const struct ipvs_op *op, FILE *out)
{
	char vs[SVCKEY_TEXT_MAX], rs[ENDPOINT_TEXT_MAX];

	fprintf(out, "%s vs=%s", kind_name(op->kind), svckey_format(&op->service.key, vs));
	switch (op->kind) {
	case IPVS_OP_ADD_SERVICE:
		print_settings(out, &op->service, NULL);
		return;
	case IPVS_OP_EDIT_SERVICE:
		print_settings(out, &op->service, &op->service_before);
		return;
	case IPVS_OP_DEL_SERVICE:
		return;
	case IPVS_OP_ADD_DEST:
	case IPVS_OP_EDIT_DEST:
	case IPVS_OP_DEL_DEST:
		fprintf(out, " rs=%s", endpoint_format(&op->dest.ep, rs));
	}
	if (op->kind != IPVS_OP_DEL_DEST)
		print_dest(out, &op->dest, op->kind == IPVS_OP_EDIT_DEST ? &op->before : NULL);
}

/*
 * The side effect of an edit on connections. A connection keeps the method with which its packets are sent
 * (ip_vs_bind_dest). But for a tunnel the kernel reads the type of the tunnel from the destination
 * with each packet (ip_vs_tunnel_xmit); a destination with another method has the type ipip.
 */
static const char *edit_cost(const struct ipvs_dest *from, const struct ipvs_dest *to)
{
	bool is_wrapped_anew = from->method == IPVS_METHOD_TUN &&
			       (from->tun_type != to->tun_type || from->tun_port != to->tun_port ||
				from->tun_flags != to->tun_flags);

	if (from->method == to->method)
		return is_wrapped_anew ? "existing connections use the new tunnel at once" : NULL;
	return is_wrapped_anew ? "existing connections keep the old method, in another tunnel"
			       : "existing connections keep the old method";
}

const char *ipvs_op_cost(const struct ipvs_op *op)
{
	switch (op->kind) {
	case IPVS_OP_DEL_SERVICE:
	case IPVS_OP_DEL_DEST:
		return "its connections end";
	case IPVS_OP_EDIT_DEST:
		return edit_cost(&op->before, &op->dest);
	default:
		return NULL;
	}
}

static bool sets_service(const struct ipvs_op *op)
{
	return op->kind == IPVS_OP_ADD_SERVICE || op->kind == IPVS_OP_EDIT_SERVICE;
}

static bool sets_dest(const struct ipvs_op *op)
{
	return op->kind == IPVS_OP_ADD_DEST || op->kind == IPVS_OP_EDIT_DEST;
}

/* Does op set a destination whose address family is not that of the service? The kernel accepts
 * that only in some cases. */
static bool sets_mixed_dest(const struct ipvs_op *op)
{
	return sets_dest(op) && op->dest.ep.addr.family != op->service.key.family;
}

bool ipvs_op_is_stale(const struct ipvs_op *op, int code)
{
	return code == -ESRCH || code == -EEXIST || (code == -ENOENT && !sets_service(op));
}

static int explain_missing_module(const struct ipvs_op *op, const char *text, struct err *err)
{
	const char *scheduler = op->service.scheduler, *pe = op->service.pe;

	if (!*pe)
		return err_set(err, -ENOENT,
			       "%s: this kernel has no scheduler \"%s\": load its module with "
			       "`modprobe ip_vs_%s`, or choose another scheduler",
			       text, scheduler, scheduler);
	return err_set(err, -ENOENT,
		       "%s: this kernel lacks the scheduler \"%s\" (module ip_vs_%s) or the "
		       "persistence engine \"%s\" (module ip_vs_pe_%s)",
		       text, scheduler, scheduler, pe, pe);
}

int ipvs_op_explain(const struct ipvs_op *op, int code, struct err *err)
{
	char text[OP_TEXT_MAX] = "";
	FILE *out = fmemopen(text, sizeof(text), "w");

	if (out) {
		ipvs_op_print(op, out);
		fclose(out);
	}
	if (code == -ENOENT && sets_service(op))
		return explain_missing_module(op, text, err);
	if (ipvs_op_is_stale(op, code))
		return err_set(err, code, "%s: %s: somebody else changed the table", text,
			       code == -EEXIST  ? "it is already there"
			       : code == -ESRCH ? "the service is gone"
						: "the destination is gone");
	if (code == -EPERM)
		return err_set(err, code,
			       "%s: not permitted to change IPVS: CAP_NET_ADMIN is needed", text);
	if (code == -ECANCELED)
		return err_set(err, code,
			       op->kind == IPVS_OP_ADD_DEST
				   ? "%s: its service could not be created"
				   : "%s: held back, because an earlier operation for the same "
				     "pool was refused",
			       text);
	if (code == -EAFNOSUPPORT)
		return err_set(err, code, "%s: the IPVS of this kernel has no IPv6", text);
	if (code == -ENOMEM || code == -ENOSPC)
		return err_set(err, code, "%s: the kernel has no free memory for it", text);
	if (code == -ERANGE && sets_dest(op))
		return err_set(err, code,
			       "%s: the kernel takes weights up to %d, and no lower threshold above "
			       "the upper one",
			       text, INT32_MAX);
	if (code == -EINVAL && sets_mixed_dest(op))
		return err_set(err, code,
			       "%s: the kernel takes a real server of the other address family "
			       "only with TUN, and only while no sync daemon runs",
			       text);
	return err_set(err, code, "%s: the kernel refused it: %s", text, err_errno(code));
}
