# sync: pure decisions on the kernel's sync roles; edge: sysctls.
noinst_LTLIBRARIES += libsync.la
libsync_la_SOURCES = sync/want.h
