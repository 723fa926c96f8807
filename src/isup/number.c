/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Numbers: Q.763 3.9, 3.10, 3.26, 3.30, 3.51. The qualifier of 3.26, the nature of address with the
 * odd/even bit, the octet of plan and indicators, then two digits an octet, the low half first.
 * Layouts differ in which of these there are, so one pair of functions serves all.
 */
#include <string.h>

#include "isup/value.h"

#define ODD 0x80

static bool has_nature(enum isup_number_layout l)
{
	return l != ISUP_NUMBER_SUBSEQUENT;
}

static bool has_presentation(enum isup_number_layout l)
{
	return l == ISUP_NUMBER_CALLING || l == ISUP_NUMBER_LOCATION || l == ISUP_NUMBER_GENERIC ||
	       l == ISUP_NUMBER_REDIRECTING;
}

static bool has_screening(enum isup_number_layout l)
{
	return has_presentation(l) && l != ISUP_NUMBER_REDIRECTING;
}

/* Bit 8 of the second octet is INN, else NI. */
static bool has_inn(enum isup_number_layout l)
{
	return l == ISUP_NUMBER_CALLED || l == ISUP_NUMBER_LOCATION;
}

static bool has_ni(enum isup_number_layout l)
{
	return l == ISUP_NUMBER_CALLING || l == ISUP_NUMBER_GENERIC;
}

static void dec_indicators(struct isup_number *n, enum isup_number_layout l, uint8_t octet)
{
	n->npi = octet >> 4 & 7;
	if (has_inn(l))
		n->inn = octet >> 7;
	if (has_ni(l))
		n->ni = octet >> 7;
	if (has_presentation(l))
		n->apri = octet >> 2 & 3;
	if (has_screening(l))
		n->si = octet & 3;
}

static int dec_digits(struct isup_number *n, struct str bcd, bool odd)
{
	size_t nr = 2 * bcd.len - (odd && bcd.len);

	if (nr > ISUP_MAX_DIGITS)
		return TG_EINVAL;
	for (size_t i = 0; i < nr; i++) {
		uint8_t octet = (uint8_t)bcd.p[i / 2];
		n->digits[i] = "0123456789ABCDEF"[i % 2 ? octet >> 4 : octet & 15];
	}
	n->digits[nr] = '\0';
	return 0;
}

int isup_number_dec(struct isup_number *n, enum isup_number_layout layout, struct str content)
{
	struct rd r = rd_init(content);
	uint8_t octet;

	memset(n, 0, sizeof(*n));
	if (layout == ISUP_NUMBER_GENERIC)
		n->nqi = rd_u8(&r);
	octet = rd_u8(&r);
	if (has_nature(layout)) {
		n->noa = octet & 0x7f;
		dec_indicators(n, layout, rd_u8(&r));
	}
	if (r.err)
		return TG_EINVAL;
	return dec_digits(n, rd_rest(&r), octet & ODD);
}

/* The value of a digit, -1: none. */
static int digit_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static uint8_t enc_indicators(const struct isup_number *n, enum isup_number_layout l)
{
	uint8_t octet = (uint8_t)(n->npi << 4);

	if ((has_inn(l) && n->inn) || (has_ni(l) && n->ni))
		octet |= 0x80;
	if (has_presentation(l))
		octet |= (uint8_t)(n->apri << 2);
	if (has_screening(l))
		octet |= n->si;
	return octet;
}

static int enc_digits(const struct isup_number *n, size_t nr, uint8_t *buf)
{
	for (size_t i = 0; i < nr; i++) {
		int v = digit_value(n->digits[i]);
		if (v < 0)
			return TG_EINVAL;
		if (i % 2)
			buf[i / 2] |= (uint8_t)(v << 4);
		else
			buf[i / 2] = (uint8_t)v;
	}
	return (int)(nr + 1) / 2;
}

int isup_number_enc(const struct isup_number *n, enum isup_number_layout layout, uint8_t *buf)
{
	size_t nr = strnlen(n->digits, sizeof(n->digits));
	int at = 0, len;

	if (nr > ISUP_MAX_DIGITS || n->noa > 127 || n->npi > 7 || n->inn > 1 || n->ni > 1 ||
	    n->apri > 3 || n->si > 3)
		return TG_EINVAL;
	if (layout == ISUP_NUMBER_GENERIC)
		buf[at++] = n->nqi;
	buf[at++] = (uint8_t)((nr % 2 ? ODD : 0) | (has_nature(layout) ? n->noa : 0));
	if (has_nature(layout))
		buf[at++] = enc_indicators(n, layout);
	len = enc_digits(n, nr, buf + at);
	return len < 0 ? len : at + len;
}

/* The layout that the row of this parameter names. */
enum isup_number_layout isup_layout_of(const struct isup_variant *v, uint8_t code)
{
	const struct isup_param_row *row = isup_param_row(v ? v : &isup_itu, code);

	return row ? (enum isup_number_layout)row->number : ISUP_NUMBER_NONE;
}

int isup_get_number(const struct isup_msg *m, enum isup_param_code code, struct isup_number *n)
{
	enum isup_number_layout layout = isup_layout_of(m->v, (uint8_t)code);
	struct str content;

	if (!isup_get(m, code, &content))
		return TG_ENOENT;
	return layout == ISUP_NUMBER_NONE ? TG_EINVAL : isup_number_dec(n, layout, content);
}

int isup_put_number(struct isup_msg *m, enum isup_param_code code, const struct isup_number *n)
{
	enum isup_number_layout layout = isup_layout_of(m->v, (uint8_t)code);
	uint8_t buf[ISUP_NUMBER_OCTETS];
	int len = layout == ISUP_NUMBER_NONE ? TG_EINVAL : isup_number_enc(n, layout, buf);

	return len < 0 ? len : isup_put(m, code, str_n(buf, (size_t)len));
}
