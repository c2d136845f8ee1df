# sync: pure decisions on the kernel's sync roles, and the mirror; edge: the hello, the watch, the tap; the process.
noinst_LTLIBRARIES += libsync.la libsynchello.la libsyncworker.la
libsync_la_SOURCES = sync/bound.c sync/bound.h sync/bulk.c sync/bulk.h sync/calls.c sync/calls.h sync/entry.c sync/entry.h \
	sync/heartbeat.c sync/heartbeat.h sync/limit.c sync/limit.h sync/listed.c sync/listed.h sync/marks.c sync/marks.h sync/mirror.c sync/mirror.h sync/packet.c \
	sync/packet.h sync/peers.c sync/peers.h sync/private/drops.c sync/private/drops.h sync/private/private.c sync/private/private.h sync/rejoin.c sync/rejoin.h \
	sync/routes.c sync/routes.h sync/serves.c sync/serves.h sync/want.c sync/want.h sync/wire.c sync/wire.h
libsynchello_la_SOURCES = sync/group.c sync/group.h sync/hello.c sync/hello.h sync/private/drops_watch.c sync/private/drops_watch.h \
	sync/private/keeper.c sync/private/keeper.h sync/private/link.c sync/private/link.h \
	sync/private/sockets.c sync/private/sockets.h sync/tap.c sync/tap.h sync/watch.c sync/watch.h
libsyncworker_la_SOURCES = sync/listing.c sync/listing.h sync/relay/relay.c sync/relay/relay.h sync/worker.c sync/worker.h \
	sync/worker_flush.c sync/worker_parts.h sync/worker_relay.c
# The relay.
libsync_la_SOURCES += \
	sync/relay/allow.c sync/relay/allow.h sync/relay/counts.c sync/relay/counts.h sync/relay/gaps.c sync/relay/gaps.h \
	sync/relay/peer.c sync/relay/peer.h sync/relay/newest.c sync/relay/newest.h sync/relay/pace.c sync/relay/pace.h \
	sync/relay/ready.c sync/relay/ready.h sync/relay/rejection.c sync/relay/ring.c sync/relay/ring.h \
	sync/relay/courier.c sync/relay/courier.h sync/relay/letter.c sync/relay/letter.h sync/relay/orders.c sync/relay/orders.h
# The relay's wire: it calls libcrypto, which base/dynamic loads.
noinst_LTLIBRARIES += libsyncrelay.la
libsyncrelay_la_SOURCES = sync/relay/body.c sync/relay/body.h sync/relay/crypto.c sync/relay/crypto.h sync/relay/frame.c sync/relay/frame.h sync/relay/keys.c \
	sync/relay/keys.h sync/relay/seal.c sync/relay/seal.h sync/relay/session.c sync/relay/session.h sync/relay/window.c \
	sync/relay/window.h
libsynchello_la_CPPFLAGS = $(AM_CPPFLAGS) $(NL_CFLAGS)
libsynchello_la_LIBADD = $(NL_LIBS)
