/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Contents by their field rows: what the bits are, and the values made of them. */
#include <string.h>

#include "isup/field.h"
#include "isup/variant.h"

#define MAX_CONTENT 255

static bool is_number(const struct isup_field *f)
{
	return f->kind < ISUP_FIELD_OCTETS;
}

/* Octets that a field takes from its first on, 0: all that follow. */
static size_t octets_of(const struct isup_field *f)
{
	if (f->kind == ISUP_FIELD_BITS || f->kind == ISUP_FIELD_ONE)
		return 1;
	return is_number(f) ? (f->width + 7u) / 8 : f->width;
}

static uint32_t mask_of(const struct isup_field *f)
{
	return (UINT32_C(1) << f->width) - 1;
}

struct str isup_field_octets(const struct isup_field *f, struct str content)
{
	struct str rest = str_from(content, f->octet);
	size_t nr = octets_of(f);

	return nr && nr < rest.len ? str_n(rest.p, nr) : rest;
}

uint32_t isup_field_get(const struct isup_field *f, struct str content)
{
	struct str s = isup_field_octets(f, content);
	uint32_t v = 0;

	if (s.len < octets_of(f) || !is_number(f))
		return 0;
	for (size_t i = 0; i < s.len; i++)
		v |= (uint32_t)(uint8_t)s.p[i]
		     << 8 * (f->kind == ISUP_FIELD_BE ? s.len - 1 - i : i);
	return v >> f->shift & mask_of(f);
}

/* Digits. ------------------------------------------------------------------------------------ */
static const char halves[] = "0123456789ABCDEF";

static bool is_odd(const struct isup_field *f, struct str content)
{
	return f->shift && content.len && (uint8_t)content.p[0] & 0x80;
}

static int dec_digits(const struct isup_field *f, struct str content, char *digits)
{
	struct str bcd = isup_field_octets(f, content);
	size_t nr = 2 * bcd.len - (is_odd(f, content) && bcd.len);

	if (nr > ISUP_MAX_DIGITS)
		return TG_EINVAL;
	for (size_t i = 0; i < nr; i++)
		digits[i] = halves[(uint8_t)bcd.p[i / 2] >> 4 * (i % 2) & 15];
	digits[nr] = '\0';
	return 0;
}

static int enc_digits(const struct isup_field *f, const char *digits, uint8_t *buf, size_t *len)
{
	size_t nr = strnlen(digits, ISUP_DIGITS_SIZE), octets = (nr + 1) / 2;

	if (nr > ISUP_MAX_DIGITS || (f->width && octets != f->width) || (nr % 2 && !f->shift))
		return TG_EINVAL;
	if (*len < f->octet + octets)
		return TG_ELIMIT;
	memset(buf + f->octet, 0, octets);
	for (size_t i = 0; i < nr; i++) {
		const char *at = strchr(halves, digits[i]);
		if (!at)
			return TG_EINVAL;
		buf[f->octet + i / 2] |= (uint8_t)((at - halves) << 4 * (i % 2));
	}
	if (nr % 2)
		buf[0] |= 0x80;
	*len = f->octet + octets;
	return 0;
}

/* A field from and to its member. ------------------------------------------------------------ */
static int dec_field(const struct isup_field *f, struct str content, uint8_t *member)
{
	struct str s;
	uint32_t v;

	switch ((enum isup_field_kind)f->kind) {
	case ISUP_FIELD_BITS:
		*member = (uint8_t)isup_field_get(f, content);
		return 0;
	case ISUP_FIELD_BE:
	case ISUP_FIELD_LE:
		v = isup_field_get(f, content);
		memcpy(member, &v, sizeof(v));
		return 0;
	case ISUP_FIELD_OCTETS:
	case ISUP_FIELD_TEXT:
		s = isup_field_octets(f, content);
		memcpy(member, &s, sizeof(s));
		return 0;
	case ISUP_FIELD_DIGITS:
		return dec_digits(f, content, (char *)member);
	case ISUP_FIELD_ONE:
	case ISUP_FIELD_END:
		break;
	}
	return 0;
}

int isup_fields_dec(const struct isup_field *fields, size_t min, struct str content, void *value)
{
	int rc = 0;

	if (content.len < min)
		return TG_EINVAL;
	for (const struct isup_field *f = fields; f->kind && rc == 0; f++)
		rc = dec_field(f, content, (uint8_t *)value + f->at);
	return rc;
}

static int enc_number(const struct isup_field *f, uint32_t v, uint8_t *buf, size_t *len)
{
	size_t nr = octets_of(f);

	if (v > mask_of(f))
		return TG_EINVAL;
	if (*len < f->octet + nr)
		return TG_ELIMIT;
	v <<= f->shift;
	for (size_t i = 0; i < nr; i++)
		buf[f->octet + i] |=
			(uint8_t)(v >> 8 * (f->kind == ISUP_FIELD_BE ? nr - 1 - i : i));
	*len = f->octet + nr;
	return 0;
}

static int enc_octets(const struct isup_field *f, struct str s, uint8_t *buf, size_t *len)
{
	if (f->width && s.len != f->width)
		return TG_EINVAL;
	if (*len < f->octet + s.len)
		return TG_ELIMIT;
	if (s.len)
		memcpy(buf + f->octet, s.p, s.len);
	*len = f->octet + s.len;
	return 0;
}

