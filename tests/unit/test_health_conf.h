/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Configurations for the tests of the health model, without a parser. */
#ifndef LVSD_TESTS_UNIT_TEST_HEALTH_CONF_H
#define LVSD_TESTS_UNIT_TEST_HEALTH_CONF_H

#include "base/arena.h"
#include "conf/conf.h"

/*
 * n_vs services of n_rs real servers of weight 1, each with n_checks TCP checks: delay_loop 10 s,
 * delay_before_retry 1 s, retry 1, connect_timeout 1 s. Services are 10.0.x.x:80, real servers
 * 10.1.x.x:80, targets the real server's address and port 1000 + ordinal.
 */
struct conf *test_conf_new(size_t n_vs, size_t n_rs, size_t n_checks);
void test_conf_free(struct conf *conf);

/* Makes check an HTTP check for one path. */
void test_conf_set_http(struct conf *conf, struct conf_check *check, const char *path);

#endif
