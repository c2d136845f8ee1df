# sync: pure decisions on the kernel's sync roles; edge: the hello, the watch.
noinst_LTLIBRARIES += libsync.la libsynchello.la
libsync_la_SOURCES = sync/bound.c sync/bound.h sync/calls.c sync/calls.h sync/heartbeat.c sync/heartbeat.h sync/limit.c \
	sync/limit.h sync/peers.c sync/peers.h sync/rejoin.c sync/rejoin.h sync/want.c sync/want.h
libsynchello_la_SOURCES = sync/hello.c sync/hello.h sync/watch.c sync/watch.h
