# unit tests and simulations of vrrp
check_PROGRAMS += tests/lab/vrrp_pair
tests_lab_vrrp_pair_SOURCES = tests/lab/vrrp_pair.c
tests_lab_vrrp_pair_LDADD = libvrrpworker.la libvrrp.la libbase.la
EXTRA_DIST += tests/lab/vrrp_pair.py
