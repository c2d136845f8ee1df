# sync: pure decisions on the kernel's sync roles; edges: sysctls, the hello.
noinst_LTLIBRARIES += libsync.la libsynckernel.la
libsync_la_SOURCES = sync/rejoin.c sync/rejoin.h sync/want.c sync/want.h
libsynckernel_la_SOURCES = sync/hello.c sync/hello.h sync/kernel.c sync/kernel.h
