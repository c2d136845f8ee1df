/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A runner in a network namespace of the test's own, and what ip(8) shows there. */
#ifndef LVSD_TESTS_UNIT_VRRP_HOLDS_RIG_H
#define LVSD_TESTS_UNIT_VRRP_HOLDS_RIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A fixture: a runner without a configuration, and the interface near with 10.7.0.1/24, whose other end is far. */
void holds_begin(void);
void holds_end(void);

#define INSTANCE(body)                                                                             \
	"vrrp_instance V {\ninterface near\nvirtual_router_id 51\nversion 3\npriority 255\n"        \
	"advert_int 0.05\n" body                                                                  \
	"}\n"

/* Gives the runner the instances and static items of a file, as the director would send them. */
void configure(const char *text);
/* The runner dies, and another one gets the configuration, and what its predecessor may have left. */
void succeed(const char *text, const char **left, size_t n);
/* The runner leaves, as at a stop. */
void leave(void);

/* Runs until the output of the command has the text, or has it no more; at most a minute. */
void shows(const char *command, const char *wanted);
void shows_no(const char *command, const char *wanted);
/* Lets the runner handle the events that wait. The text must be there then: an attempt that is due later is too
 * late. */
void shows_soon(const char *command, const char *wanted);
/* Is the text there already? And: it must be. */
bool is_shown_now(const char *command, const char *wanted);
void shows_now(const char *command, const char *wanted);
void run_for(int64_t ms);

#endif
