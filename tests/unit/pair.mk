# unit tests of what the directors of a pair tell each other
check_PROGRAMS += tests/unit/test_pair_message tests/unit/test_pair_agree
tests_unit_test_pair_message_SOURCES = tests/unit/test_pair_message.c daemon/director/pair/message.c
tests_unit_test_pair_message_LDADD = libbase.la $(CHECK_LIBS) $(JANSSON_LIBS)
tests_unit_test_pair_agree_SOURCES = tests/unit/test_pair_agree.c daemon/director/pair/agree.c
tests_unit_test_pair_agree_LDADD = libbase.la $(CHECK_LIBS)

# Two directors on a wire and a clock of the test's own.
check_PROGRAMS += tests/unit/test_pair
tests_unit_test_pair_SOURCES = tests/unit/test_pair.c tests/unit/logged.c tests/unit/logged.h \
	base/virtual/chan.c base/virtual/channel.h base/virtual/clock.c base/virtual/loop.c base/virtual/world.h \
	daemon/director/pair/agree.c daemon/director/pair/message.c daemon/director/pair/pair.c
tests_unit_test_pair_LDADD = libbase.la $(CHECK_LIBS) $(JANSSON_LIBS)
