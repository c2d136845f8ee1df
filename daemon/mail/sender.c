/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * SMTP by libcurl. The server is not trusted: each of its answers and the whole mail have a time, and
 * of its words one line is kept, for the log.
 *
 * libcurl waits for the answer to QUIT in place of returning to the loop. Nobody waits for this
 * process, and the wait is bounded (QUIT_S).
 *
 * libcurl and OpenSSL read, in one call, for as long as lines of an answer or messages of TLS come faster
 * than they are read. A signal handler (base/curl/overtime.h) ends the connection then.
 */
#include "daemon/mail/sender.h"
#include "base/mem.h"
#include "base/curl/transfers.h"
#include "base/socket/flow.h"
#include "daemon/mail/message.h"

#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

/* What a whole mail may take beside its connection and its answers. */
#define WHOLE_S 60
/* How long the answer to QUIT is waited for. */
#define QUIT_S 1

/* The most that a server sends over a connection, if one call of libcurl takes long. The answers to a
 * thousand mails are less. */
#define FLOW_MIB 1
/* Connections whose sockets are known: a name may have several addresses, which are tried side by side. */
#define FLOWS_MAX 8

struct mail_sender {
	struct transfers *transfers;
	const struct curl_library *curl;
	sender_done_fn *done;
	void *arg;
	CURL *easy; /* is used for one mail after the other */
	struct curl_slist *recipients;
	bool is_busy;
	const char *text; /* what is still to be sent of the mail */
	size_t left;
	uint32_t timeout_s;
	char refusal[MAIL_ERROR_MAX / 2]; /* the last answer of the server that begins with 4 or 5 */
	char error[CURL_ERROR_SIZE];
	/* The sockets that libcurl made last; a signal handler reads them, and sets is_endless. */
	struct {
		int fd;
		uint64_t id; /* flow_id() */
	} flows[FLOWS_MAX];
	size_t n_flows; /* that there were in all */
	volatile sig_atomic_t is_endless;
};

static size_t on_read(char *bytes, size_t size, size_t n, void *arg)
{
	struct mail_sender *sender = arg;
	size_t len = size * n < sender->left ? size * n : sender->left;

	memcpy(bytes, sender->text, len);
	sender->text += len;
	sender->left -= len;
	return len;
}

/* Each line that the server says. */
static size_t on_reply(char *bytes, size_t size, size_t n, void *arg)
{
	struct mail_sender *sender = arg;
	const size_t len = size * n;
	size_t i;

	if (!sender->left) /* the answer to the mail: what follows is the end of the connection */
		curl_set_long(sender->curl, sender->easy, CURLOPT_SERVER_RESPONSE_TIMEOUT, (long)QUIT_S);
	if (len < 3 || (bytes[0] != '4' && bytes[0] != '5'))
		return len;
	for (i = 0; i < len && i < sizeof(sender->refusal) - 1 && bytes[i] != '\r' && bytes[i] != '\n'; i++)
		sender->refusal[i] = bytes[i] >= ' ' && bytes[i] <= '~' ? bytes[i] : '?';
	sender->refusal[i] = '\0';
	return len;
}

/* Callback of libcurl: a socket was made. An element that is half written has the number of no socket. */
static int on_socket_made(void *arg, curl_socket_t fd, curlsocktype purpose)
{
	struct mail_sender *sender = arg;
	size_t at = sender->n_flows++ % FLOWS_MAX;

	(void)purpose;
	sender->flows[at].id = 0;
	atomic_signal_fence(memory_order_seq_cst);
	sender->flows[at].fd = fd;
	atomic_signal_fence(memory_order_seq_cst);
	sender->flows[at].id = flow_id(fd);
	return CURL_SOCKOPT_OK;
}

/* A signal handler: one call of libcurl takes long. */
static void on_long_call(void *arg)
{
	struct mail_sender *sender = arg;

	for (size_t i = 0; i < FLOWS_MAX; i++) {
		int fd = sender->flows[i].fd;

		if (!sender->flows[i].id || flow_id(fd) != sender->flows[i].id ||
		    flow_bytes_read(fd) <= (uint64_t)FLOW_MIB << 20)
			continue;
		sender->is_endless = true;
		flow_cut(fd);
	}
}

