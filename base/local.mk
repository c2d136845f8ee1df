# base: knows nothing of load balancing.
noinst_LTLIBRARIES += libbase.la
libbase_la_SOURCES = base/socket/abstract.c base/socket/abstract.h base/socket/abstract_list.c base/socket/abstract_list.h base/socket/change_watch.c base/socket/change_watch.h base/socket/flow.c base/socket/flow.h base/socket/listener.c base/socket/listener.h base/addr.c base/addr.h base/arena.c base/arena.h base/arena_block.h base/chan.c base/chan.h \
	base/clock.c base/clock.h base/exit_status.h base/err.c base/err.h base/log.c base/log.h base/log_writer.c base/log_writer.h base/loop.c base/loop.h \
	base/mem.c base/mem.h base/mono.h base/pack.c base/pack.h base/program.c base/program.h \
	base/signal_note.c base/signal_note.h base/signals.c base/signals.h \
	base/svckey.c base/svckey.h base/vec.h
libbase_la_SOURCES += base/deadlines.c base/deadlines.h base/hash.c base/hash.h base/merge.h
libbase_la_SOURCES += base/greeted.c base/greeted.h base/nonce.c base/nonce.h
libbase_la_SOURCES += base/child/child.c base/child/child.h base/child/raw_call.h base/run.c base/run.h base/run_job.c base/run_job.h base/run_text.c base/run_text.h
libbase_la_SOURCES += base/secret/key_file.c base/secret/key_file.h
libbase_la_SOURCES += base/log_limit.c base/log_limit.h base/pulse.c base/pulse.h
libbase_la_CPPFLAGS = $(AM_CPPFLAGS) $(EVENT_CFLAGS) $(CURL_CFLAGS) $(CRYPTO_CFLAGS)
libbase_la_LIBADD = $(EVENT_LIBS)
# For programs that print.
libbase_la_SOURCES += base/output.c base/output.h base/plural.h base/trust.c base/trust.h
# Libraries that are loaded, not linked (base/dynamic/dynamic.h).
libbase_la_SOURCES += base/curl/library.c base/curl/library.h base/dynamic/crypto.c base/dynamic/crypto.h \
	base/dynamic/dynamic.c base/dynamic/dynamic.h base/dynamic/libraries.c base/dynamic/libraries.h \
	base/dynamic/ssl.c base/dynamic/ssl.h
# Regular expressions: libconf.la contains it, and its users link that.
noinst_LTLIBRARIES += libregex.la
libregex_la_SOURCES = base/regex/regex.c base/regex/regex.h
libregex_la_CPPFLAGS = $(AM_CPPFLAGS) $(PCRE2_CFLAGS)
libregex_la_LIBADD = $(PCRE2_LIBS)
# For programs that use libcurl.
noinst_LTLIBRARIES += libtransfers.la
libtransfers_la_SOURCES = base/curl/overtime.c base/curl/overtime.h base/curl/transfers.c base/curl/transfers.h base/curl/turn.c base/curl/turn.h
libtransfers_la_CPPFLAGS = $(AM_CPPFLAGS) $(CURL_CFLAGS)
