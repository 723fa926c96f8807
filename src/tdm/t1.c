/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tdm/t1: see the header. Frames are numbered 0 to 23 here, 1 to 24 in the standards. */
#include "tdm/t1.h"

#define SUPERFRAME  24
#define TIMESLOTS   24
#define MS_BITS	    (8 * TDM_T1_OCTETS)
#define FPS_EACH    (4 * TDM_T1_BITS)
#define FPS_BITS    24	 /* that are looked at to find them */
#define CRC_POLY    0x0c /* x^6 + x + 1, in the upper bits of an octet */
#define LINK_IDLE   0x7e /* flags */
#define LINK_YELLOW 0xff00
#define YELLOW_BITS 56
#define MOST_WRONG  3

/* G.704 table 1: in frames 4, 8, ... 24 */
static const uint8_t fps[6] = { 0, 0, 1, 0, 1, 1 };

void tdm_t1_init(struct tdm_t1 *f)
{
	memset(f, 0, sizeof(*f));
	for (unsigned n = 0; n < 256; n++) {
		unsigned v = n;
		for (int i = 0; i < 8; i++)
			v = v & 0x80 ? v << 1 ^ CRC_POLY : v << 1;
		f->table[n] = (uint8_t)v;
	}
}

/* Out. ------------------------------------------------------------------------------------------ */

static unsigned link_bit(struct tdm_t1 *f, bool alarm)
{
	unsigned n = f->tx_link++ % 16;

	return alarm ? LINK_YELLOW >> (15 - n) & 1 : LINK_IDLE >> (7 - n % 8) & 1;
}

static unsigned f_bit(struct tdm_t1 *f, bool alarm)
{
	unsigned nr = f->tx_nr;

	if (nr % 4 == 3)
		return fps[nr / 4];
	if (nr % 2 == 0)
		return link_bit(f, alarm);
	return f->crc_tx >> (7 - nr / 4) & 1;
}

/* The next bits, first of an octet first. */
static void put(uint8_t *out, unsigned *at, unsigned octet, unsigned bits)
{
	unsigned v = octet << (16 - bits - *at % 8);

	out[*at / 8] |= (uint8_t)(v >> 8);
	if (*at % 8 + bits > 8)
		out[*at / 8 + 1] |= (uint8_t)v;
	*at += bits;
}

/* G.704 2.1.3.1.2: of a superframe with all F bits 1, sent in the next. */
static void count_f_bit(struct tdm_t1 *f)
{
	bool carry = !(f->crc & 0x80);

	f->crc = (uint8_t)(f->crc << 1 ^ (carry ? CRC_POLY : 0));
}

void tdm_t1_frame(struct tdm_t1 *f, const struct tdm_block *b, bool alarm,
		  uint8_t out[TDM_T1_OCTETS])
{
	unsigned at = 0;

	memset(out, 0, TDM_T1_OCTETS);
	for (unsigned i = 0; i < TDM_BLOCK; i++) {
		put(out, &at, f_bit(f, alarm), 1);
		count_f_bit(f);
		for (unsigned ts = 1; ts <= TIMESLOTS; ts++) {
			put(out, &at, b->octet[ts][i], 8);
			f->crc = f->table[f->crc ^ b->octet[ts][i]];
		}
		f->tx_nr = (f->tx_nr + 1) % SUPERFRAME;
		if (f->tx_nr)
			continue;
		f->crc_tx = f->crc;
		f->crc = 0;
	}
}

/* In. ------------------------------------------------------------------------------------------- */

static unsigned bit_at(const struct tdm_t1 *f, unsigned bit)
{
	return f->window[bit / 8] >> (7 - bit % 8) & 1;
}

static uint8_t octet_at(const struct tdm_t1 *f, unsigned bit)
{
	const uint8_t *p = f->window + bit / 8;

	return (uint8_t)((p[0] << 8 | p[1]) >> (8 - bit % 8));
}

static bool is_pattern(const struct tdm_t1 *f, unsigned bit, unsigned rotation)
{
	for (unsigned k = 0; k < FPS_BITS; k++)
		if (bit_at(f, bit + k * FPS_EACH) != fps[(k + rotation) % 6])
			return false;
	return true;
}

static void found(struct tdm_t1 *f, unsigned bit, unsigned rotation)
{
	unsigned frames = 8 * (TDM_T1_WINDOW - 1) - 1 - bit / TDM_T1_BITS;

	f->at = bit % TDM_T1_BITS;
	f->rx_nr = (4 * rotation + 3 + frames) % SUPERFRAME;
	f->aligned = true;
	f->wrong = 0;
	f->inverted = 0;
}

static bool search(struct tdm_t1 *f)
{
	for (unsigned bit = 0; bit < FPS_EACH; bit++)
		for (unsigned rotation = 0; rotation < 6; rotation++)
			if (is_pattern(f, bit, rotation)) {
				found(f, bit, rotation);
				return true;
			}
	return false;
}

static void check_link(struct tdm_t1 *f, unsigned bit)
{
	f->inverted = bit != f->link >> 7 ? f->inverted + 1 : 0;
	f->rai = f->inverted >= YELLOW_BITS;
	f->link = (uint8_t)(f->link << 1 | bit);
}

static void check(struct tdm_t1 *f, unsigned nr, unsigned bit)
{
	if (nr % 2 == 0)
		check_link(f, bit);
	else if (nr % 4 == 3)
		f->wrong = (uint8_t)((f->wrong << 1 | (bit != fps[nr / 4])) & 0x3f);
}

static bool is_lost(const struct tdm_t1 *f)
{
	return __builtin_popcount(f->wrong) >= MOST_WRONG;
}

bool tdm_t1_deframe(struct tdm_t1 *f, const uint8_t octets[TDM_T1_OCTETS], struct tdm_block *b)
{
	const size_t keep = (TDM_T1_WINDOW - 1) * TDM_T1_OCTETS;
	unsigned at;

	memmove(f->window, f->window + TDM_T1_OCTETS, keep);
	memcpy(f->window + keep, octets, TDM_T1_OCTETS);
	if (!f->aligned && !search(f))
		return false;
	at = (TDM_T1_WINDOW - 1) * MS_BITS - TDM_T1_BITS + f->at;
	for (unsigned i = 0; i < TDM_BLOCK; i++, at += TDM_T1_BITS) {
		check(f, (f->rx_nr + i) % SUPERFRAME, bit_at(f, at));
		for (unsigned ts = 1; ts <= TIMESLOTS; ts++)
			b->octet[ts][i] = octet_at(f, at + 8 * ts - 7);
	}
	f->rx_nr = (f->rx_nr + TDM_BLOCK) % SUPERFRAME;
	if (!is_lost(f))
		return true;
	f->aligned = f->rai = false;
	f->losses++;
	return true;
}
