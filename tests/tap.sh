#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# tap.sh PROGRAM...: runs a test program and passes its TAP on. cmocka says "not ok" of a test that
# it skipped, which TAP takes for a failure; here it becomes "ok", with the reason that the line
# "# skip: REASON" before it gave (skip_because in tests/unit/support.h). Ends as the program ends.
# A test whose interpreter the machine lacks is skipped.
case $1 in
*/*) ;;
*)
	if ! command -v "$1" >/dev/null; then
		echo "1..0 # SKIP $1 is not installed"
		exit 0
	fi
	;;
esac
exec 4>&1
status=$({
	{
		"$@" 3>&- 4>&-
		echo $? >&3
	} | awk '
		/^# skip: / { why = substr($0, 9); next }
		/^not ok [0-9]+ # SKIP/ {
			sub(/^not /, ""); sub(/# SKIP */, "- ")
			print $0 " # SKIP " why; why = ""; fflush(); next
		}
		{ print; fflush() }' >&4
} 3>&1)
exit "$status"
