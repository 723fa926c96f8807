/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * str: a view of octets that somebody else owns.
 *
 * Parsers hand out views into the message they were given; nothing is copied and nothing ends in
 * NUL. A view is valid as long as its message is; what must live longer is copied by name
 * (functions that end in _keep). An empty view may have p == NULL.
 *
 *	struct str host = STR("198.51.100.1");
 *	if (str_caseeq(host, STR("localhost")))
 *		printf(STR_FMT "\n", STR_ARG(host));
 */
#ifndef TRUNKGATE_BASE_STR_H
#define TRUNKGATE_BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct str {
	const char *p;
	size_t len;
};

/* A view of a string literal; STR_INIT is the same for initialisers of static tables. */
#define STR(lit) ((struct str){ "" lit, sizeof(lit) - 1 })
#define STR_INIT(lit)                   \
	{                               \
		"" lit, sizeof(lit) - 1 \
	}
#define STR_FMT	   "%.*s"
#define STR_ARG(s) ((int)(s).len), ((s).p ? (s).p : "")

static inline struct str str_of(const char *z)
{
	return (struct str){ z, z ? strlen(z) : 0 };
}

static inline struct str str_n(const void *p, size_t len)
{
	return (struct str){ p, len };
}

static inline bool str_eq(struct str a, struct str b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.p, b.p, a.len) == 0);
}

/* First `n` octets dropped (all, when there are fewer). */
static inline struct str str_from(struct str s, size_t n)
{
	return n >= s.len ? (struct str){ s.len ? s.p + s.len : s.p, 0 }
			  : (struct str){ s.p + n, s.len - n };
}

/* Equal but for the case of ASCII letters. */
bool str_caseeq(struct str a, struct str b);
bool str_starts(struct str s, struct str prefix);
/* Without the spaces and tabs (and folded line ends) at both ends. */
struct str str_trim(struct str s);
/* Offset of the first `c`, or s.len when there is none. */
size_t str_chr(struct str s, char c);
/* Splits at the first `c`: *head gets what is before it, the result what is after it. Without a
 * `c` *head is all of it and the result is empty. */
struct str str_split(struct str s, char c, struct str *head);
/* A whole, unsigned decimal number: digits only, no sign, no overflow. False leaves *out alone. */
bool str_to_u32(struct str s, uint32_t *out);
bool str_to_u64(struct str s, uint64_t *out);
/* Copies into `buf` with a NUL, cut to fit. Returns true when nothing was cut. */
bool str_copyz(char *buf, size_t size, struct str s);

#endif
