# sync: pure decisions on the kernel's sync roles; edge: the hello.
noinst_LTLIBRARIES += libsync.la libsynchello.la
libsync_la_SOURCES = sync/rejoin.c sync/rejoin.h sync/want.c sync/want.h
libsynchello_la_SOURCES = sync/hello.c sync/hello.h