static size_t on_nothing(char *bytes, size_t size, size_t n, void *arg)
{
	(void)bytes;
	(void)arg;
	return size * n;
}

/* Is the last answer a final word about this mail? What concerns the login or TLS (530 to 538) is one
 * about the settings, which somebody may mend. */
static bool is_final(const struct mail_sender *sender)
{
	return !sender->is_endless && sender->refusal[0] == '5' && strncmp(sender->refusal, "53", 2);
}

/* Why there was no mail, for free(). */
static char *describe(const struct mail_sender *sender, CURLcode code)
{
	const char *what = *sender->error ? sender->error : sender->curl->easy_strerror(code);
	long error = 0;

	if (sender->is_endless)
		return mem_strdup("it sends without end");
	switch (code) {
	case CURLE_COULDNT_RESOLVE_HOST:
		return mem_strdup("this name cannot be resolved");
	case CURLE_COULDNT_CONNECT:
		sender->curl->easy_getinfo(sender->easy, CURLINFO_OS_ERRNO, &error);
		return mem_printf("no connection: %s", error ? strerror((int)error) : what);
	case CURLE_OPERATION_TIMEDOUT:
		return mem_printf("no answer within smtp_connect_timeout (%u s)", sender->timeout_s);
	case CURLE_PEER_FAILED_VERIFICATION:
		return mem_printf("its certificate is not accepted: %s", what);
	case CURLE_USE_SSL_FAILED:
		return mem_strdup("it offers no STARTTLS, and smtp_tls asks for it");
	default:
		return sender->refusal[0] ? mem_printf("it answers '%s'", sender->refusal)
					  : mem_strdup(what);
	}
}

static void on_sent(CURL *easy, CURLcode code, void *arg)
{
	struct mail_sender *sender = arg;
	enum queue_outcome outcome = QUEUE_SENT;
	char *why;

	if (code != CURLE_OK) {
		why = describe(sender, code);
		outcome = is_final(sender) ? QUEUE_REFUSED : QUEUE_LATER;
	} else {
		why = sender->refusal[0] ? mem_printf("it did not take one of the recipients: '%s'",
						      sender->refusal)
					 : mem_strdup("");
	}
	transfers_remove(sender->transfers, easy);
	sender->curl->slist_free_all(sender->recipients);
	sender->recipients = NULL;
	sender->is_busy = false;
	sender->done(outcome, why, sender->arg);
	free(why);
}

static void recipient_add(struct mail_sender *sender, const char *mailbox)
{
	char *address = message_envelope(mailbox);
	struct curl_slist *longer = sender->curl->slist_append(sender->recipients, address);

	if (!longer)
		mem_exhausted(0);
	sender->recipients = longer;
	free(address);
}

static void set_server(const struct curl_library *curl, CURL *easy,
		       const struct mail_settings *settings)
{
	bool is_ip6 = strchr(settings->server, ':') != NULL;
	char *helo = curl->easy_escape(easy, settings->helo, 0);
	char *url = mem_printf("%s://%s%s%s:%u/%s", settings->tls == CONF_MAIL_TLS ? "smtps" : "smtp",
			       is_ip6 ? "[" : "", settings->server, is_ip6 ? "]" : "",
			       settings->port, helo ? helo : "localhost");

	curl_set_pointer(curl, easy, CURLOPT_URL, url);
	curl_set_pointer(curl, easy, CURLOPT_PROTOCOLS_STR,
			 settings->tls == CONF_MAIL_TLS ? "smtps" : "smtp");
	curl_set_long(curl, easy, CURLOPT_USE_SSL,
			 (long)(settings->tls <= CONF_MAIL_PLAIN ? CURLUSESSL_NONE : CURLUSESSL_ALL));
	curl_set_pointer(curl, easy, CURLOPT_USERNAME, *settings->user ? settings->user : NULL);
	curl_set_pointer(curl, easy, CURLOPT_PASSWORD, *settings->user ? settings->password : NULL);
	curl->free(helo);
	free(url);
}

