/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tdm/e1: see the header. The frame given out is the third of the four that the window holds. */
#include "tdm/e1.h"

#define FAS	   0x1b /* frame alignment signal, bits 2 to 8 */
#define FAS_BITS   0x7f
#define SPARE	   0x80 /* Si, and where it is one the others that nobody uses */
#define NFAS	   0xdf /* bit 2 is 1: this is no FAS; Si and Sa are 1 */
#define NFAS_BIT   0x40
#define ALARM	   0x20
#define FRAME_BITS (8 * TDM_E1_FRAME)
#define MOST_BAD   3

#define CRC_POLY	     0x30 /* x^4 + x + 1, in the upper bits of an octet */
#define HALF		     8	  /* frames */
#define MULTIFRAME	     16
#define MFAS		     0x2c /* 001011 and the two E bits, which are not looked at */
#define MFAS_BITS	     0xfc
#define MOST_BAD_MULTIFRAMES 3
#define SECOND		     1000 /* halves */
#define MOST_WRONG	     915

void tdm_e1_init(struct tdm_e1 *f, bool crc4)
{
	memset(f, 0, sizeof(*f));
	f->crc4 = crc4;
	for (unsigned n = 0; n < 256; n++) {
		unsigned v = n;
		for (int i = 0; i < 8; i++)
			v = v & 0x80 ? v << 1 ^ CRC_POLY : v << 1;
		f->crc.table[n] = (uint8_t)v;
	}
}

static uint8_t crc_of(const struct tdm_e1_crc *c, uint8_t crc, uint8_t octet)
{
	return c->table[crc ^ octet];
}

/* G.704 table 5B: C1 to C4, or of the others 0 0 1 0 1 1 E E. */
static unsigned first_bit(const struct tdm_e1_crc *c)
{
	unsigned nr = c->tx_nr;

	if (nr % 2 == 0)
		return c->tx_sent >> (7 - nr % HALF / 2) & 1;
	return nr < 13 ? MFAS >> (7 - nr / 2) & 1 : c->far >> (nr == 15) & 1;
}

static uint8_t with_crc(struct tdm_e1_crc *c, uint8_t first)
{
	first = (uint8_t)((first & ~SPARE & 0xff) | first_bit(c) << 7);
	/* of the half, with C1 to C4 as 0 */
	c->tx = crc_of(c, c->tx, c->tx_nr % 2 ? first : first & ~SPARE & 0xff);
	return first;
}

static void frame_sent(struct tdm_e1_crc *c)
{
	c->tx_nr = (c->tx_nr + 1) % MULTIFRAME;
	if (c->tx_nr % HALF)
		return;
	c->tx_sent = c->tx;
	c->tx = 0;
}

void tdm_e1_frame(struct tdm_e1 *f, const struct tdm_block *b, bool alarm,
		  uint8_t out[TDM_BLOCK * TDM_E1_FRAME])
{
	for (unsigned i = 0; i < TDM_BLOCK; i++, f->tx_second = !f->tx_second) {
		uint8_t first = f->tx_second ? (uint8_t)(NFAS | (alarm ? ALARM : 0)) : SPARE | FAS;

		*out++ = f->crc4 ? with_crc(&f->crc, first) : first;
		for (unsigned ts = 1; ts < TDM_E1_FRAME; ts++) {
			*out++ = b->octet[ts][i];
			if (f->crc4)
				f->crc.tx = crc_of(&f->crc, f->crc.tx, b->octet[ts][i]);
		}
		if (f->crc4)
			frame_sent(&f->crc);
	}
}

static uint8_t octet_at(const struct tdm_e1 *f, unsigned bit)
{
	const uint8_t *p = f->window + bit / 8;

	return bit % 8 ? (uint8_t)(p[0] << bit % 8 | p[1] >> (8 - bit % 8)) : p[0];
}

static bool is_fas(const struct tdm_e1 *f, unsigned bit)
{
	return (octet_at(f, bit) & FAS_BITS) == FAS;
}

/* G.706 4.1.2: FAS, a frame without it, FAS again. From where it was before. */
static bool search(struct tdm_e1 *f)
{
	for (unsigned n = 0; n < FRAME_BITS; n++) {
		unsigned at = (f->at + n) % FRAME_BITS;

		if (!is_fas(f, at) || !(octet_at(f, at + FRAME_BITS) & NFAS_BIT) ||
		    !is_fas(f, at + 2 * FRAME_BITS))
			continue;
		f->at = at;
		f->aligned = true;
		f->rx_second = false;
		f->bad = 0;
		f->crc.aligned = false;
		f->crc.bad = 0;
		return true;
	}
	return false;
}

