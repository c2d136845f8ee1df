/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "vrrp/machine/promote.h"
#include "base/log.h"

#include <stdlib.h>

void vrrp_promote_fini(struct vrrp_promote *promote)
{
	vec_free(&promote->set);
}

void vrrp_promote_set(struct vrrp_promote *promote, struct vrrp_link *link, const char *instance,
		      const char *interface)
{
	const struct vrrp_link_if *found = vrrp_link_by_name(link, interface);
	int code;

	if (!found || found->is_promoting)
		return;
	for (size_t i = 0; i < promote->set.n; i++)
		if (promote->set.items[i] == found->index)
			/* somebody switched it off after this process had set it: their choice
			 * stands */
			return;
	code = vrrp_link_promote(link, found->index, true);
	*(unsigned *)vec_push(&promote->set) = found->index;
	if (code < 0)
		log_error("vrrp=%s promote_secondaries cannot be set on %s: %s; the addresses of a "
			  "network may go with the first one",
			  instance, interface, err_errno(code));
}

void vrrp_promote_put_back(struct vrrp_promote *promote, struct vrrp_link *link,
			   vrrp_promote_wanted_fn *is_wanted, const void *arg)
{
	size_t n = 0;

	for (size_t i = 0; i < promote->set.n; i++) {
		/* An interface that is gone has taken the setting with it. */
		unsigned index = promote->set.items[i];
		bool is_kept = is_wanted && is_wanted(index, arg);

		if (!is_kept)
			vrrp_link_promote(link, index, false);
		if (is_kept || !is_wanted)
			promote->set.items[n++] = index;
	}
	promote->set.n = n;
}
