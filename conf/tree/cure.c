/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "conf/tree/cure.h"

#include <stddef.h>
#include <string.h>

static const struct {
	const char *word, *cure;
} cures[] = {
    {"HTTPS_GET", "write SSL_GET, which is an HTTP_GET over TLS"},
    {"HTTP_CHECK", "write HTTP_GET"},
    {"HTTPS_CHECK", "write SSL_GET, which is an HTTP_GET over TLS"},
    {"SSL_CHECK", "write SSL_GET, which is an HTTP_GET over TLS"},
    {"ip", "the address stands behind the keyword, as in `real_server 10.0.0.1 80 {`"},
    {"port", "the port stands behind the address, as in `real_server 10.0.0.1 80 {`; in a check "
	     "write connect_port"},
    {"nat_mask", "leave it out: NAT in IPVS has no mask, and keepalived dropped the keyword"},
    {"local_address_group",
     "full NAT is `lvs_method FNAT` with `fnat_source ADDRESS` in the virtual_server here"},
    {"laddr_group_name",
     "full NAT is `lvs_method FNAT` with `fnat_source ADDRESS` in the virtual_server here"},
    {"netmask", "write the prefix length behind the address, as in 192.0.2.1/24"},
    {"mask", "write the prefix length behind the address, as in 192.0.2.1/24"},
    {"<<<<<<<", "the file has an unfinished merge: keep one side and delete this line"},
    {"=======", "the file has an unfinished merge: keep one side and delete this line"},
    {">>>>>>>", "the file has an unfinished merge: keep one side and delete this line"},
    {"|||||||", "the file has an unfinished merge: keep one side and delete this line"},
    {"nb_get_retry", "write `retry NUMBER` in the check"},
};

const char *cure_find(const char *word)
{
	for (size_t i = 0; i < sizeof(cures) / sizeof(cures[0]); i++)
		if (!strcmp(cures[i].word, word))
			return cures[i].cure;
	return NULL;
}