void sender_start(struct mail_sender *sender, const struct mail_settings *settings, const char *text,
		  bool is_last)
{
	const struct curl_library *curl = sender->curl;
	CURL *easy = sender->easy;
	char *from = message_envelope(settings->from);

	sender->text = text;
	sender->left = strlen(text);
	sender->timeout_s = settings->timeout_s;
	sender->refusal[0] = sender->error[0] = '\0';
	sender->is_endless = false;
	sender->is_busy = true;
	for (size_t i = 0; i < settings->n_recipients; i++)
		recipient_add(sender, settings->recipients[i]);
	set_server(curl, easy, settings);
	curl_set_pointer(curl, easy, CURLOPT_MAIL_FROM, from);
	curl_set_pointer(curl, easy, CURLOPT_MAIL_RCPT, sender->recipients);
	curl_set_long(curl, easy, CURLOPT_CONNECTTIMEOUT, (long)settings->timeout_s);
	curl_set_long(curl, easy, CURLOPT_SERVER_RESPONSE_TIMEOUT, (long)settings->timeout_s);
	curl_set_long(curl, easy, CURLOPT_TIMEOUT, (long)settings->timeout_s * 3 + WHOLE_S);
	curl_set_long(curl, easy, CURLOPT_FORBID_REUSE, is_last ? 1L : 0L);
	transfers_add(sender->transfers, easy);
	free(from);
}

struct mail_sender *sender_new(struct loop *loop, const char *ca, sender_done_fn *done, void *arg)
{
	struct mail_sender *sender = mem_calloc(1, sizeof(*sender));
	const struct transfers_ops ops = {.on_done = on_sent, .on_overtime = on_long_call, .arg = sender};
	const struct curl_library *curl;
	CURL *easy;

	*sender = (struct mail_sender){
	    .transfers = transfers_new(loop, &ops), .done = done, .arg = arg};
	curl = sender->curl = transfers_library(sender->transfers);
	easy = sender->easy = curl->easy_init();
	if (!easy)
		mem_exhausted(0);
	curl_set_long(curl, easy, CURLOPT_NOSIGNAL, 1L);
	curl_set_pointer(curl, easy, CURLOPT_PROXY, "");
	curl_set_long(curl, easy, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	/* A name that does not resolve holds nothing up, the end of the process included. */
	curl_set_long(curl, easy, CURLOPT_QUICK_EXIT, 1L);
	curl_set_long(curl, easy, CURLOPT_UPLOAD, 1L);
	/* One wrong recipient costs the others nothing. */
	curl_set_long(curl, easy, CURLOPT_MAIL_RCPT_ALLLOWFAILS, 1L);
	curl->easy_setopt(easy, CURLOPT_SOCKOPTFUNCTION, (curl_sockopt_callback){on_socket_made});
	curl_set_pointer(curl, easy, CURLOPT_SOCKOPTDATA, sender);
	curl->easy_setopt(easy, CURLOPT_READFUNCTION, (curl_read_callback){on_read});
	curl_set_pointer(curl, easy, CURLOPT_READDATA, sender);
	curl_set_taker(curl, easy, CURLOPT_HEADERFUNCTION, on_reply);
	curl_set_pointer(curl, easy, CURLOPT_HEADERDATA, sender);
	curl_set_taker(curl, easy, CURLOPT_WRITEFUNCTION, on_nothing);
	curl_set_pointer(curl, easy, CURLOPT_ERRORBUFFER, sender->error);
	if (ca)
		curl_set_pointer(curl, easy, CURLOPT_CAINFO, ca);
	return sender;
}

void sender_free(struct mail_sender *sender)
{
	if (!sender)
		return;
	if (sender->is_busy)
		transfers_remove(sender->transfers, sender->easy);
	sender->curl->slist_free_all(sender->recipients);
	sender->curl->easy_cleanup(sender->easy);
	transfers_free(sender->transfers);
	free(sender);
}
