# daemon: the only place that joins rooms.
sbin_PROGRAMS += lvsd
lvsd_SOURCES = daemon/checks.c daemon/control.c daemon/control.h daemon/director.c \
	daemon/director.h daemon/director_state.h daemon/main.c daemon/options.c daemon/options.h \
	daemon/owned.c daemon/privilege.c daemon/privilege.h daemon/reload.c daemon/roles.c \
	daemon/rundir.c daemon/rundir.h daemon/settle.c daemon/spawn.c daemon/spawn.h \
	daemon/status.c daemon/supervise.c daemon/supervise.h daemon/wire.h
lvsd_CPPFLAGS = $(AM_CPPFLAGS) $(JANSSON_CFLAGS) $(CAPNG_CFLAGS)
lvsd_LDADD = libconf.la libipvsgenl.la libipvs.la libcheckworker.la libhealth.la \
	libvrrpworker.la libvrrp.la libsynckernel.la libsync.la libbase.la $(JANSSON_LIBS) \
	$(CAPNG_LIBS)

bin_PROGRAMS += lvsctl
lvsctl_SOURCES = daemon/lvsctl.c daemon/options.h daemon/rundir.c daemon/rundir.h \
	daemon/status_text.c daemon/status_text.h
lvsctl_CPPFLAGS = $(AM_CPPFLAGS) $(JANSSON_CFLAGS)
lvsctl_LDADD = libbase.la $(JANSSON_LIBS)
