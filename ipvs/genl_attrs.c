/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ipvs/genl_attrs.h"

#include <errno.h>
#include <string.h>

static bool fits(const struct nlattr *attr, const struct genl_attr_rule *rule)
{
	size_t len = attr->nla_len - NLA_HDRLEN;

	if (len < rule->min || (rule->max && len > rule->max))
		return false;
	return !rule->is_text || (len && ((const char *)attr)[attr->nla_len - 1] == '\0');
}

int genl_attrs(const void *data, size_t len, const struct genl_attr_rule *rules, int max,
	       struct nlattr **attrs)
{
	memset(attrs, 0, ((size_t)max + 1) * sizeof(*attrs));
	while (len >= NLA_HDRLEN) {
		struct nlattr *attr = (struct nlattr *)data;
		size_t step = NLA_ALIGN(attr->nla_len);
		int type = attr->nla_type & NLA_TYPE_MASK;

		if (attr->nla_len < NLA_HDRLEN || attr->nla_len > len)
			return -EBADMSG;
		if (type <= max) {
			if (rules && !fits(attr, &rules[type]))
				return -EBADMSG;
			attrs[type] = attr;
		}
		if (step >= len)
			break;
		data = (const char *)data + step;
		len -= step;
	}
	return 0;
}

int genl_attrs_nested(const struct nlattr *nest, const struct genl_attr_rule *rules, int max,
		      struct nlattr **attrs)
{
	return genl_attrs((const char *)nest + NLA_HDRLEN, nest->nla_len - (size_t)NLA_HDRLEN, rules,
			  max, attrs);
}
