/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Private to ipvs/genl*.c: the attributes of an answer by their types (linux/netlink.h, struct
 * nlattr). In one pass that calls nothing, since a large table has a million of them and
 * nla_parse() takes several times as long. Nothing is trusted but that the bytes are there.
 */
#ifndef LVSD_IPVS_GENL_ATTRS_H
#define LVSD_IPVS_GENL_ATTRS_H

#include <netlink/attr.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* How long the payload of an attribute may be. */
struct genl_attr_rule {
	uint16_t min, max; /* bytes; max 0: no limit */
	bool is_text;      /* ends in NUL */
};

/*
 * Fills attrs (max + 1 of them, NULL where there is none) with the attributes in len bytes from
 * data; of two of a type the last counts, types above max are passed over. rules: one for each
 * type, or NULL when any length is right. 0, or -EBADMSG: one breaks its rule or is cut.
 */
int genl_attrs(const void *data, size_t len, const struct genl_attr_rule *rules, int max,
	       struct nlattr **attrs);

/* The same for what lies in a nest. */
int genl_attrs_nested(const struct nlattr *nest, const struct genl_attr_rule *rules, int max,
		      struct nlattr **attrs);

#endif
