# doc: manual pages. That of the configuration is made of prose and of the schema's own words.
EXTRA_PROGRAMS += doc/gen_manual
doc_gen_manual_SOURCES = doc/gen_manual.c
doc_gen_manual_LDADD = libconf.la libbase.la

nodist_man_MANS += doc/lvsd.conf.5
EXTRA_DIST += doc/lvsd.conf.5.head doc/lvsd.conf.5.tail
CLEANFILES += doc/lvsd.conf.5 doc/lvsd.conf.5.tmp doc/gen_manual$(EXEEXT)
doc/lvsd.conf.5: doc/gen_manual$(EXEEXT) doc/lvsd.conf.5.head doc/lvsd.conf.5.tail
	$(AM_V_GEN)$(MKDIR_P) doc && { cat $(srcdir)/doc/lvsd.conf.5.head && doc/gen_manual$(EXEEXT) manual && \
		cat $(srcdir)/doc/lvsd.conf.5.tail; } > $@.tmp && mv $@.tmp $@

dist_man_MANS += doc/lvsd.8 doc/lvsctl.1
dist_man_MANS += doc/lvsadm.8
EXTRA_DIST += .clang-format
# With their folders, so that the links from one to another hold.
nobase_dist_doc_DATA = README.md CONTRIBUTING.md doc/architecture.md doc/behaviour.md doc/control.md doc/features.md \
	doc/guide/dialogues.md doc/guide/first-pair.md doc/guide/proxy-pair.md doc/keywords.md doc/performance.md doc/sync.md doc/examples/director-a.conf \
	doc/examples/director-b.conf doc/examples/full-nat.conf doc/examples/minimal.conf \
	doc/examples/pair-relay.conf doc/examples/proxy-pair.conf \
	doc/examples/dual-stack.conf
# What an administrator begins with; lvsd itself reads lvsd.conf there.
dist_sysconf_DATA = doc/examples/lvsd.conf.example

bashcompletiondir = $(datadir)/bash-completion/completions
dist_bashcompletion_DATA = doc/completion/lvsctl doc/completion/lvsadm
nodist_bashcompletion_DATA = doc/generated/lvsd
EXTRA_DIST += doc/completion/lvsd
doc/generated/lvsd: doc/gen_manual$(EXEEXT) doc/completion/lvsd
	$(AM_V_GEN)$(MKDIR_P) doc/generated && words=`doc/gen_manual$(EXEEXT) words` && \
		sed "s|@KEYWORDS""@|$$words|" $(srcdir)/doc/completion/lvsd >$@.tmp && mv $@.tmp $@

if HAS_VIMFILESDIR
vimsyntaxdir = $(vimfilesdir)/syntax
nodist_vimsyntax_DATA = doc/generated/lvsd.vim
vimftdetectdir = $(vimfilesdir)/ftdetect
dist_vimftdetect_DATA = doc/vim/lvsd.vim
endif
EXTRA_DIST += doc/vim/lvsd.vim
doc/generated/lvsd.vim: doc/gen_manual$(EXEEXT)
	$(AM_V_GEN)$(MKDIR_P) doc/generated && doc/gen_manual$(EXEEXT) vim >$@.tmp && mv $@.tmp $@
CLEANFILES += doc/generated/lvsd doc/generated/lvsd.tmp doc/generated/lvsd.vim \
	doc/generated/lvsd.vim.tmp

# Read by people and by the tests.
EXTRA_DIST += COPYING tests/install/run
