/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sync/wire.h"
#include "base/pack.h"

#include <assert.h>
#include <errno.h>

void sync_endpoint_put(struct pack_writer *writer, const struct endpoint *ep)
{
	pack_put_u8(writer, ep->addr.family == AF_INET6 ? 6 : ep->addr.family == AF_INET ? 4 : 0);
	pack_put(writer, ep->addr.bytes, sizeof(ep->addr.bytes));
	pack_put_u16(writer, ep->port);
}

struct endpoint sync_endpoint_take(struct pack_reader *reader)
{
	struct endpoint ep = {0};
	uint8_t family = pack_take_u8(reader);

	pack_require(reader, family == 0 || family == 4 || family == 6);
	ep.addr.family = family == 6 ? AF_INET6 : family == 4 ? AF_INET : AF_UNSPEC;
	pack_take_into(reader, ep.addr.bytes, sizeof(ep.addr.bytes));
	ep.port = pack_take_u16(reader);
	return ep;
}

void sync_group_encode(const struct endpoint *group, uint8_t body[static SYNC_GROUP_SIZE])
{
	struct pack_writer writer = {.at = body, .left = SYNC_GROUP_SIZE};

	sync_endpoint_put(&writer, group);
	assert(!writer.is_full && !writer.left);
}

int sync_group_decode(const void *body, size_t len, struct endpoint *ret_group)
{
	struct pack_reader reader = {.at = body, .left = len};
	struct endpoint group = sync_endpoint_take(&reader);

	if (reader.is_bad || reader.left || !group.port || group.addr.family == AF_UNSPEC)
		return -EBADMSG;
	*ret_group = group;
	return 0;
}

void sync_flushed_encode(const struct sync_flushed *flushed, uint8_t body[static SYNC_FLUSHED_SIZE])
{
	struct pack_writer writer = {.at = body, .left = SYNC_FLUSHED_SIZE};

	pack_put_u32(&writer, flushed->number);
	pack_put_u32(&writer, flushed->n_sent);
	assert(!writer.is_full && !writer.left);
}

int sync_flushed_decode(const void *body, size_t len, struct sync_flushed *ret_flushed)
{
	struct pack_reader reader = {.at = body, .left = len};

	ret_flushed->number = pack_take_u32(&reader);
	ret_flushed->n_sent = pack_take_u32(&reader);
	return reader.is_bad || reader.left ? -EBADMSG : 0;
}

void sync_mirror_state_encode(const struct sync_mirror_state *state,
			      uint8_t body[static SYNC_MIRROR_STATE_SIZE])
{
	struct pack_writer writer = {.at = body, .left = SYNC_MIRROR_STATE_SIZE};

	pack_put_u32(&writer, state->n_entries);
	pack_put_u64(&writer, state->bytes);
	pack_put_u64(&writer, state->n_lost);
	pack_put_u64(&writer, state->n_full);
	pack_put_u32(&writer, state->n_bulks);
	pack_put_u32(&writer, state->n_sent);
	pack_put_u32(&writer, state->n_listed);
	pack_put_u32(&writer, state->n_unsent);
	pack_put_u32(&writer, state->took_ms);
	pack_put_u8(&writer, state->is_sending);
	assert(!writer.is_full && !writer.left);
}

int sync_mirror_state_decode(const void *body, size_t len, struct sync_mirror_state *ret_state)
{
	struct pack_reader reader = {.at = body, .left = len};
	struct sync_mirror_state state;
	uint8_t is_sending;

	state.n_entries = pack_take_u32(&reader);
	state.bytes = pack_take_u64(&reader);
	state.n_lost = pack_take_u64(&reader);
	state.n_full = pack_take_u64(&reader);
	state.n_bulks = pack_take_u32(&reader);
	state.n_sent = pack_take_u32(&reader);
	state.n_listed = pack_take_u32(&reader);
	state.n_unsent = pack_take_u32(&reader);
	state.took_ms = pack_take_u32(&reader);
	is_sending = pack_take_u8(&reader);
	state.is_sending = is_sending;
	if (reader.is_bad || reader.left || is_sending > 1)
		return -EBADMSG;
	*ret_state = state;
	return 0;
}
