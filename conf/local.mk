# conf: text to an immutable snapshot.
noinst_LTLIBRARIES += libconf.la
libconf_la_SOURCES = conf/conf.h conf/diag.h conf/load.h conf/print.h \
	conf/build.c conf/build.h conf/build_check.c conf/build_vrrp.c conf/build_vs.c \
	conf/canon.c conf/canon.h conf/check.c conf/check.h conf/check_vrrp.c conf/check_vs.c \
	conf/diag.c conf/diff.c conf/diff.h conf/digest.c conf/digest.h conf/fields.c conf/fields.h conf/load.c conf/lookup.c conf/lookup.h \
	conf/out.c conf/out.h conf/parse.c conf/parse.h conf/print.c conf/report.c conf/report.h \
	conf/resolve.c conf/resolve.h conf/schema.c conf/schema.h conf/schema_check.c \
	conf/schema_global.c conf/schema_lvs.c conf/schema_vrrp.c conf/token.c conf/token.h \
	conf/utf8.c conf/utf8.h conf/value.c conf/value.h
libconf_la_CPPFLAGS = $(AM_CPPFLAGS) $(CRYPTO_CFLAGS)
libconf_la_LIBADD = $(CRYPTO_LIBS)
