/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/loader/tls_files.h"
#include "base/dynamic/crypto.h"
#include "base/mem.h"
#include "base/trust.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A longer text does not fit into a frame for the check process. */
#define TEXT_MAX (64 * 1024)

/* Opened with O_NONBLOCK: otherwise opening a FIFO would wait for a writer. */
static FILE *open_file(const char *what, const char *path, struct err *err)
{
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	FILE *file = NULL;
	struct stat st;
	int code;

	if (fd < 0 || fstat(fd, &st) < 0) {
		code = -errno;
		err_set(err, code, "the %s file %s cannot be opened: %s%s", what, path, err_errno(code),
			trust_way_to_open(code));
	} else if (S_ISREG(st.st_mode) && st.st_size > TEXT_MAX) {
		err_set(err, -EFBIG,
			"the %s file %s has %lld bytes, and the check process takes %d KiB at most: name a "
			"file with the certificates that are needed alone",
			what, path, (long long)st.st_size, TEXT_MAX >> 10);
	} else if (!S_ISREG(st.st_mode)) {
		err_set(err, -EINVAL, "the %s file %s is not a regular file", what, path);
	} else {
		file = fdopen(fd, "r");
		if (!file)
			err_set(err, -ENOMEM, "the %s file %s cannot be read: out of memory", what, path);
	}
	if (!file && fd >= 0)
		close(fd);
	return file;
}

static int not_pem(const struct crypto_library *crypto, const char *what, const char *path,
		   struct err *err)
{
	crypto->clear_error();
	return err_set(err, -EINVAL, "there is no %s in PEM form in %s", what, path);
}

int tls_files_read(const char *what, const char *path, char **ret_text, struct err *err)
{
	char text[TEXT_MAX + 1];
	FILE *file = open_file(what, path, err);
	size_t len;
	bool is_failed;

	if (!file)
		return -EINVAL;
	len = fread(text, 1, sizeof(text), file);
	is_failed = ferror(file);
	fclose(file);
	if (is_failed || len > TEXT_MAX || memchr(text, '\0', len))
		return err_set(err, -EINVAL, "the %s file %s has NUL bytes or more than %d KiB of "
					     "text", what,
			       path, TEXT_MAX >> 10);
	text[len] = '\0';
	*ret_text = mem_strdup(text);
	return 0;
}

static int read_certificate(const struct crypto_library *crypto, const char *what, const char *path,
			    X509 **ret_certificate, struct err *err)
{
	FILE *file = open_file(what, path, err);
	X509 *certificate;

	if (!file)
		return -EINVAL;
	certificate = crypto->read_certificate(file, NULL, NULL, NULL);
	fclose(file);
	if (!certificate)
		return not_pem(crypto, "certificate", path, err);
	*ret_certificate = certificate;
	return 0;
}

/* Without this function OpenSSL would ask for a password on the terminal. */
static int give_password(char *buffer, int size, int is_writing, void *password)
{
	int len = (int)strlen(password);

	(void)is_writing;
	if (len > size)
		return -1;
	memcpy(buffer, password, (size_t)len);
	return len;
}

static int read_key(const struct crypto_library *crypto, const char *path, const char *password,
		    EVP_PKEY **ret_key, struct err *err)
{
	FILE *file = open_file("key", path, err);
	EVP_PKEY *key;

	if (!file)
		return -EINVAL;
	key = crypto->read_key(file, NULL, give_password, (void *)password);
	fclose(file);
	if (!key)
		return not_pem(crypto, "private key that the password opens", path, err);
	*ret_key = key;
	return 0;
}

static int check_pair(const struct crypto_library *crypto, const char *certificate_path,
		      const char *key_path, X509 *certificate, EVP_PKEY *key, struct err *err)
{
	if (!certificate || !key || crypto->check_pair(certificate, key) == 1)
		return 0;
	crypto->clear_error();
	return err_set(err, -EINVAL, "the key in %s does not belong to the certificate in %s",
		       key_path, certificate_path);
}

int tls_files_check(const char *ca, const char *certificate, const char *key, const char *password,
		    struct err *err)
{
	X509 *authority = NULL, *own = NULL;
	struct crypto_library crypto;
	EVP_PKEY *own_key = NULL;
	int code = crypto_library_open(&crypto, err);

	if (code < 0)
		return code;
	if (*ca)
		code = read_certificate(&crypto, "ca", ca, &authority, err);
	if (code == 0 && *certificate)
		code = read_certificate(&crypto, "certificate", certificate, &own, err);
	if (code == 0 && *key)
		code = read_key(&crypto, key, password, &own_key, err);
	if (code == 0)
		code = check_pair(&crypto, certificate, key, own, own_key, err);
	crypto.certificate_free(authority);
	crypto.certificate_free(own);
	crypto.key_free(own_key);
	return code;
}
