/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `ca` of the block SSL demands of a server more than keepalived does. Whoever brings a file from there is told,
 * until the file has a word about certificates that keepalived does not know. */
#include "conf/kinds/ssl_ca.h"
#include "conf/kinds/rules.h"

/* Does the file speak of certificates in lvsd's own words? */
static bool is_in_own_words(const struct conf_check *check)
{
	for (size_t i = 0; i < check->n_steps; i++)
		if (check->steps[i].verb == CONF_STEP_START_TLS)
			return true;
	return *check->tls_name || *check->tls_pin || check->tls_days;
}

void check_ca(struct draft *draft)
{
	const struct conf *conf = draft->conf;
	size_t n_ssl = 0;

	if (!conf->global.tls.ca[0])
		return;
	for (size_t i = 0; i < conf->n_virtual_servers; i++)
		for (size_t k = 0; k < conf->virtual_servers[i].n_real_servers; k++) {
			const struct conf_real_server *rs = &conf->virtual_servers[i].real_servers[k];

			for (size_t c = 0; c < rs->n_checks; c++) {
				if (is_in_own_words(&rs->checks[c]))
					return;
				n_ssl += conf_check_kind(&rs->checks[c])->is_tls;
			}
		}
	if (n_ssl)
		report_warning(draft->report, &conf->global.tls.ca_place,
			       "ca: a server whose certificate is not signed by these authorities, or has "
			       "expired, fails its SSL_GET; keepalived loads the file and verifies nothing. "
			       "Leave ca out to accept any certificate, or write tls_verify_name into an "
			       "SSL_GET if this is meant");
}
