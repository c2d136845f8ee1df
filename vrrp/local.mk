# vrrp: pure packet, state machine and frames; edge: the vrrp process.
noinst_LTLIBRARIES += libvrrp.la libvrrpworker.la
libvrrp_la_SOURCES = vrrp/wire.h
libvrrpworker_la_SOURCES = vrrp/worker.h
libvrrpworker_la_CPPFLAGS = $(AM_CPPFLAGS) $(NLROUTE_CFLAGS)
libvrrpworker_la_LIBADD = $(NLROUTE_LIBS)
