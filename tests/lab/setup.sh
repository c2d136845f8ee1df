# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# What ./quickstart and ./check share: the packages of Debian 12 that the project needs (their only
# list), and the build. Sourced with the top of the source tree as the current directory.

# Used by the scripts that source this file.
# shellcheck disable=SC2034
packages_build=(
	build-essential autoconf automake libtool pkg-config
	libnl-3-dev libnl-genl-3-dev libnl-route-3-dev libcurl4-openssl-dev libc-ares-dev libssl-dev
	libevent-dev libjansson-dev libcap-ng-dev libseccomp-dev libipset-dev libpcre2-dev libmd-dev check
)
# shellcheck disable=SC2034
packages_lab=(user-mode-linux kmod iproute2 iputils-ping iptables ipset arptables ipvsadm python3)
# shellcheck disable=SC2034
packages_check=(
	keepalived haproxy unbound nginx-light python3-grpcio nftables systemd procps curl openssl strace tshark clang cppcheck shellcheck universal-ctags
	mandoc man-db
)
# For the lab's dear tests. NetworkManager, which one of them runs too, is not installed: it would take over the interfaces
# of the machine.
# shellcheck disable=SC2034
packages_all=(
	frr dbus
	redis-server mariadb-server postgresql slapd dovecot-imapd postfix kamailio
	monitoring-plugins-basic
)

say() {
	printf '== %s\n' "$*"
}

# Shows the output of a command only when it fails.
quietly() {
	local log status
	log=$(mktemp "${TMPDIR:-/var/tmp}/lvsd-setup.XXXXXX") || return 1
	"$@" >"$log" 2>&1
	status=$?
	[ $status -eq 0 ] || cat "$log" >&2
	rm -f "$log"
	return $status
}

packages_missing() {
	local package
	for package in "$@"; do
		[ "$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null)" = installed ] ||
			printf '%s ' "$package"
	done
}

# Installs what is missing of the packages named; exits 2 when that needs root or does not work.
setup_packages() {
	local missing
	if ! command -v dpkg-query >/dev/null; then
		say "this is not a Debian system: the packages are not looked at"
		return 0
	fi
	missing=$(packages_missing "$@")
	[ -n "$missing" ] || return 0
	if [ "$(id -u)" -ne 0 ]; then
		echo "Packages are missing. As root: apt-get install -y --no-install-recommends ${missing% }" >&2
		exit 2
	fi
	say "installing ${missing% }"
	export DEBIAN_FRONTEND=noninteractive
	quietly apt-get update -q
	# shellcheck disable=SC2086 # a list of words
	if ! quietly apt-get install -y -q --no-install-recommends $missing </dev/null; then
		echo "The packages could not be installed: apt-get install -y --no-install-recommends ${missing% }" >&2
		exit 2
	fi
}

# setup_configure DIR OPTION...: configures DIR, unless it is so already. CC is taken as it is set.
setup_configure() {
	local dir=$1 want="${CC:-default} ${*:2}"
	shift
	if [ ! -x configure ] || [ configure.ac -nt configure ]; then
		say "autoreconf"
		quietly autoreconf -i || return 1
	fi
	if [ -f "$dir/Makefile" ] && [ "$(cat "$dir/.configured" 2>/dev/null)" = "$want" ]; then
		return 0
	fi
	if [ -f config.status ]; then
		echo "This folder holds a build itself, and no other can be made beside it: make distclean ends that." >&2
		return 1
	fi
	say "configure $dir $*"
	mkdir -p "$dir"
	(cd "$dir" && quietly ../configure -q "$@") || return 1
	printf '%s\n' "$want" >"$dir/.configured"
}

# setup_make DIR TARGET...
setup_make() {
	make -C "$1" -j"$(nproc)" --no-print-directory -s "${@:2}"
}
