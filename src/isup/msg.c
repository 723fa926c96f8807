/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The codec of Q.763 1.2 and 1.4-1.10: CIC, type, mandatory fixed part, pointers, mandatory
 * variable part, optional part, all from the rows of the variant. In a message the mandatory
 * parameters stand first, in the order of the row; the optional ones follow in the order of the
 * wire, repeated and unknown ones too.
 */
#include <stdio.h>
#include <string.h>

#include "isup/value.h"
#include "isup/variant.h"

#define CIC_MASK 0x3fff /* 14 bits in ANSI, 12 in Q.763 1.2; the low octet first */

/* Where a decoder is. */
struct dec {
	struct isup_msg *m;
	const struct isup_variant *v;
	const uint8_t *octets;
	size_t len;
	size_t at;
	struct tg_diag *diag;
};

void isup_msg_init(struct isup_msg *m, uint8_t type, uint16_t cic)
{
	m->type = type;
	m->cic = cic & CIC_MASK;
	m->nr_params = 0;
	m->nr_octets = 0;
	m->v = NULL;
}

static uint16_t cic_mask(const struct isup_variant *v)
{
	return (uint16_t)((1u << v->cic_bits) - 1);
}

static int find(const struct isup_msg *m, uint8_t code)
{
	for (int i = 0; i < m->nr_params; i++)
		if (m->param[i].code == code)
			return i;
	return -1;
}

/* Appends; TG_ELIMIT when there is no room. */
static int append(struct isup_msg *m, uint8_t code, const void *content, size_t len)
{
	if (m->nr_params == ISUP_MAX_PARAMS || len > 255 || m->nr_octets + len > ISUP_MAX_CONTENT)
		return TG_ELIMIT;
	m->param[m->nr_params++] = (struct isup_param){ code, (uint8_t)len, m->nr_octets };
	if (len)
		memcpy(m->octets + m->nr_octets, content, len);
	m->nr_octets = (uint16_t)(m->nr_octets + len);
	return 0;
}

/* Decoding. ---------------------------------------------------------------------------------- */
static int keep(struct dec *d, uint8_t code, size_t at, size_t len)
{
	if (d->m->nr_octets + len > ISUP_MAX_OCTETS || append(d->m, code, d->octets + at, len) < 0)
		return tg_fail(d->diag, TG_ELIMIT, at, "Q.763 1.4",
			       "more than %d parameters or %d octets", ISUP_MAX_PARAMS,
			       ISUP_MAX_OCTETS);
	return 0;
}

static int dec_fixed(struct dec *d, const uint8_t *codes)
{
	for (; *codes; codes++) {
		const struct isup_param_row *row = isup_param_row(d->v, *codes);
		if (d->len - d->at < row->min)
			return tg_fail(d->diag, TG_ETRUNC, d->at, row->clause, "ends inside %s",
				       row->name);
		int rc = keep(d, *codes, d->at, row->min);
		if (rc < 0)
			return rc;
		d->at += row->min;
	}
	return 0;
}

/* The place of the length octet that the pointer at `at` leads to: Q.763 1.6. */
static int follow(struct dec *d, size_t at, size_t parts_at, size_t *to)
{
	*to = at + d->octets[at];
	if (d->octets[at] == 0)
		return tg_fail(d->diag, TG_EINVAL, at, "Q.763 1.6",
			       "the pointer to a mandatory parameter is 0");
	if (*to < parts_at)
		return tg_fail(d->diag, TG_EINVAL, at, "Q.763 1.6", "a pointer to the pointers");
	if (*to >= d->len)
		return tg_fail(d->diag, TG_ETRUNC, at, "Q.763 1.6",
			       "the pointer leads to octet %zu of %zu", *to, d->len);
	return 0;
}

