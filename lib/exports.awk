# SPDX-License-Identifier: GPL-3.0-or-later
# The names that C headers declare for others to link with, one a line: what a shared library of
# ours exports. Comments, preprocessor lines, types and inline functions are left out.
#
#	awk -f lib/exports.awk include/trunkgate/sip/*.h >lib/trunkgate-sip.sym

function statement(text)
{
	if (text ~ /^[ \t]*(typedef|static|_Static_assert)/ || text !~ /[^ \t]/)
		return
	if (text ~ /\(/)
		sub(/[ \t]*\(.*/, "", text)
	else if (text !~ /^[ \t]*extern/)
		return
	sub(/[ \t]*(\[.*)?[ \t]*$/, "", text)
	sub(/.*[^A-Za-z0-9_]/, "", text)
	print text
}

FNR == 1 { depth = 0; head = ""; comment = 0; macro = 0 }

{
	line = $0
	if (macro || (!comment && line ~ /^[ \t]*#/)) {
		macro = line ~ /\\$/
		next
	}
	if (comment) {
		at = index(line, "*/")
		if (!at)
			next
		line = substr(line, at + 2)
		comment = 0
	}
	while ((at = index(line, "/*"))) {
		rest = substr(line, at + 2)
		line = substr(line, 1, at - 1) " "
		if ((end = index(rest, "*/"))) {
			line = line substr(rest, end + 2)
		} else {
			comment = 1
			break
		}
	}
	for (i = 1; i <= length(line); i++) {
		c = substr(line, i, 1)
		if (c == "{")
			depth++
		else if (c == "}" && --depth == 0)
			head = ""
		else if (depth == 0 && c == ";") {
			statement(head)
			head = ""
		} else if (depth == 0)
			head = head c
	}
	head = head " "
}
