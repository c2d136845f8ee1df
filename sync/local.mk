# sync: pure decisions on the kernel's sync roles; edge: sysctls.
noinst_LTLIBRARIES += libsync.la libsynckernel.la
libsync_la_SOURCES = sync/want.c sync/want.h
libsynckernel_la_SOURCES = sync/kernel.c sync/kernel.h
