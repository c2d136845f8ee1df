/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a certificate says that a server has shown, as PEM text. */
#ifndef LVSD_HEALTHCHECK_PROBES_CERTIFICATE_H
#define LVSD_HEALTHCHECK_PROBES_CERTIFICATE_H

#include "base/dynamic/crypto.h"

#include <stdbool.h>

/* Is the certificate for this name, or this address as text? False also for what is no certificate. */
bool certificate_has_name(const struct crypto_library *crypto, const char *pem, const char *name);

/* Whole days until the certificate expires, rounded down; below 0: it has expired. Returns false when
 * that cannot be read. */
bool certificate_days(const struct crypto_library *crypto, const char *pem, int *ret_days);

#endif
