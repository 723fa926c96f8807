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

void tdm_e1_init(struct tdm_e1 *f)
{
	memset(f, 0, sizeof(*f));
}

void tdm_e1_frame(struct tdm_e1 *f, const struct tdm_block *b, bool alarm,
		  uint8_t out[TDM_BLOCK * TDM_E1_FRAME])
{
	for (unsigned i = 0; i < TDM_BLOCK; i++, f->tx_second = !f->tx_second) {
		*out++ = f->tx_second ? (uint8_t)(NFAS | (alarm ? ALARM : 0)) : SPARE | FAS;
		for (unsigned ts = 1; ts < TDM_E1_FRAME; ts++)
			*out++ = b->octet[ts][i];
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
		return true;
	}
	return false;
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
		check(f, octet_at(f, at));
	}
	return all && f->aligned;
}
