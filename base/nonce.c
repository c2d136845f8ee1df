/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/nonce.h"
#include "base/clock.h"

#include <sys/random.h>
#include <unistd.h>

uint64_t nonce_new(void)
{
	uint64_t nonce = 0;

	if (getrandom(&nonce, sizeof(nonce), GRND_NONBLOCK) != sizeof(nonce))
		nonce = (uint64_t)clock_mono().ns ^ (uint64_t)getpid() << 40;
	return nonce ? nonce : 1;
}
