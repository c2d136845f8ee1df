/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The functions of libcrypto that lvsd calls, as pointers into the loaded library (dynamic.h). Their
 * types are those of OpenSSL's headers.
 */
#ifndef LVSD_BASE_DYNAMIC_CRYPTO_H
#define LVSD_BASE_DYNAMIC_CRYPTO_H

#include "base/err.h"

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

/* One row for each function: ROW(its name, its member of struct crypto_library). */
#define CRYPTO_LIBRARY_ROWS(ROW)                                                                   \
	ROW(ASN1_TIME_diff, time_diff)								\
	ROW(BIO_free, bio_free)									\
	ROW(BIO_new_mem_buf, bio_new)								\
	ROW(CRYPTO_get_ex_new_index, new_index)							\
	ROW(CRYPTO_memcmp, compare)								\
	ROW(ERR_clear_error, clear_error)							\
	ROW(ERR_peek_error, peek_error)								\
	ROW(ERR_reason_error_string, error_text)						\
	ROW(EVP_CIPHER_CTX_ctrl, cipher_control)						\
	ROW(EVP_CIPHER_CTX_free, cipher_free_context)						\
	ROW(EVP_CIPHER_CTX_new, cipher_new)							\
	ROW(EVP_CIPHER_fetch, cipher_fetch)							\
	ROW(EVP_CIPHER_free, cipher_free)							\
	ROW(EVP_CipherFinal_ex, cipher_final)							\
	ROW(EVP_CipherInit_ex, cipher_init)							\
	ROW(EVP_CipherUpdate, cipher_update)							\
	ROW(EVP_DigestFinal_ex, digest_final)							\
	ROW(EVP_DigestInit_ex, digest_init)							\
	ROW(EVP_DigestUpdate, digest_update)							\
	ROW(EVP_KDF_CTX_free, kdf_free_context)							\
	ROW(EVP_KDF_CTX_new, kdf_new)								\
	ROW(EVP_KDF_derive, kdf_derive)								\
	ROW(EVP_KDF_fetch, kdf_fetch)								\
	ROW(EVP_KDF_free, kdf_free)								\
	ROW(EVP_MAC_CTX_free, mac_free_context)							\
	ROW(EVP_MAC_CTX_new, mac_new)								\
	ROW(EVP_MAC_fetch, mac_fetch)								\
	ROW(EVP_MAC_final, mac_final)								\
	ROW(EVP_MAC_free, mac_free)								\
	ROW(EVP_MAC_init, mac_init)								\
	ROW(EVP_MAC_update, mac_update)								\
	ROW(EVP_MD_CTX_free, digest_free)							\
	ROW(EVP_MD_CTX_new, digest_new)								\
	ROW(EVP_MD_fetch, md_fetch)								\
	ROW(EVP_MD_free, md_free)								\
	ROW(EVP_PKEY_free, key_free)								\
	ROW(OPENSSL_cleanse, cleanse)								\
	ROW(PEM_read_PrivateKey, read_key)							\
	ROW(PEM_read_X509, read_certificate)							\
	ROW(PEM_read_bio_PrivateKey, parse_key)							\
	ROW(PEM_read_bio_X509, parse_certificate)						\
	ROW(X509_STORE_add_cert, store_add)							\
	ROW(X509_STORE_set_flags, store_set_flags)						\
	ROW(X509_check_host, check_host)							\
	ROW(X509_check_ip_asc, check_ip)							\
	ROW(X509_check_private_key, check_pair)							\
	ROW(X509_free, certificate_free)							\
	ROW(X509_get0_notAfter, certificate_end)						\
	ROW(X509_verify_cert_error_string, verify_text)

#define CRYPTO_LIBRARY_MEMBER(name, member) __typeof__(name) *member;

struct crypto_library {
	CRYPTO_LIBRARY_ROWS(CRYPTO_LIBRARY_MEMBER)
};

#undef CRYPTO_LIBRARY_MEMBER

/* Loads libcrypto if that has not been done. 0, or -ELIBACC with a sentence. */
int crypto_library_open(struct crypto_library *ret_library, struct err *err);

#endif
