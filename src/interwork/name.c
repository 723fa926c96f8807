/* SPDX-License-Identifier: GPL-3.0-or-later */
/* name: see name.h. */
#include <string.h>

#include "interwork/name.h"
#include "isup/params.h"
#include "isup/variant.h"

/* T1.113, not checked against its text */
enum { ALLOWED = 0, RESTRICTED = 1 };
#define CALLING_NAME 1

void iw_name_of_text(struct str s, char text[IW_NAME_MAX + 1])
{
	size_t nr = 0;

	s = str_trim(s);
	for (size_t i = 0; i < s.len && nr < IW_NAME_MAX; i++) {
		uint8_t c = (uint8_t)s.p[i];

		if ((c & 0xc0) == 0x80) /* of the character before */
			continue;
		text[nr++] = c >= ' ' && c < 0x7f ? (char)c : '?';
	}
	text[nr] = '\0';
}

bool iw_name_get(const struct isup_msg *iam, bool hidden, struct iw_name *name)
{
	struct isup_generic_name n;

	if (isup_get_value(iam, &isup_ansi95, ISUP_P_GENERIC_NAME, &n, sizeof(n)) < 0 ||
	    n.type != CALLING_NAME || n.not_available)
		return false;
	iw_name_of_text(n.name, name->text);
	name->hidden = n.presentation == ALLOWED      ? false
		       : n.presentation == RESTRICTED ? true
						      : hidden;
	return name->text[0] != '\0';
}

int iw_name_put(struct isup_msg *iam, const struct iw_name *name)
{
	const struct isup_generic_name n = { .presentation = name->hidden ? RESTRICTED : ALLOWED,
					     .type = CALLING_NAME,
					     .name = str_of(name->text) };

	return isup_put_value(iam, &isup_ansi95, ISUP_P_GENERIC_NAME, &n, sizeof(n));
}

char *iw_name_print(const struct iw_name *name, char buf[IW_NAME_TEXT_MAX])
{
	size_t len = 0;

	buf[len++] = '"';
	for (const char *p = name->text; *p; p++) {
		if (*p == '"' || *p == '\\')
			buf[len++] = '\\';
		buf[len++] = *p;
	}
	memcpy(buf + len, "\" ", 3);
	if (!name->text[0])
		buf[0] = '\0';
	return buf;
}

/* RFC 3261 25.1: quoted-pair. */
static struct str unescape(struct str s, char *buf, size_t size)
{
	size_t len = 0;

	for (size_t i = 0; i < s.len && len < size; i++) {
		if (s.p[i] == '\\' && i + 1 < s.len)
			i++;
		buf[len++] = s.p[i];
	}
	return str_n(buf, len);
}

/* The number itself is no name, and who has none here is nobody. */
static bool says_nothing(const char *text)
{
	return !text[0] || text[strspn(text, "+0123456789-.() ")] == '\0' ||
	       str_caseeq(str_of(text), STR("Anonymous")) ||
	       str_caseeq(str_of(text), STR("Unavailable"));
}

static bool read_display(const struct sip_nameaddr *a, struct iw_name *name)
{
	char buf[4 * IW_NAME_MAX];

	iw_name_of_text(unescape(a->display, buf, sizeof(buf)), name->text);
	return !says_nothing(name->text);
}

int iw_name_to_isup(const struct iw_ctx *x, const struct sip_nameaddr *caller,
		    const struct sip_nameaddr *from, bool hidden, struct isup_msg *iam)
{
	struct iw_name name = { .hidden = hidden };

	if (!read_display(caller, &name) &&
	    (!str_eq(caller->uri.user, from->uri.user) || !read_display(from, &name)))
		return 0;
	if (!iw_mapped(x, IW_MAP_NAME, name.text, "generic name"))
		return 0;
	return iw_name_put(iam, &name);
}
