# conf: text to an immutable snapshot.
noinst_LTLIBRARIES += libconf.la

# The list of the kinds of checks (conf/kind.h). Their order gives the numbers of enum
# conf_check_type, which decide when a check is first probed: a new kind is added at the end.
conf_kinds = \
	conf/kinds/tcp.c conf/kinds/track_check.c \
	conf/kinds/http.c \
	conf/kinds/ssl.c \
	conf/kinds/ssl_ca.c conf/kinds/ssl_ca.h \
	conf/kinds/misc.c \
	conf/kinds/smtp.c \
	conf/kinds/dns.c \
	conf/kinds/udp.c \
	conf/kinds/ping.c \
	conf/kinds/file.c \
	conf/kinds/agent.c \
	conf/kinds/bfd_check.c \
	conf/kinds/keep.c

# The rows of the schema: every keyword of the language.
conf_schema_rows = $(conf_kinds) conf/kinds/urls.c conf/kinds/steps.c \
	conf/schema/schema_address.c conf/schema/schema_bfd.c \
	conf/schema/schema_check.c conf/schema/schema_global.c \
	conf/schema/schema_global_more.c conf/schema/schema_global_system.c \
	conf/schema/schema_global_vrrp.c conf/schema/schema_host.c conf/schema/schema_instance.c \
	conf/schema/schema_lvs.c conf/schema/schema_mail.c conf/schema/schema_notify.c conf/schema/schema_pool.c conf/schema/schema_protocol.c conf/schema/schema_root.c \
	conf/schema/schema_route.c conf/schema/schema_rule.c conf/schema/schema_track.c \
	conf/schema/schema_sync.c conf/schema/schema_vmac.c conf/schema/schema_vrrp.c
libconf_la_SOURCES = conf/conf.h conf/conf_mail.h conf/conf_base.h conf/conf_item.h conf/conf_relay.h conf/conf_vrrp.h conf/empty.h conf/kind.h conf/through_ports.h conf/load.c conf/load.h conf/load_how.h \
	conf/load_text.c conf/query.c conf/query.h \
	$(conf_schema_rows) conf/kinds/kinds.c conf/kinds/steps.h conf/kinds/urls.h \
	conf/schema/field.h conf/schema/lookup.c conf/schema/lookup.h conf/schema/schema.c \
	conf/schema/schema.h conf/schema/values.c \
	conf/text/config_ids.c conf/text/config_ids.h conf/text/diag.c conf/text/diag.h \
	conf/text/expand.c conf/text/expand.h conf/text/expand_builtin.c \
	conf/text/expand_include.c conf/text/expand_internal.h conf/text/expand_line.c \
	conf/text/escaped.c conf/text/escaped.h conf/text/expand_name.c conf/text/expand_repeat.c conf/text/mailbox.c conf/text/mailbox.h conf/text/out.c conf/text/out.h \
	conf/text/report.c conf/text/report.h conf/text/secret.c conf/text/secret.h \
	conf/text/seconds.c conf/text/seconds.h \
	conf/text/source.c conf/text/source.h conf/text/token.c conf/text/token.h conf/text/utf8.c \
	conf/text/utf8.h \
	conf/tree/brace.c conf/tree/brace.h conf/tree/cure.c conf/tree/cure.h \
	conf/tree/editor.c conf/tree/editor.h \
	conf/tree/harmless.c conf/tree/harmless.h conf/tree/ignored.c conf/tree/ignored.h \
	conf/tree/keywords.c conf/tree/keywords.h conf/tree/keywords_print.c conf/tree/manual.c conf/tree/manual.h \
	conf/tree/parse.c conf/tree/parse.h conf/tree/resolve.c conf/tree/resolve.h \
	conf/tree/resolve_internal.h conf/tree/resolve_line.c \
	conf/tree/script.c conf/tree/script.h conf/tree/slip.c conf/tree/slip.h conf/tree/value.c \
	conf/tree/value.h conf/tree/value_addr.c conf/tree/value_number.c conf/tree/value_parts.h \
	conf/tree/value_refuse.c conf/tree/value_refuse.h conf/tree/value_text.c conf/tree/walk.c \
	conf/tree/walk.h \
	conf/model/build.c conf/model/build.h conf/model/build_check.c conf/model/build_fields.c \
	conf/model/build_group.c conf/model/build_ipvs.c \
	conf/model/sync/build_sync.c conf/model/sync/build_sync.h conf/model/build_sync_group.c conf/model/build_track.c conf/schema/tracker.c conf/schema/tracker.h \
	conf/model/route/build_address.c conf/model/route/encap_text.c conf/model/route/encap_text.h conf/model/route/build_rule.c conf/model/route/build_route.c conf/model/route/names.c conf/model/route/names.h conf/model/route/build_route.h \
	conf/model/route/build_statics.c conf/model/vrrp/build_accept.c conf/model/vrrp/build_accept.h \
	conf/model/vrrp/build_protocol.c conf/model/vrrp/build_protocol.h \
	conf/model/vrrp/build_vmac.c conf/model/vrrp/build_vmac.h conf/model/vrrp/vmac.c conf/model/vrrp/vmac.h \
	conf/model/vrrp/build_links.c conf/model/vrrp/build_links.h conf/model/vrrp/crossing.c conf/model/vrrp/crossing.h \
	conf/model/build_vrrp.c conf/model/build_vs.c conf/model/check.h conf/model/check_host.c \
	conf/model/check_instance.c conf/model/check_names.c conf/model/check_notices.c conf/model/check_secrets.c \
	conf/model/check_track_routes.c conf/model/check_track_routes.h \
	conf/model/check_service.c conf/model/check_services.c conf/model/check_vrrp.c \
	conf/model/check_vs.c conf/model/member.c conf/model/member.h \
	conf/model/member_list.c conf/model/member_list.h conf/model/member_pack.c \
	conf/model/member_pack.h conf/model/needs/needs.c conf/model/needs/needs.h \
	conf/model/needs/script_uses.c conf/model/needs/script_uses.h conf/model/server_find.c \
	conf/model/server_find.h conf/model/tracked/tracked.c conf/model/tracked/tracked.h conf/model/through/through.c conf/model/through/through.h conf/model/sorted.c conf/model/sorted.h conf/model/table.c \
	conf/model/table.h \
	conf/canon/canon.c conf/canon/canon.h conf/canon/canon_check.c conf/canon/canon_fields.c conf/canon/canon_fields.h \
	conf/canon/canon_group.c conf/canon/canon_host.c conf/canon/canon_list.c conf/canon/canon_track.c \
	conf/canon/canon_vs.c conf/canon/diff.c \
	conf/canon/diff.h conf/canon/digest.c conf/canon/digest.h conf/canon/field.c \
	conf/canon/field.h conf/canon/fields.c conf/canon/fields.h conf/canon/fields_check.c \
	conf/canon/fields_host.c conf/canon/fields_track.c conf/canon/fields_vs.c conf/canon/fields_walk.c \
	conf/canon/lines.c conf/canon/lines.h conf/canon/print.c conf/canon/print.h
