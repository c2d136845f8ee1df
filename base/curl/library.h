/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The functions of libcurl that lvsd calls, as pointers into the loaded library (base/dynamic/dynamic.h).
 * Their types are those of <curl/curl.h>.
 */
#ifndef LVSD_BASE_CURL_LIBRARY_H
#define LVSD_BASE_CURL_LIBRARY_H

#include "base/err.h"

#include <assert.h>
#include <curl/curl.h>
#include <stdbool.h>

/* One row for each function: ROW(its name, its member of struct curl_library). */
#define CURL_LIBRARY_ROWS(ROW)                                                                     \
	ROW(curl_easy_cleanup, easy_cleanup)                                                       \
	ROW(curl_easy_escape, easy_escape)                                                         \
	ROW(curl_easy_getinfo, easy_getinfo)                                                       \
	ROW(curl_easy_init, easy_init)                                                             \
	ROW(curl_easy_setopt, easy_setopt)                                                         \
	ROW(curl_easy_strerror, easy_strerror)                                                     \
	ROW(curl_free, free)                                                                       \
	ROW(curl_global_cleanup, global_cleanup)                                                   \
	ROW(curl_global_init, global_init)                                                         \
	ROW(curl_multi_add_handle, multi_add_handle)                                               \
	ROW(curl_multi_assign, multi_assign)                                                       \
	ROW(curl_multi_cleanup, multi_cleanup)                                                     \
	ROW(curl_multi_info_read, multi_info_read)                                                 \
	ROW(curl_multi_init, multi_init)                                                           \
	ROW(curl_multi_remove_handle, multi_remove_handle)                                         \
	ROW(curl_multi_setopt, multi_setopt)                                                       \
	ROW(curl_multi_socket_action, multi_socket_action)                                         \
	ROW(curl_slist_append, slist_append)                                                       \
	ROW(curl_slist_free_all, slist_free_all)                                                   \
	ROW(curl_version_info, version_info)

#define CURL_LIBRARY_MEMBER(name, member) __typeof__(name) *member;

struct curl_library {
	CURL_LIBRARY_ROWS(CURL_LIBRARY_MEMBER)
};

#undef CURL_LIBRARY_MEMBER

/* Loads libcurl if that has not been done. 0, or -ELIBACC with a sentence. */
int curl_library_open(struct curl_library *ret_library, struct err *err);

/*
 * Options of an easy handle. In place of the checks that <curl/curl.h> makes of calls by name, each
 * of these functions takes one type of value, and options of this type alone. They return whether
 * libcurl has taken it: one that was built without HTTP/2 or without pins, for example, refuses.
 */
static inline bool curl_set_long(const struct curl_library *curl, CURL *easy, CURLoption option,
				 long value)
{
	assert(option < CURLOPTTYPE_OBJECTPOINT);
	return curl->easy_setopt(easy, option, value) == CURLE_OK;
}

/* value: a text, a list, a blob, or what a callback gets as its argument. */
static inline bool curl_set_pointer(const struct curl_library *curl, CURL *easy, CURLoption option,
				    const void *value)
{
	assert((option > CURLOPTTYPE_OBJECTPOINT && option < CURLOPTTYPE_FUNCTIONPOINT) ||
	       option > CURLOPTTYPE_BLOB);
	return curl->easy_setopt(easy, option, value) == CURLE_OK;
}

/* CURLOPT_WRITEFUNCTION or CURLOPT_HEADERFUNCTION, whose types are the same. */
static inline void curl_set_taker(const struct curl_library *curl, CURL *easy, CURLoption option,
				  curl_write_callback taker)
{
	assert(option == CURLOPT_WRITEFUNCTION || option == CURLOPT_HEADERFUNCTION);
	curl->easy_setopt(easy, option, taker);
}

#endif