static int dec_one_variable(struct dec *d, uint8_t code, size_t parts_at)
{
	const struct isup_param_row *row = isup_param_row(d->v, code);
	size_t to, len;
	int rc = follow(d, d->at, parts_at, &to);

	if (rc < 0)
		return rc;
	len = d->octets[to];
	if (len > d->len - to - 1)
		return tg_fail(d->diag, TG_ETRUNC, to, row->clause,
			       "%s of %zu octets, %zu are left", row->name, len, d->len - to - 1);
	if (len < row->min || len > row->max)
		return tg_fail(d->diag, TG_EINVAL, to, row->clause, "%s of %zu octets", row->name,
			       len);
	d->at++;
	return keep(d, code, to + 1, len);
}

static int dec_variable(struct dec *d, const struct isup_msg_row *row)
{
	size_t nr = strlen((const char *)row->variable);
	size_t parts_at = d->at + nr + row->optional;

	if (d->len - d->at < nr)
		return tg_fail(d->diag, TG_ETRUNC, d->at, "Q.763 1.6", "ends inside the pointers");
	for (size_t i = 0; i < nr; i++) {
		int rc = dec_one_variable(d, row->variable[i], parts_at);
		if (rc < 0)
			return rc;
	}
	return 0;
}

/* Q.763 1.8: code, length, content; ended by a code of 0. */
static int dec_optional_part(struct dec *d, size_t at)
{
	while (at < d->len && d->octets[at] != ISUP_P_END) {
		if (d->len - at < 2)
			return tg_fail(d->diag, TG_ETRUNC, at, "Q.763 1.8",
				       "optional parameter 0x%02x without a length", d->octets[at]);
		size_t len = d->octets[at + 1];
		if (len > d->len - at - 2)
			return tg_fail(d->diag, TG_ETRUNC, at + 1, "Q.763 1.8",
				       "optional parameter 0x%02x of %zu octets, %zu are left",
				       d->octets[at], len, d->len - at - 2);
		int rc = keep(d, d->octets[at], at + 2, len);
		if (rc < 0)
			return rc;
		at += 2 + len;
	}
	if (at >= d->len)
		return tg_fail(d->diag, TG_ETRUNC, at, "Q.763 3.20",
			       "the optional part has no end octet");
	return 0;
}

/* A message that ends where the pointer should be has no optional part either: some exchanges
 * leave it out of RLC. */
static int dec_optional(struct dec *d)
{
	size_t to;

	if (d->at >= d->len || d->octets[d->at] == 0)
		return 0;
	to = d->at + d->octets[d->at];
	if (to >= d->len)
		return tg_fail(d->diag, TG_ETRUNC, d->at, "Q.763 1.6",
			       "the pointer leads to octet %zu of %zu", to, d->len);
	return dec_optional_part(d, to);
}

static int dec_parts(struct dec *d, const struct isup_msg_row *row)
{
	int rc;

	if (row->raw)
		return d->len == d->at ? 0 : keep(d, ISUP_P_END, d->at, d->len - d->at);
	rc = dec_fixed(d, row->fixed);
	if (rc == 0)
		rc = dec_variable(d, row);
	if (rc == 0 && row->optional)
		rc = dec_optional(d);
	return rc;
}

/* What we don't know has an optional part at most: Q.763 1.4.6. */
static int dec_unknown(struct dec *d)
{
	struct tg_diag *diag = d->diag;

	d->diag = NULL;
	if (dec_optional(d) < 0)
		d->m->nr_params = d->m->nr_octets = 0;
	return tg_fail(diag, TG_ENOTSUP, 2, "Q.763 table 4", "message type 0x%02x", d->m->type);
}

int isup_msg_dec(struct isup_msg *m, const struct isup_variant *v, struct str octets,
		 struct tg_diag *diag)
{
	struct dec d = { m, v, (const uint8_t *)octets.p, octets.len, 3, diag };
	const struct isup_msg_row *row;

	isup_msg_init(m, 0, 0);
	m->v = v;
	if (octets.len >= 2)
		m->cic = (uint16_t)(d.octets[0] | d.octets[1] << 8) & cic_mask(v);
	if (octets.len < 3)
		return tg_fail(diag, TG_ETRUNC, octets.len, "Q.763 1.2", "no message type");
	m->type = d.octets[2];
	row = isup_msg_row(v, m->type);
	return row ? dec_parts(&d, row) : dec_unknown(&d);
}