nodist_libconf_la_SOURCES = conf/kinds/list.h conf/schema/schema_ids.h
libconf_la_CPPFLAGS = $(AM_CPPFLAGS) $(MD_CFLAGS)
libconf_la_LIBADD = libregex.la $(MD_LIBS)

# The identities of the rows, by which the program knows each keyword: those that the rows have.
BUILT_SOURCES += conf/schema/schema_ids.h
CLEANFILES += conf/schema/schema_ids.h
conf/schema/schema_ids.h: $(conf_schema_rows) conf/local.mk
	$(AM_V_GEN)$(MKDIR_P) conf/schema
	$(AM_V_at){ echo '/* SPDX-License-Identifier: GPL-2.0-or-later */'; \
		echo '/* Made from the rows of the schema (schema.h): one for each, KW_NONE for none. */'; \
		echo '#ifndef LVSD_CONF_SCHEMA_SCHEMA_IDS_H'; \
		echo '#define LVSD_CONF_SCHEMA_SCHEMA_IDS_H'; echo; \
		echo 'enum schema_id {'; echo '	KW_NONE,'; \
		(cd $(srcdir) && sed -n 's/^	\.id = \(KW_[A-Z0-9_]*,\)$$/	\1/p' $(conf_schema_rows)); \
		echo '	KW_N,'; echo '};'; echo; echo '#endif'; } >$@.new
	$(AM_V_at)mv -f $@.new $@

# Macros that go through the kinds of checks: CONF_KINDS(X) those that lvsd runs, CONF_IDLE_KINDS(X)
# those that it only reads. Made from the declarations in their files.
BUILT_SOURCES += conf/kinds/list.h
CLEANFILES += conf/kinds/list.h
conf/kinds/list.h: $(conf_kinds) conf/local.mk
	$(AM_V_GEN)$(MKDIR_P) conf/kinds
	$(AM_V_at){ echo '/* SPDX-License-Identifier: GPL-2.0-or-later */'; \
		echo '/* Made from the files of conf/kinds; the words are those of CONF_KIND (kind.h). */'; \
		echo '#ifndef LVSD_CONF_KINDS_LIST_H'; echo '#define LVSD_CONF_KINDS_LIST_H'; \
		for word in CONF_KIND CONF_IDLE_KIND; do \
			echo; echo "#define $${word}S(X) \\"; \
			(cd $(srcdir) && cat $(conf_kinds)) | tr '\n\t' '  ' | \
				tr -s ' ' | tr ';' '\n' | \
				sed -n "s/.* $$word(\(.*\))\$$/	X(\1) \\\\/p"; \
		done; echo; echo '#endif'; } >$@.new
	$(AM_V_at)mv -f $@.new $@