/* *len: the room; then where the field ends. */
static int enc_field(const struct isup_field *f, const uint8_t *member, uint8_t *buf, size_t *len)
{
	struct str s;
	uint32_t v;

	switch ((enum isup_field_kind)f->kind) {
	case ISUP_FIELD_BITS:
		return enc_number(f, *member, buf, len);
	case ISUP_FIELD_ONE:
		return enc_number(f, mask_of(f), buf, len);
	case ISUP_FIELD_BE:
	case ISUP_FIELD_LE:
		memcpy(&v, member, sizeof(v));
		return enc_number(f, v, buf, len);
	case ISUP_FIELD_OCTETS:
	case ISUP_FIELD_TEXT:
		memcpy(&s, member, sizeof(s));
		return enc_octets(f, s, buf, len);
	case ISUP_FIELD_DIGITS:
		return enc_digits(f, (const char *)member, buf, len);
	case ISUP_FIELD_END:
		break;
	}
	return TG_EINVAL;
}

int isup_fields_enc(const struct isup_field *fields, const void *value, uint8_t *buf, size_t size)
{
	size_t len = 0;

	memset(buf, 0, size);
	for (const struct isup_field *f = fields; f->kind; f++) {
		size_t end = size;
		int rc = enc_field(f, (const uint8_t *)value + f->at, buf, &end);
		if (rc < 0)
			return rc;
		if (end > len)
			len = end;
	}
	return (int)len;
}

/* In words. ---------------------------------------------------------------------------------- */
static void print_octets(struct wr *w, const struct isup_field *f, struct str s)
{
	wr_f(w, s.len ? "%s " : "no %s", f->name);
	for (size_t i = 0; i < s.len; i++) {
		char c = s.p[i];
		if (f->kind != ISUP_FIELD_TEXT)
			wr_f(w, i ? " %02x" : "%02x", (uint8_t)c);
		else
			wr_u8(w, c >= ' ' && c <= '~' ? (uint8_t)c : '.');
	}
}

void isup_field_print(struct wr *w, const struct isup_field *f, struct str content)
{
	uint32_t v = isup_field_get(f, content);
	char digits[ISUP_DIGITS_SIZE];

	if (f->kind == ISUP_FIELD_DIGITS && dec_digits(f, content, digits) == 0)
		wr_f(w, "%s %s", f->name, digits);
	else if (!is_number(f) && !f->nr_words)
		print_octets(w, f, isup_field_octets(f, content));
	else if (v < f->nr_words && f->words[v])
		wr_z(w, f->words[v]);
	else if (is_number(f))
		wr_f(w, "%s %u", f->name, v);
}

/* Parameters of a message. ------------------------------------------------------------------- */
int isup_get_value(const struct isup_msg *m, const struct isup_variant *v,
		   enum isup_param_code code, void *value, size_t size)
{
	const struct isup_param_row *row = isup_param_row(v, (uint8_t)code);
	struct str content;

	if (!row || !row->fields)
		return TG_ENOTSUP;
	if (size != row->size)
		return TG_EINVAL;
	if (!isup_get(m, code, &content))
		return TG_ENOENT;
	return isup_fields_dec(row->fields, row->min, content, value);
}

int isup_put_value(struct isup_msg *m, const struct isup_variant *v, enum isup_param_code code,
		   const void *value, size_t size)
{
	const struct isup_param_row *row = isup_param_row(v, (uint8_t)code);
	uint8_t buf[MAX_CONTENT];
	int len;

	if (!row || !row->fields)
		return TG_ENOTSUP;
	if (size != row->size)
		return TG_EINVAL;
	len = isup_fields_enc(row->fields, value, buf, sizeof(buf));
	if (len >= 0 && (len < row->min || len > row->max))
		return TG_EINVAL;
	return len < 0 ? len : isup_put(m, code, str_n(buf, (size_t)len));
}

size_t isup_nr_elements(const struct isup_param_row *row, struct str content)
{
	return row->each ? str_from(content, row->each_at).len / row->each_octets : 0;
}

struct str isup_element_octets(const struct isup_param_row *row, struct str content, size_t i)
{
	return str_n(content.p + row->each_at + i * row->each_octets, row->each_octets);
}

int isup_get_element(const struct isup_msg *m, const struct isup_variant *v,
		     enum isup_param_code code, size_t i, void *value, size_t size)
{
	const struct isup_param_row *row = isup_param_row(v, (uint8_t)code);
	struct str content;

	if (!row || !row->each)
		return TG_ENOTSUP;
	if (size != row->each_size)
		return TG_EINVAL;
	if (!isup_get(m, code, &content) || i >= isup_nr_elements(row, content))
		return TG_ENOENT;
	return isup_fields_dec(row->each, row->each_octets, isup_element_octets(row, content, i),
			       value);
}

int isup_add_element(struct isup_msg *m, const struct isup_variant *v, enum isup_param_code code,
		     const void *value, size_t size)
{
	const struct isup_param_row *row = isup_param_row(v, (uint8_t)code);
	uint8_t buf[MAX_CONTENT] = { 0 };
	struct str content = { NULL, 0 };
	int len;

	if (!row || !row->each)
		return TG_ENOTSUP;
	if (size != row->each_size)
		return TG_EINVAL;
	if (!isup_get(m, code, &content))
		content = str_n(NULL, 0);
	if (content.len)
		memcpy(buf, content.p, content.len);
	if (content.len < row->each_at)
		content.len = row->each_at;
	if (content.len + row->each_octets > row->max)
		return TG_ELIMIT;
	len = isup_fields_enc(row->each, value, buf + content.len, row->each_octets);
	return len < 0 ? len : isup_put(m, code, str_n(buf, content.len + row->each_octets));
}
