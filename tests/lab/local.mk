# The lab, the lint and the two commands: scripts, not built.
EXTRA_DIST += quickstart check doc/examples/director-a.conf doc/examples/director-b.conf \
	doc/examples/minimal.conf tests/lab
