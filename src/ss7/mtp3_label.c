/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The routing label: Q.704 2.2 (ITU: 14, 14 and 4 bits, least significant first), T1.111.4 2.2
 * (ANSI: three octets for each point code, network identifier last on the line), the same layout
 * in China (GF 001-9001), two octets each in Japan (JT-Q704). Not checked against these texts.
 */
#include <string.h>

#include <trunkgate/base/err.h>

#include "ss7/mtp3_internal.h"

static const struct {
	uint8_t pc_octets, label;
	uint32_t pc_mask;
} forms[] = {
	[MTP3_ITU] = { 2, 4, 0x3fff },
	[MTP3_ANSI] = { 3, 7, 0xffffff },
	[MTP3_CHINA] = { 3, 7, 0xffffff },
	[MTP3_JAPAN] = { 2, 5, 0xffff },
};

size_t mtp3_label_len(enum mtp3_variant v)
{
	return forms[v].label;
}

unsigned mtp3_pc_octets(enum mtp3_variant v)
{
	return forms[v].pc_octets;
}

static void put_le(uint8_t *to, uint32_t v, unsigned octets)
{
	for (unsigned i = 0; i < octets; i++)
		to[i] = (uint8_t)(v >> 8 * i);
}

static uint32_t get_le(const uint8_t *p, unsigned octets)
{
	uint32_t v = 0;

	for (unsigned i = 0; i < octets; i++)
		v |= (uint32_t)p[i] << 8 * i;
	return v;
}

void mtp3_put_pc(const struct mtp3 *t, uint8_t *to, uint32_t pc)
{
	put_le(to, pc & forms[t->cfg.variant].pc_mask, forms[t->cfg.variant].pc_octets);
}

bool mtp3_get_pc(const struct mtp3 *t, struct str body, size_t at, uint32_t *pc)
{
	unsigned octets = forms[t->cfg.variant].pc_octets;

	if (body.len < at + octets)
		return false;
	*pc = get_le((const uint8_t *)body.p + at, octets) & forms[t->cfg.variant].pc_mask;
	return true;
}

static void put_label(const struct mtp3 *t, const struct mtp_label *l, uint8_t *to)
{
	unsigned octets = forms[t->cfg.variant].pc_octets;

	if (t->cfg.variant == MTP3_ITU) {
		put_le(to, (l->dpc & 0x3fff) | (l->opc & 0x3fff) << 14 | (uint32_t)l->sls << 28, 4);
		return;
	}
	mtp3_put_pc(t, to, l->dpc);
	mtp3_put_pc(t, to + octets, l->opc);
	to[2 * octets] = l->sls;
}

size_t mtp3_enc(const struct mtp3 *t, const struct mtp_label *l, struct str body, uint8_t *buf)
{
	size_t label = forms[t->cfg.variant].label;

	if (1 + label + body.len > MTP2_MAX_MSU)
		return 0;
	buf[0] = (uint8_t)((l->si & 15) | (l->priority & 3) << 4 | (l->ni & 3) << 6);
	put_label(t, l, buf + 1);
	if (body.len)
		memcpy(buf + 1 + label, body.p, body.len);
	return 1 + label + body.len;
}

static void get_label(const struct mtp3 *t, const uint8_t *p, struct mtp_label *l)
{
	unsigned octets = forms[t->cfg.variant].pc_octets;
	uint32_t v;

	if (t->cfg.variant != MTP3_ITU) {
		l->dpc = get_le(p, octets);
		l->opc = get_le(p + octets, octets);
		l->sls = p[2 * octets];
		if (t->cfg.variant != MTP3_ANSI)
			l->sls &= 15;
		return;
	}
	v = get_le(p, 4);
	l->dpc = v & 0x3fff;
	l->opc = v >> 14 & 0x3fff;
	l->sls = (uint8_t)(v >> 28);
}

int mtp3_dec(const struct mtp3 *t, struct str octets, struct mtp3_msg *m)
{
	const uint8_t *o = (const uint8_t *)octets.p;
	size_t label = forms[t->cfg.variant].label;

	if (octets.len < 1 + label)
		return TG_ETRUNC;
	m->label =
		(struct mtp_label){ .si = o[0] & 15, .priority = o[0] >> 4 & 3, .ni = o[0] >> 6 };
	get_label(t, o + 1, &m->label);
	m->body = str_from(octets, 1 + label);
	return 0;
}

/* T1.111.4 5.2.3 (from memory): each point that sends a message on moves the lowest bit of the SLS to the
 * top, so that the next does not choose by the bit that has chosen already. ITU sends it as it is. */
uint8_t mtp3_sls_out(const struct mtp3 *t, uint8_t sls)
{
	unsigned bits = t->cfg.sls_bits;

	return t->cfg.variant == MTP3_ANSI ? (uint8_t)(sls >> 1 | (sls & 1) << (bits - 1)) : sls;
}

uint8_t mtp3_sls_in(const struct mtp3 *t, uint8_t sls)
{
	unsigned bits = t->cfg.sls_bits;

	if (t->cfg.variant != MTP3_ANSI)
		return sls;
	return (uint8_t)((sls << 1 | (sls >> (bits - 1) & 1)) & ((1u << bits) - 1));
}
