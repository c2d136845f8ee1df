# admin: the administrator's tool. Pure: command lines, rules, formats; the rest is the program.
noinst_LTLIBRARIES += libadmin.la
libadmin_la_SOURCES = admin/brief.c admin/brief.h admin/command.c admin/command.h admin/conn.c admin/conn.h \
	admin/format.c admin/format.h admin/lines.c admin/lines.h admin/real.c admin/real.h admin/refusal.c admin/rules.c admin/rules.h \
	admin/scan.c admin/scan.h admin/table.c admin/table.h admin/values.c admin/values.h

sbin_PROGRAMS += lvsadm
lvsadm_SOURCES = admin/help.c admin/json.c admin/json.h admin/list.c admin/list.h admin/main.c \
	admin/names.c admin/names.h admin/real_arp.c admin/real_arp.h \
	admin/real_exec.c admin/real_exec.h admin/real_link.c admin/real_link.h admin/real_run.c \
	admin/real_run.h admin/real_state.c admin/real_state.h admin/request.c admin/request.h admin/restore.c admin/run.c \
	admin/run_command.c \
	admin/run.h
lvsadm_CPPFLAGS = $(AM_CPPFLAGS) $(JANSSON_CFLAGS) $(NLROUTE_CFLAGS)
lvsadm_LDADD = libadmin.la libipvsgenl.la libipvs.la libbase.la $(JANSSON_LIBS) $(NLROUTE_LIBS)

# The names decide what the program is.
install-exec-hook:
	cd $(DESTDIR)$(sbindir) && for name in lvsadm-save lvsadm-restore; do \
		rm -f $$name && $(LN_S) lvsadm $$name || exit 1; done
uninstall-hook:
	rm -f $(DESTDIR)$(sbindir)/lvsadm-save $(DESTDIR)$(sbindir)/lvsadm-restore

admin/lvsadm.service: admin/lvsadm.service.in Makefile
	$(AM_V_GEN)$(MKDIR_P) admin && sed -e 's|@sbindir''@|$(sbindir)|g' \
		$(srcdir)/admin/lvsadm.service.in >$@.new && mv $@.new $@
EXTRA_DIST += admin/lvsadm.service.in
CLEANFILES += admin/lvsadm.service
if HAS_SYSTEMDSYSTEMUNITDIR
systemdsystemunit_DATA += admin/lvsadm.service
endif
