# conf: text to an immutable snapshot.
noinst_LTLIBRARIES += libconf.la
libconf_la_SOURCES = conf/conf.h conf/diag.h conf/load.h conf/print.h
libconf_la_CPPFLAGS = $(AM_CPPFLAGS) $(CRYPTO_CFLAGS)
libconf_la_LIBADD = $(CRYPTO_LIBS)