/* G.706 4.2: the multiframe alignment signal twice, 16 frames apart. */
static void search_multiframe(struct tdm_e1_crc *c, bool has_fas)
{
	c->silent += c->silent < TDM_E1_NO_CRC4;
	c->rx_nr = (c->rx_nr + 1) % MULTIFRAME;
	if (has_fas || (c->history & MFAS_BITS) != MFAS)
		return;
	if (c->bad && c->rx_nr == 15) {
		c->aligned = true;
		c->begun = false;
		c->bad = c->rx = 0;
		c->silent = c->nr = c->wrong = 0;
	} else {
		c->bad = 1; /* seen once */
	}
	c->rx_nr = 15;
}

static void half_is_over(struct tdm_e1 *f)
{
	struct tdm_e1_crc *c = &f->crc;
	unsigned first = c->rx_nr < HALF, good = c->rx_got == c->rx_want;

	c->rx_want = c->rx & 0xf0;
	c->rx = 0;
	if (!c->begun) {
		c->begun = true;
		return;
	}
	c->far = (uint8_t)((c->far & ~(1u << first)) | good << first); /* of the half before */
	c->errors += !good;
	c->wrong += !good;
	if (++c->nr < SECOND)
		return;
	if (c->wrong >= MOST_WRONG) { /* 4.3.2: this is no frame alignment signal */
		f->aligned = false;
		f->losses++;
	}
	c->nr = c->wrong = 0;
}

static void multiframe_is_over(struct tdm_e1_crc *c)
{
	c->far_errors += (unsigned)!(c->history & 2) + !(c->history & 1);
	c->bad = (c->history & MFAS_BITS) == MFAS ? 0 : c->bad + 1;
	if (c->bad < MOST_BAD_MULTIFRAMES)
		return;
	c->aligned = false;
	c->bad = 0;
	c->far = 0;
}

/* One frame, whose 32 octets begin at bit `at` of the window. */
static void check_crc(struct tdm_e1 *f, unsigned at)
{
	struct tdm_e1_crc *c = &f->crc;
	uint8_t first = octet_at(f, at);
	bool has_fas = !f->rx_second;

	if (!has_fas)
		c->history = (uint8_t)(c->history << 1 | first >> 7);
	if (!c->aligned) {
		search_multiframe(c, has_fas);
		return;
	}
	c->rx_nr = (c->rx_nr + 1) % MULTIFRAME;
	if (has_fas)
		c->rx_got = (uint8_t)((c->rx_got << 1 | (first >> 7) << 4) & 0xf0);
	c->rx = crc_of(c, c->rx, has_fas ? first & ~SPARE & 0xff : first);
	for (unsigned ts = 1; ts < TDM_E1_FRAME; ts++)
		c->rx = crc_of(c, c->rx, octet_at(f, at + 8 * ts));
	if (c->rx_nr % HALF == HALF - 1)
		half_is_over(f);
	if (c->rx_nr == MULTIFRAME - 1)
		multiframe_is_over(c);
}

/* G.706 4.1.1 */
static void check(struct tdm_e1 *f, uint8_t first)
{
	if (f->rx_second)
		f->rai = first & ALARM;
	else
		f->bad = (first & FAS_BITS) == FAS ? 0 : f->bad + 1;
	f->rx_second = !f->rx_second;
	if (f->bad < MOST_BAD)
		return;
	f->aligned = f->rai = false;
	f->losses++;
}

bool tdm_e1_deframe(struct tdm_e1 *f, const uint8_t octets[TDM_BLOCK * TDM_E1_FRAME],
		    struct tdm_block *b)
{
	bool all = true;

	for (unsigned i = 0; i < TDM_BLOCK; i++, octets += TDM_E1_FRAME) {
		unsigned at;

		memmove(f->window, f->window + TDM_E1_FRAME, TDM_E1_WINDOW - TDM_E1_FRAME);
		memcpy(f->window + TDM_E1_WINDOW - TDM_E1_FRAME, octets, TDM_E1_FRAME);
		if (!f->aligned && !search(f)) {
			all = false;
			continue;
		}
		at = f->at + 2 * FRAME_BITS;
		for (unsigned ts = 1; ts < TDM_E1_FRAME; ts++)
			b->octet[ts][i] = octet_at(f, at + 8 * ts);
		if (f->crc4)
			check_crc(f, at);
		check(f, octet_at(f, at));
	}
	return all && f->aligned;
}
