/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/dynamic/libraries.h"
#include "base/curl/library.h"
#include "base/dynamic/crypto.h"
#include "base/dynamic/ssl.h"

int libraries_load(struct err *err)
{
	struct crypto_library crypto;
	struct curl_library curl;
	struct ssl_library ssl;
	int code = curl_library_open(&curl, err);

	if (code == 0)
		code = crypto_library_open(&crypto, err);
	return code == 0 ? ssl_library_open(&ssl, err) : code;
}
