/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the rules of a kind use (kind.h): the draft, and the canonical text. */
#ifndef LVSD_CONF_KINDS_RULES_H
#define LVSD_CONF_KINDS_RULES_H

#include "conf/canon/canon_fields.h"
#include "conf/kind.h"
#include "conf/model/build.h"

#endif
