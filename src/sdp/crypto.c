/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sdp/crypto: see the header. */
#include "sdp/crypto.h"

#define TAG_DIGITS_MAX 9
#define MKI_LEN_MAX    128
#define LIFETIME_LOG2  48 /* RFC 3711 9.2: packets under one master key */

static int fail(struct tg_diag *d, int err, const char *clause, const char *why)
{
	return tg_fail(d, err, 0, clause, "crypto: %s", why);
}

static struct str word(struct str *rest)
{
	struct str w;

	*rest = str_trim(*rest);
	*rest = str_split(*rest, ' ', &w);
	return w;
}

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static int six_bits(char c)
{
	const char *at = c ? strchr(alphabet, c) : NULL;

	return at ? (int)(at - alphabet) : -1;
}

/* Padding may be there or not (6.1). False: not base64, or too long. */
static bool key_dec(struct sdp_crypto *c, struct str s)
{
	uint32_t bits = 0;
	unsigned nr = 0;

	for (int i = 0; i < 2 && s.len && s.p[s.len - 1] == '='; i++)
		s.len--;
	c->key_len = 0;
	for (size_t i = 0; i < s.len; i++) {
		int v = six_bits(s.p[i]);

		if (v < 0)
			return false;
		bits = bits << 6 | (uint32_t)v;
		nr += 6;
		if (nr < 8)
			continue;
		nr -= 8;
		if (c->key_len == sizeof(c->key))
			return false;
		c->key[c->key_len++] = (uint8_t)(bits >> nr);
	}
	return c->key_len > 0 && s.len % 4 != 1;
}

/* 9.2: a decimal number or a power of two, at most 2^48, no leading zero. */
static bool lifetime_ok(struct str s)
{
	bool power = str_starts(s, STR("2^"));
	uint64_t v;

	s = str_from(s, power ? 2 : 0);
	return s.len && s.p[0] != '0' && str_to_u64(s, &v) &&
	       (power ? v <= LIFETIME_LOG2 : v <= (uint64_t)1 << LIFETIME_LOG2);
}

static bool decimal(struct str s, uint64_t *v)
{
	return s.len && s.p[0] != '0' && str_to_u64(s, v);
}

/* 6.1: a positive number, that fits, of 1 to 128 octets. We have those below 2^64. */
static bool mki(struct sdp_crypto *c, struct str s)
{
	struct str value, octets = str_split(s, ':', &value);
	uint64_t v, len;

	if (c->mki.len || !decimal(value, &v) || !decimal(octets, &len) || len > MKI_LEN_MAX ||
	    (len < sizeof(v) && v >> (8 * len)))
		return false;
	c->mki = s;
	c->mki_value = v;
	c->mki_len = (uint8_t)len;
	return true;
}

static int key_info(struct sdp_crypto *c, struct str info, struct tg_diag *d)
{
	struct str key, part;

	info = str_split(info, '|', &key);
	if (!key_dec(c, key))
		return fail(d, TG_EINVAL, "RFC 4568 6.1", "the key is not base64, or too long");
	while (info.len) {
		info = str_split(info, '|', &part);
		if (mki(c, part))
			continue;
		if (!c->lifetime.len && !c->mki.len && lifetime_ok(part))
			c->lifetime = part;
		else
			return fail(d, TG_EINVAL, "RFC 4568 6.1", "bad lifetime or MKI");
	}
	return 0;
}

static int key_params(struct sdp_crypto *c, struct str v, struct tg_diag *d)
{
	struct str method;

	if (str_chr(v, ';') < v.len)
		return fail(d, TG_ENOTSUP, "RFC 4568 6.1", "more than one key");
	v = str_split(v, ':', &method);
	if (!str_caseeq(method, STR("inline")))
		return fail(d, TG_ENOTSUP, "RFC 4568 6.1", "the key method is not inline");
	return key_info(c, v, d);
}

/* 6.3: KDR, UNENCRYPTED_... change what the transform does: we have only the default. WSH is a hint;
 * what begins with '-' may be passed over (6.3.7). */
static int session_params(struct str v, struct tg_diag *d)
{
	while (v.len) {
		struct str one = word(&v);

		if (one.len && one.p[0] != '-' && !str_starts(one, STR("WSH=")))
			return fail(d, TG_ENOTSUP, "RFC 4568 6.3", "an unknown session parameter");
	}
	return 0;
}

int sdp_crypto_parse(struct sdp_crypto *c, struct str value, struct tg_diag *d)
{
	struct str tag = word(&value);
	int err;

	memset(c, 0, sizeof(*c));
	if (tag.len > TAG_DIGITS_MAX || !str_to_u32(tag, &c->tag))
		return fail(d, TG_EINVAL, "RFC 4568 9.1",
			    "the tag is not a number of up to 9 digits");
	c->suite = word(&value);
	err = key_params(c, word(&value), d);
	if (err < 0)
		return err;
	c->params = str_trim(value);
	return session_params(c->params, d);
}

void sdp_crypto_print(struct wr *w, uint32_t tag, struct str suite, struct str key)
{
	uint32_t bits = 0;
	unsigned nr = 0;

	wr_u(w, tag);
	wr_u8(w, ' ');
	wr_s(w, suite);
	wr_z(w, " inline:");
	for (size_t i = 0; i < key.len; i++) {
		bits = bits << 8 | (uint8_t)key.p[i];
		for (nr += 8; nr >= 6; nr -= 6)
			wr_u8(w, (uint8_t)alphabet[bits >> (nr - 6) & 63]);
	}
	if (nr)
		wr_u8(w, (uint8_t)alphabet[bits << (6 - nr) & 63]);
	for (size_t i = key.len; i % 3; i++)
		wr_u8(w, '=');
}
