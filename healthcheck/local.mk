# healthcheck: pure health model and frames; edge: the check process.
noinst_LTLIBRARIES += libhealth.la libcheckworker.la
libhealth_la_SOURCES = healthcheck/health.h healthcheck/wire.h
libcheckworker_la_SOURCES = healthcheck/worker.h
libcheckworker_la_CPPFLAGS = $(AM_CPPFLAGS) $(CURL_CFLAGS) $(CRYPTO_CFLAGS)
libcheckworker_la_LIBADD = $(CURL_LIBS) $(CRYPTO_LIBS)