/* Encoding. ---------------------------------------------------------------------------------- */
struct enc {
	const struct isup_msg *m;
	const struct isup_variant *v;
	uint8_t *buf;
	size_t size, at;
	uint64_t done; /* parameters that stand in a mandatory part */
	struct tg_diag *diag;
};

static int enc_full(const struct enc *e)
{
	return tg_fail(e->diag, TG_ELIMIT, e->size, "Q.763 1.4", "no room in %zu octets", e->size);
}

/* The parameter of a mandatory part, of a length that its row allows; NULL with diag. */
static const struct isup_param *mandatory(struct enc *e, uint8_t code)
{
	const struct isup_param_row *row = isup_param_row(e->v, code);
	int i = find(e->m, code);

	if (i < 0 || e->m->param[i].len < row->min || e->m->param[i].len > row->max) {
		tg_fail(e->diag, TG_EINVAL, e->at, row->clause,
			i < 0 ? "%s is missing" : "%s has the wrong length", row->name);
		return NULL;
	}
	e->done |= UINT64_C(1) << i;
	return &e->m->param[i];
}

/* Content at e->at; the caller has checked the room. */
static void put_content(struct enc *e, const struct isup_param *p)
{
	memcpy(e->buf + e->at, e->m->octets + p->at, p->len);
	e->at += p->len;
}

static int enc_fixed(struct enc *e, const uint8_t *codes)
{
	for (; *codes; codes++) {
		const struct isup_param *p = mandatory(e, *codes);
		if (!p)
			return TG_EINVAL;
		if (e->size - e->at < p->len)
			return enc_full(e);
		put_content(e, p);
	}
	return 0;
}

/* `pointer_at` is one octet behind the pointer of this part. */
static int enc_one_variable(struct enc *e, uint8_t code, size_t pointer_at)
{
	const struct isup_param *p = mandatory(e, code);
	size_t distance = e->at - pointer_at;

	if (!p)
		return TG_EINVAL;
	if (distance > 255)
		return tg_fail(e->diag, TG_EINVAL, pointer_at, "Q.763 1.6",
			       "a part lies beyond the reach of its pointer");
	if (e->size - e->at < 1u + p->len)
		return enc_full(e);
	e->buf[pointer_at] = (uint8_t)distance;
	e->buf[e->at++] = p->len;
	put_content(e, p);
	return 0;
}

static int enc_variable(struct enc *e, const struct isup_msg_row *row, size_t *optional_at)
{
	size_t nr = strlen((const char *)row->variable), pointers_at = e->at;

	if (e->size - e->at < nr + row->optional)
		return enc_full(e);
	e->at += nr + row->optional;
	*optional_at = pointers_at + nr;
	for (size_t i = 0; i < nr; i++) {
		int rc = enc_one_variable(e, row->variable[i], pointers_at + i);
		if (rc < 0)
			return rc;
	}
	return 0;
}

static int enc_optional_part(struct enc *e)
{
	for (int i = 0; i < e->m->nr_params; i++) {
		const struct isup_param *p = &e->m->param[i];
		if (e->done >> i & 1)
			continue;
		if (e->size - e->at < 2u + p->len)
			return enc_full(e);
		e->buf[e->at++] = p->code;
		e->buf[e->at++] = p->len;
		put_content(e, p);
	}
	if (e->at == e->size)
		return enc_full(e);
	e->buf[e->at++] = ISUP_P_END;
	return 0;
}

static int enc_optional(struct enc *e, size_t pointer_at)
{
	size_t distance = e->at - pointer_at;

	e->buf[pointer_at] = 0;
	if (e->done == (UINT64_C(1) << e->m->nr_params) - 1)
		return 0;
	if (distance > 255)
		return tg_fail(e->diag, TG_EINVAL, pointer_at, "Q.763 1.6",
			       "the optional part lies beyond the reach of its pointer");
	e->buf[pointer_at] = (uint8_t)distance;
	return enc_optional_part(e);
}

static int enc_raw(struct enc *e)
{
	if (e->m->nr_params == 0)
		return 0;
	if (e->size - e->at < e->m->param[0].len)
		return enc_full(e);
	put_content(e, &e->m->param[0]);
	return 0;
}

