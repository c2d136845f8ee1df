# ipvs: pure table, want and plan; edge: genl.
noinst_LTLIBRARIES += libipvs.la libipvsgenl.la
libipvs_la_SOURCES = ipvs/plan.h ipvs/state.h ipvs/want.h
libipvsgenl_la_SOURCES = ipvs/genl.h
libipvsgenl_la_CPPFLAGS = $(AM_CPPFLAGS) $(NL_CFLAGS)
libipvsgenl_la_LIBADD = $(NL_LIBS)
