/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/mail/wire.h"
#include "base/pack.h"
#include "conf/text/mailbox.h"

#include <errno.h>
#include <string.h>

/* The longest text of the settings, in bytes with the terminating NUL. */
#define TEXT_MAX 256

static void text_put(struct pack_writer *writer, const char *text)
{
	pack_put_u16(writer, strlen(text));
	pack_put(writer, text, strlen(text));
}

/* Reads a text of less than max bytes. has_lines: it may have line ends and tabs. */
static const char *mail_text_take(struct pack_reader *reader, struct arena *arena, size_t max,
			     bool has_lines)
{
	size_t len = pack_take_u16(reader);
	const uint8_t *bytes = len < max ? pack_take(reader, len) : NULL;

	pack_require(reader, bytes != NULL);
	for (size_t i = 0; bytes && i < len; i++)
		pack_require(reader, (bytes[i] >= ' ' && bytes[i] != 0x7f) ||
					 (has_lines && (bytes[i] == '\n' || bytes[i] == '\t')));
	return reader->is_bad ? "" : arena_strndup(arena, (const char *)bytes, len);
}

static const char *mailbox_take(struct pack_reader *reader, struct arena *arena)
{
	const char *text = mail_text_take(reader, arena, TEXT_MAX, false);
	struct mailbox mailbox;

	pack_require(reader, mailbox_read(text, &mailbox));
	return text;
}

static size_t length(const struct pack_writer *writer, size_t size)
{
	return writer->is_full ? 0 : size - writer->left;
}

size_t mail_settings_encode(const struct mail_settings *settings, void *buffer, size_t size)
{
	struct pack_writer writer = {.at = buffer, .left = size};

	text_put(&writer, settings->server);
	pack_put_u16(&writer, settings->port);
	text_put(&writer, settings->helo);
	pack_put_u32(&writer, settings->timeout_s);
	pack_put_u8(&writer, settings->tls);
	text_put(&writer, settings->user);
	text_put(&writer, settings->password);
	text_put(&writer, settings->from);
	pack_put_u16(&writer, settings->n_recipients);
	for (size_t i = 0; i < settings->n_recipients; i++)
		text_put(&writer, settings->recipients[i]);
	return length(&writer, size);
}

int mail_settings_decode(const void *frame, size_t len, struct arena *arena,
			 struct mail_settings *ret_settings)
{
	struct pack_reader reader = {.at = frame, .left = len};
	struct mail_settings settings = {.server = mail_text_take(&reader, arena, TEXT_MAX, false)};
	uint8_t tls;

	settings.port = pack_take_u16(&reader);
	settings.helo = mail_text_take(&reader, arena, TEXT_MAX, false);
	settings.timeout_s = pack_take_u32(&reader);
	tls = pack_take_u8(&reader);
	settings.user = mail_text_take(&reader, arena, TEXT_MAX, false);
	settings.password = mail_text_take(&reader, arena, TEXT_MAX, false);
	settings.from = mailbox_take(&reader, arena);
	settings.n_recipients = pack_take_u16(&reader);
	pack_require(&reader, mailbox_is_host(settings.server) && settings.port && settings.helo[0] &&
				  settings.timeout_s && settings.timeout_s <= UINT16_MAX &&
				  tls <= CONF_MAIL_TLS && settings.n_recipients &&
				  settings.n_recipients <= CONF_RECIPIENTS_MAX);
	if (reader.is_bad)
		return -EBADMSG;
	settings.tls = (enum conf_mail_tls)tls;
	settings.recipients =
	    arena_calloc(arena, settings.n_recipients, sizeof(*settings.recipients));
	for (size_t i = 0; i < settings.n_recipients; i++)
		settings.recipients[i] = mailbox_take(&reader, arena);
	if (reader.is_bad || reader.left)
		return -EBADMSG;
	*ret_settings = settings;
	return 0;
}

size_t mail_encode(const struct mail *mail, void *buffer, size_t size)
{
	struct pack_writer writer = {.at = buffer, .left = size};

	pack_put_u64(&writer, (uint64_t)mail->wall_us);
	text_put(&writer, mail->subject);
	text_put(&writer, mail->body);
	return length(&writer, size);
}

int mail_decode(const void *frame, size_t len, struct arena *arena, struct mail *ret_mail)
{
	struct pack_reader reader = {.at = frame, .left = len};
	struct mail mail = {.wall_us = (int64_t)pack_take_u64(&reader)};

	mail.subject = mail_text_take(&reader, arena, MAIL_SUBJECT_MAX, false);
	mail.body = mail_text_take(&reader, arena, MAIL_BODY_MAX, true);
	/* The last year that a date of four digits can name. */
	pack_require(&reader, mail.wall_us >= 0 && mail.wall_us < INT64_C(253402300000) * 1000000);
	if (reader.is_bad || reader.left)
		return -EBADMSG;
	*ret_mail = mail;
	return 0;
}

size_t mail_state_encode(const struct mail_state *state, void *buffer, size_t size)
{
	struct pack_writer writer = {.at = buffer, .left = size};

	pack_put_u32(&writer, state->n_waiting);
	pack_put_u64(&writer, state->n_sent);
	pack_put_u64(&writer, state->n_lost);
	pack_put(&writer, state->error, strnlen(state->error, sizeof(state->error) - 1));
	return length(&writer, size);
}

int mail_state_decode(const void *frame, size_t len, struct mail_state *ret_state)
{
	struct pack_reader reader = {.at = frame, .left = len};
	struct mail_state state = {.n_waiting = pack_take_u32(&reader)};

	state.n_sent = pack_take_u64(&reader);
	state.n_lost = pack_take_u64(&reader);
	if (reader.is_bad || reader.left >= sizeof(state.error))
		return -EBADMSG;
	memcpy(state.error, reader.at, reader.left);
	for (size_t i = 0; i < reader.left; i++)
		if (state.error[i] >= 0 && (state.error[i] < ' ' || state.error[i] == 0x7f))
			return -EBADMSG;
	*ret_state = state;
	return 0;
}
