/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef LVSD_TESTS_UNIT_TURNS_H
#define LVSD_TESTS_UNIT_TURNS_H

#include "base/loop.h"

/*
 * Runs the loop for n turns. Where both ends of a channel are in the loop, a few turns suffice for a frame,
 * its answer and what follows. A time would not: this process may be kept waiting for as long.
 */
void turns_pass(struct loop *loop, unsigned n);

#endif
