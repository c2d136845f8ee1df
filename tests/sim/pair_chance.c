/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/nonce.h"
#include "tests/sim/pair.h"

/* SplitMix64: any seed does, and neighbours have nothing in common. */
static uint64_t next(void)
{
	uint64_t z = pair.random += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

uint64_t pair_below(uint64_t n)
{
	return next() % n;
}

bool pair_permille(unsigned n)
{
	return next() % 1000 < n;
}

unsigned pair_draw_rate(unsigned max)
{
	switch (pair_below(4)) {
	case 0:
	case 1:
		return 0;
	case 2:
		return (unsigned)pair_below(max / 8 + 1);
	default:
		return (unsigned)pair_below(max + 1);
	}
}

unsigned pair_draw_advert_ms(void)
{
	unsigned tenths = pair.advert_min_ms / 10;

	if (pair.advert_ms == pair.advert_min_ms)
		return pair.advert_ms;
	return 10 * (tenths + (unsigned)pair_below(pair.advert_ms / 10 - tenths + 1));
}

/* In the place of base/nonce.c. */
uint64_t nonce_new(void)
{
	return next() | 1;
}
