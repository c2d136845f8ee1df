/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kinds of checks, one line each. A kind is one file, conf/kinds/OBJECT.c, with its keywords and
 * their manual text, and the rules that its table of fields does not say (conf/kind.h). One that the
 * check process runs has its probe in healthcheck/ beside it: probe_OBJECT (healthcheck/probe.h).
 *
 * X(NAME, KEYWORD, OBJECT, RUNNER): CONF_CHECK_NAME; KW_KEYWORD and SCHEMA_KEYWORD; conf_kind_OBJECT
 * and schema_OBJECT; CONF_RUNNER_RUNNER, the process that runs the check: CHECK or SCRIPT.
 *
 * The order is that of the numbers of enum conf_check_type, which decide when a check is first
 * probed: a new line stands at the end.
 */
#ifndef LVSD_CONF_KINDS_H
#define LVSD_CONF_KINDS_H

#define CONF_KINDS(X)                                                                              \
	X(TCP, TCP_CHECK, tcp, CHECK)                                                              \
	X(HTTP, HTTP_GET, http, CHECK)                                                             \
	X(SSL, SSL_GET, ssl, CHECK)                                                                \
	X(MISC, MISC_CHECK, misc, SCRIPT)

#endif
