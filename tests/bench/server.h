/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the benches of health checks share: a server process, and the report. */
#ifndef LVSD_TESTS_BENCH_SERVER_H
#define LVSD_TESTS_BENCH_SERVER_H

#include "base/addr.h"

#include <sys/types.h>

/* Forks a server that answers each HTTP request at once, on a port of every address of 127.0.0.0/8. */
pid_t bench_server(struct endpoint *ret_ep);

/* Ends the program with the error of errno. */
void bench_fail(const char *what);

#endif
