# ipvs: pure table, want and plan; edge: genl.
noinst_LTLIBRARIES += libipvs.la libipvsgenl.la
libipvs_la_SOURCES = ipvs/drain.c ipvs/drain.h ipvs/drain_count.c ipvs/owned.c ipvs/owned.h ipvs/plan.c ipvs/plan.h \
	ipvs/plan_apply.c ipvs/plan_print.c ipvs/recon.c ipvs/recon.h ipvs/state.c ipvs/state.h \
	ipvs/timeouts.c ipvs/timeouts.h ipvs/want.c ipvs/want.h ipvs/drift.c ipvs/drift.h \
	ipvs/plan_run.c ipvs/plan_run.h ipvs/slices.c ipvs/slices.h
libipvsgenl_la_SOURCES = ipvs/genl.c ipvs/genl.h ipvs/genl_admin.c ipvs/genl_admin.h \
	ipvs/genl_admin_wire.c ipvs/genl_admin_wire.h ipvs/genl_attrs.c ipvs/genl_attrs.h ipvs/genl_decode.c ipvs/genl_encode.c \
	ipvs/genl_socket.c ipvs/genl_socket.h ipvs/genl_wire.h
libipvsgenl_la_CPPFLAGS = $(AM_CPPFLAGS) $(NL_CFLAGS)
libipvsgenl_la_LIBADD = $(NL_LIBS)
