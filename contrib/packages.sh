# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash
# Debian packages that trunkgate is built and tested with, and a function that installs the missing
# ones. Sourced by contrib/lab and contrib/check.

# What the daemon and the test phone are built with.
packages_build="gcc make libc6-dev autoconf automake libtool pkg-config
	libtalloc-dev libssl-dev libc-ares-dev libosmocore-dev libspandsp-dev libsrtp2-dev libmnl-dev
	libcmocka-dev"

# What contrib/lab tells its user to type, besides.
packages_lab="$packages_build inetutils-telnet"

# What the tests run besides: formatting, SIPp, a phone, namespaces, scripts, the second compiler,
# other readers of ISUP and SIP, somebody who speaks, what a release is packed with.
packages_test="$packages_build clang clang-format sip-tester sipsak kamailio baresip-core iproute2 python3
	binutils espeak-ng graphviz openssl xz-utils tshark libss7-dev osmo-stp user-mode-linux libosip2-dev
	libsofia-sip-ua-dev rtpengine-daemon libbcg729-dev libopus-dev"

packages_missing() {
	local p
	for p in "$@"; do
		dpkg-query -W -f '${Status}' "$p" 2>/dev/null | grep -q '^install ok installed$' ||
			printf '%s ' "$p"
	done
}

# ensure_packages PACKAGE...: installs those that are missing; one line on stderr and status 1
# when that cannot be done.
ensure_packages() {
	local missing sudo= log why
	missing=$(packages_missing "$@")
	[ -n "$missing" ] || return 0
	missing=${missing% }
	if ! command -v apt-get >/dev/null; then
		echo "error: not a Debian system (no apt-get); install these yourself: $missing" >&2
		return 1
	fi
	if [ "$(id -u)" -ne 0 ]; then
		if ! command -v sudo >/dev/null; then
			echo "error: run as root or install sudo; missing packages: $missing" >&2
			return 1
		fi
		sudo=sudo
	fi
	echo "installing: $missing"
	log=$(mktemp) || return 1
	# shellcheck disable=SC2086
	if ! { $sudo apt-get update; # a repository that is not ours may fail
		$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y \
			--no-install-recommends $missing; } >"$log" 2>&1 </dev/null; then
		why=$(sed -n -e 's/^W: Failed to fetch [^ ]* *//p' -e 's/^E: //p' "$log" | head -n 1)
		rm -f "$log"
		echo "error: apt-get: ${why:-it failed}; not installed: $missing" >&2
		return 1
	fi
	rm -f "$log"
}
