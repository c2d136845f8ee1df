/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What may stand behind `encap`, above all behind `encap mpls` and `encap ila` (conf_encap.label). */
#ifndef LVSD_CONF_MODEL_ROUTE_ENCAP_TEXT_H
#define LVSD_CONF_MODEL_ROUTE_ENCAP_TEXT_H

#include "conf/conf.h"

/* Reads labels of MPLS. Example: "100/200" gives {100, 200} and returns 2. 0: they are wrong, or too many. */
size_t encap_labels_read(const char *text, uint32_t ret_labels[static CONF_LABELS_MAX]);

/* Reads a locator of ILA into its 8 bytes. Example: "1:2:3:4". False: it is none. */
bool encap_locator_read(const char *text, uint8_t ret_locator[static 8]);

/* Why the kernel, or keepalived, would refuse the tunnel, for the end of a sentence; NULL: it is possible. */
const char *encap_fault(const struct conf_encap *encap);

#endif
