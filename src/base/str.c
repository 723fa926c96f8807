/* SPDX-License-Identifier: GPL-3.0-or-later */
/* str: comparing, cutting and reading views; see the header. Nothing here allocates. */
#include <trunkgate/base/str.h>

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

bool str_caseeq(struct str a, struct str b)
{
	if (a.len != b.len)
		return false;
	for (size_t i = 0; i < a.len; i++)
		if (lower(a.p[i]) != lower(b.p[i]))
			return false;
	return true;
}

bool str_starts(struct str s, struct str prefix)
{
	return s.len >= prefix.len && str_eq(str_n(s.p, prefix.len), prefix);
}

struct str str_trim(struct str s)
{
	while (s.len && blank(s.p[0]))
		s = str_from(s, 1);
	while (s.len && blank(s.p[s.len - 1]))
		s.len--;
	return s;
}

size_t str_chr(struct str s, char c)
{
	const char *at = s.len ? memchr(s.p, c, s.len) : NULL;
	return at ? (size_t)(at - s.p) : s.len;
}

struct str str_split(struct str s, char c, struct str *head)
{
	size_t at = str_chr(s, c);

	*head = str_n(s.p, at);
	return str_from(s, at < s.len ? at + 1 : at);
}

#define SAFE_DIGITS 19 /* so many fit in 64 bits, whatever they are */

/* Digits only, up to and including `max`. */
static bool to_number(struct str s, uint64_t max, uint64_t *out)
{
	uint64_t v = 0;

	if (s.len == 0)
		return false;
	for (size_t i = 0; i < s.len; i++) {
		unsigned int digit = (unsigned char)s.p[i] - (unsigned int)'0';
		if (digit > 9 || (i >= SAFE_DIGITS && v > (max - digit) / 10))
			return false;
		v = v * 10 + digit;
	}
	*out = v;
	return v <= max;
}

bool str_to_u32(struct str s, uint32_t *out)
{
	uint64_t v;

	if (!to_number(s, UINT32_MAX, &v))
		return false;
	*out = (uint32_t)v;
	return true;
}

bool str_to_u64(struct str s, uint64_t *out)
{
	return to_number(s, UINT64_MAX, out);
}

bool str_copyz(char *buf, size_t size, struct str s)
{
	size_t n;

	if (size == 0)
		return false;
	n = s.len < size ? s.len : size - 1;
	if (n)
		memcpy(buf, s.p, n);
	buf[n] = '\0';
	return n == s.len;
}
