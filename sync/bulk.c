/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sync/bulk.h"

void sync_bulk_begin(struct sync_bulk *bulk, const struct sync_mirror *mirror, struct mono now)
{
	size_t pace = sync_mirror_n(mirror) / SYNC_BULK_S;

	if (pace < SYNC_BULK_PACE)
		pace = SYNC_BULK_PACE;
	if (pace > SYNC_BULK_PACE_MAX)
		pace = SYNC_BULK_PACE_MAX;
	*bulk = (struct sync_bulk){.is_on = true, .began = now, .due = now, .pace = (uint32_t)pace};
}

size_t sync_bulk_next(struct sync_bulk *bulk, const struct sync_mirror *mirror,
		      const struct sync_routes *routes, uint32_t syncid, struct mono now,
		      uint8_t data[static SYNC_BULK_SIZE])
{
	struct sync_datagram_writer writer = {.data = data, .size = SYNC_BULK_SIZE};
	struct sync_place next = bulk->place;
	struct sync_entry entry;
	uint32_t timeout_s;
	size_t len;

	while (sync_mirror_next(mirror, &next, now, &entry, &timeout_s)) {
		/* An entry that no such datagram holds (a long call id of SIP) is left out. */
		bool is_left_out = SYNC_HEADER_SIZE + entry.len > SYNC_BULK_SIZE || !sync_routes_have(routes, &entry);

		if (!is_left_out && !sync_datagram_put(&writer, &entry, timeout_s))
			break;
		bulk->place = next;
	}
	bulk->n_entries += writer.n;
	len = sync_datagram_end(&writer, syncid);
	bulk->is_on = len > 0;
	return len;
}

size_t sync_bulk_step(struct sync_bulk *bulk, const struct sync_mirror *mirror,
		      const struct sync_routes *routes, uint32_t syncid, struct mono now,
		      uint8_t data[SYNC_BULK_BURST][SYNC_BULK_SIZE],
		      size_t ret_lens[SYNC_BULK_BURST])
{
	size_t before = bulk->n_entries, n = 0;

	if (!bulk->is_on || mono_before(now, bulk->due))
		return 0;
	for (; n < SYNC_BULK_BURST && bulk->is_on; n++) {
		ret_lens[n] = sync_bulk_next(bulk, mirror, routes, syncid, now, data[n]);
		if (!ret_lens[n])
			break;
	}
	bulk->n_datagrams += n;
	bulk->due = mono_add_ns(now, (int64_t)(bulk->n_entries - before) * NS_PER_S / bulk->pace);
	return n;
}
