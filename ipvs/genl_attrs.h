/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Private to ipvs/genl*.c: finds the attributes of an answer by their types (linux/netlink.h,
 * struct nlattr). It does so in one pass without a call, since a large table has a million
 * attributes and nla_parse() takes several times as long. It trusts only that the bytes are in
 * memory.
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
 * Fills attrs (max + 1 entries) with the attributes in len bytes from data; NULL where there is
 * none. If a type comes twice, the last attribute counts; types above max are skipped. rules has
 * one rule for each type; NULL: any length is right. Returns 0, or -EBADMSG if an attribute breaks
 * its rule or is cut off.
 */
int genl_attrs(const void *data, size_t len, const struct genl_attr_rule *rules, int max,
	       struct nlattr **attrs);

/* The same for the attributes inside a nested attribute. */
int genl_attrs_nested(const struct nlattr *nest, const struct genl_attr_rule *rules, int max,
		      struct nlattr **attrs);

/* The value of a number of 32 bits; 0 for NULL. */
static inline uint32_t genl_u32_or_0(struct nlattr *attr)
{
	return attr ? nla_get_u32(attr) : 0;
}

#endif
