/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The list of the kinds of checks, one line for each. A kind is one file, conf/kinds/OBJECT.c, with
 * its keywords, their manual text, and the rules that its table of fields does not express
 * (conf/kind.h). A kind that the check process runs also has a probe in healthcheck/: probe_OBJECT
 * (healthcheck/probe.h).
 *
 * X(NAME, KEYWORD, OBJECT, RUNNER) gives these names: CONF_CHECK_NAME; KW_KEYWORD and
 * SCHEMA_KEYWORD; conf_kind_OBJECT and schema_OBJECT; CONF_RUNNER_RUNNER, the process that runs the
 * check (CHECK or SCRIPT).
 *
 * The order gives the numbers of enum conf_check_type, which decide when a check is first probed.
 * So a new line is added at the end.
 */
#ifndef LVSD_CONF_KINDS_H
#define LVSD_CONF_KINDS_H

#define CONF_KINDS(X)                                                                              \
	X(TCP, TCP_CHECK, tcp, CHECK)                                                              \
	X(HTTP, HTTP_GET, http, CHECK)                                                             \
	X(SSL, SSL_GET, ssl, CHECK)                                                                \
	X(MISC, MISC_CHECK, misc, SCRIPT)

#endif