static int enc_parts(struct enc *e, const struct isup_msg_row *row)
{
	size_t optional_at = 0;
	int rc = row->raw ? enc_raw(e) : enc_fixed(e, row->fixed);

	if (rc < 0 || row->raw)
		return rc;
	rc = enc_variable(e, row, &optional_at);
	if (rc == 0 && row->optional)
		rc = enc_optional(e, optional_at);
	return rc;
}

/* One that was decoded so, on its way through: its optional part (1.4.6). */
static int enc_unknown(struct enc *e)
{
	if (!e->m->v)
		return tg_fail(e->diag, TG_ENOTSUP, 2, "Q.763 table 4", "message type 0x%02x",
			       e->m->type);
	if (e->m->nr_params == 0)
		return 0;
	if (e->size - e->at < 1)
		return enc_full(e);
	return enc_optional(e, e->at++);
}

int isup_msg_enc(const struct isup_msg *m, const struct isup_variant *v, uint8_t *buf, size_t size,
		 struct tg_diag *diag)
{
	struct enc e = { m, v, buf, size, 3, 0, diag };
	const struct isup_msg_row *row = isup_msg_row(v, m->type);
	int rc;

	if (size < 3)
		return enc_full(&e);
	buf[0] = (uint8_t)m->cic;
	buf[1] = (uint8_t)((m->cic & cic_mask(v)) >> 8);
	buf[2] = m->type;
	rc = row ? enc_parts(&e, row) : enc_unknown(&e);
	return rc < 0 ? rc : (int)e.at;
}

/* Parameters. -------------------------------------------------------------------------------- */
bool isup_get(const struct isup_msg *m, enum isup_param_code code, struct str *octets)
{
	int i = find(m, (uint8_t)code);

	if (i < 0)
		return false;
	*octets = str_n(m->octets + m->param[i].at, m->param[i].len);
	return true;
}

/* Closes or opens the gap behind a parameter whose length changes. */
static void resize(struct isup_msg *m, int i, size_t len)
{
	struct isup_param *p = &m->param[i];
	size_t behind = (size_t)p->at + p->len;
	int by = (int)len - p->len;

	memmove(m->octets + p->at + len, m->octets + behind, m->nr_octets - behind);
	for (int k = 0; k < m->nr_params; k++)
		if (k != i && m->param[k].at >= behind)
			m->param[k].at = (uint16_t)(m->param[k].at + by);
	p->len = (uint8_t)len;
	m->nr_octets = (uint16_t)(m->nr_octets + by);
}

int isup_add(struct isup_msg *m, enum isup_param_code code, struct str octets)
{
	return append(m, (uint8_t)code, octets.p, octets.len);
}

int isup_put(struct isup_msg *m, enum isup_param_code code, struct str octets)
{
	int i = find(m, (uint8_t)code);

	if (i < 0)
		return append(m, (uint8_t)code, octets.p, octets.len);
	return isup_put_at(m, i, octets);
}

int isup_put_at(struct isup_msg *m, int i, struct str octets)
{
	if (octets.len > 255 || m->nr_octets - m->param[i].len + octets.len > ISUP_MAX_CONTENT)
		return TG_ELIMIT;
	resize(m, i, octets.len);
	if (octets.len)
		memcpy(m->octets + m->param[i].at, octets.p, octets.len);
	return 0;
}

void isup_del(struct isup_msg *m, enum isup_param_code code)
{
	int i = find(m, (uint8_t)code);

	if (i < 0)
		return;
	resize(m, i, 0);
	memmove(&m->param[i], &m->param[i + 1],
		(size_t)(m->nr_params - i - 1) * sizeof(m->param[0]));
	m->nr_params--;
}

const char *isup_msg_name(uint8_t type, char *buf)
{
	const struct isup_msg_row *row = isup_msg_row(&isup_itu, type);

	if (!row)
		row = isup_msg_row(&isup_ansi95, type);
	if (row)
		return row->abbr;
	snprintf(buf, 8, "0x%02x", type);
	return buf;
}
