# admin: the administrator's tool. Pure: command lines, rules, formats; the rest is the program.
noinst_LTLIBRARIES += libadmin.la
libadmin_la_SOURCES = admin/command.c admin/command.h admin/conn.c admin/conn.h admin/format.c \
	admin/format.h admin/lines.c admin/lines.h admin/refusal.c admin/rules.c admin/rules.h \
	admin/scan.c admin/scan.h admin/table.c admin/table.h admin/values.c admin/values.h

sbin_PROGRAMS += lvsadm
lvsadm_SOURCES = admin/help.c admin/json.c admin/json.h admin/list.c admin/list.h admin/main.c \
	admin/names.c admin/names.h admin/request.c admin/request.h admin/restore.c admin/run.c \
	admin/run.h
lvsadm_CPPFLAGS = $(AM_CPPFLAGS) $(JANSSON_CFLAGS)
lvsadm_LDADD = libadmin.la libipvsgenl.la libipvs.la libbase.la $(JANSSON_LIBS)
