/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/rules/wire.h"
#include "base/pack.h"
#include "host/flavour.h"

#include <errno.h>
#include <string.h>

/* Larger than any errno value of Linux. */
#define ERRNO_END 4096

size_t rules_request_encode(const struct rules_request *request, void *buffer, size_t size)
{
	struct pack_writer writer = {.at = buffer, .left = size};

	pack_put_u64(&writer, request->id);
	pack_put_u8(&writer, request->part);
	pack_put_u8(&writer, request->flavour);
	return writer.is_full ? 0 : size - writer.left;
}

int rules_request_decode(const void *body, size_t len, struct rules_request *ret_request)
{
	struct pack_reader reader = {.at = body, .left = len};
	struct rules_request request = {.id = pack_take_u64(&reader)};
	uint8_t part = pack_take_u8(&reader);

	request.flavour = pack_take_u8(&reader);
	if (reader.is_bad || reader.left || part >= HOST_N_PARTS ||
	    request.flavour >= HOST_N_FLAVOURS)
		return -EBADMSG;
	request.part = (enum host_part)part;
	*ret_request = request;
	return 0;
}

size_t rules_done_encode(const struct rules_done *done, void *buffer, size_t size)
{
	struct pack_writer writer = {.at = buffer, .left = size};

	pack_put_u64(&writer, done->id);
	pack_put_u32(&writer, (uint32_t)-done->code);
	pack_put(&writer, done->error, strnlen(done->error, sizeof(done->error) - 1));
	return writer.is_full ? 0 : size - writer.left;
}

int rules_done_decode(const void *body, size_t len, struct rules_done *ret_done)
{
	struct pack_reader reader = {.at = body, .left = len};
	struct rules_done done = {.id = pack_take_u64(&reader)};
	uint32_t code = pack_take_u32(&reader);

	if (reader.is_bad || code >= ERRNO_END || reader.left >= sizeof(done.error))
		return -EBADMSG;
	done.code = -(int)code;
	memcpy(done.error, reader.at, reader.left);
	*ret_done = done;
	return 0;
}
