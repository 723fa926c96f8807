/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * mtp2_hdlc: bits. Octets go least significant bit first into the line, and the line's first bit is
 * the most significant one of the timeslot's octet. Own code and not libosmocore's isdnhdlc: that
 * has two flags between units where one will do, and does not say where octet counting begins.
 */
#include <string.h>

#include "base/slots.h"
#include "ss7/mtp2.h"
#include "ss7/mtp2_hdlc.h"

#define FRAME_MAX (MTP2_MAX_UNIT + 2)
#define SILENCE \
	(FRAME_MAX * 3 / 2) /* octets without a unit, stuffed or not: there is none (4.1.4) */
#define OCTET_COUNT 16	    /* N */
#define RX_SLOTS    256
#define TX_SLOTS    2

struct head {
	uint32_t repeats, errors;
};

struct mtp2_hdlc {
	struct slots *up, *down;
	/* the media thread's */
	unsigned bits; /* of a timeslot's octet that are ours */
	unsigned rx_ones, rx_bits;
	bool hunting; /* for a flag */
	uint8_t rx_octet;
	uint8_t frame[FRAME_MAX];
	uint8_t last[8]; /* the FISU or LSSU that came last */
	size_t last_len;
	uint32_t repeats, errors, since;
	bool counting;
	uint8_t unit[FRAME_MAX]; /* on the line */
	size_t unit_len, unit_at;
	uint32_t tx_acc;
	unsigned tx_bits, tx_ones;
	uint8_t again[8]; /* what is sent when there is nothing new */
	size_t again_len;
};

struct mtp2_hdlc *mtp2_hdlc_new(struct mem *m, bool at_56k)
{
	struct mtp2_hdlc *h = MEM_NEW(m, struct mtp2_hdlc);

	if (!h)
		return NULL;
	h->up = slots_new(m, RX_SLOTS, sizeof(struct head) + MTP2_MAX_UNIT);
	h->down = slots_new(m, TX_SLOTS, MTP2_MAX_UNIT);
	if (!h->up || !h->down)
		return NULL;
	h->bits = at_56k ? 7 : 8;
	h->hunting = true;
	return h;
}

/* Q.703 2.3.7: x16 + x12 + x5 + 1, as X.25. */
static uint16_t fcs(const uint8_t *p, size_t len)
{
	static const uint16_t t[16] = { 0x0000, 0x1081, 0x2102, 0x3183, 0x4204, 0x5285,
					0x6306, 0x7387, 0x8408, 0x9489, 0xa50a, 0xb58b,
					0xc60c, 0xd68d, 0xe70e, 0xf78f };
	uint16_t crc = 0xffff;

	for (size_t i = 0; i < len; i++) {
		crc = (uint16_t)(crc >> 4 ^ t[(crc ^ p[i]) & 15]);
		crc = (uint16_t)(crc >> 4 ^ t[(crc ^ p[i] >> 4) & 15]);
	}
	return crc;
}

/* Up. ------------------------------------------------------------------------------------------- */

/* With what was counted before it. A full queue: the unit is as good as one in error. */
static void hand_up(struct mtp2_hdlc *h, const uint8_t *unit, size_t len)
{
	uint8_t buf[sizeof(struct head) + MTP2_MAX_UNIT];
	struct head head = { h->repeats, h->errors };

	memcpy(buf, &head, sizeof(head));
	if (len)
		memcpy(buf + sizeof(head), unit, len);
	if (slots_put(h->up, str_n(buf, sizeof(head) + len))) {
		h->repeats = h->errors = 0;
		return;
	}
	h->errors += len > 0;
	h->last_len = 0;
}

static void error(struct mtp2_hdlc *h)
{
	h->errors++;
	h->last_len = 0;
}

static void good(struct mtp2_hdlc *h, size_t len)
{
	h->counting = false;
	h->since = 0;
	if (len <= sizeof(h->last) && len == h->last_len && memcmp(h->last, h->frame, len) == 0) {
		h->repeats++;
		return;
	}
	h->last_len = 0;
	if (len <= MTP2_HEADER + 2) {
		memcpy(h->last, h->frame, len);
		h->last_len = len;
	}
	hand_up(h, h->frame, len);
}

/* 4.1.4: seven ones, or no end: octets are counted until a unit comes. */
static void lose_flag(struct mtp2_hdlc *h)
{
	if (!h->hunting)
		error(h);
	h->hunting = h->counting = true;
}

static void rx_flag(struct mtp2_hdlc *h)
{
	unsigned bits = h->rx_bits >= 7 ? h->rx_bits - 7 : 0; /* the flag's own */
	size_t len = bits / 8;

	h->rx_bits = 0;
	if (h->hunting) {
		h->hunting = false;
		return;
	}
	if (bits == 0)
		return; /* another flag */
	if (bits % 8 || len < MTP2_HEADER + 2 || fcs(h->frame, len) != 0xf0b8)
		error(h);
	else
		good(h, len - 2);
}

static void rx_data(struct mtp2_hdlc *h, unsigned bit)
{
	h->rx_octet = (uint8_t)(h->rx_octet >> 1 | bit << 7);
	if (++h->rx_bits % 8)
		return;
	if (h->rx_bits / 8 > FRAME_MAX)
		lose_flag(h);
	else
		h->frame[h->rx_bits / 8 - 1] = h->rx_octet;
}

static void rx_bit(struct mtp2_hdlc *h, unsigned bit)
{
	unsigned ones = h->rx_ones;

	h->rx_ones = bit ? ones + (ones < 8) : 0;
	if (bit && ones >= 6)
		lose_flag(h);
	else if (!bit && ones == 6)
		rx_flag(h);
	else if (!h->hunting && (bit || ones != 5))
		rx_data(h, bit);
}

static void count_octets(struct mtp2_hdlc *h, unsigned nr)
{
	h->since += nr;
	if (!h->counting && h->since < SILENCE)
		return;
	if (!h->counting)
		h->since = OCTET_COUNT;
	h->counting = true;
	for (; h->since >= OCTET_COUNT; h->since -= OCTET_COUNT)
		error(h);
}

static void receive(struct mtp2_hdlc *h, const uint8_t *rx, unsigned nr)
{
	count_octets(h, nr);
	for (unsigned i = 0; i < nr; i++)
		for (unsigned bit = 0; bit < h->bits; bit++)
			rx_bit(h, rx[i] >> (7 - bit) & 1);
	if (h->errors)
		hand_up(h, NULL, 0);
}

/* Down. ----------------------------------------------------------------------------------------- */

/* What is sent until there is something new. Behind a message that is a FISU of its numbers: the FISU
 * before it has an old BSN, which the other end would take for an error (Q.703 5.3.1). */
static void keep_on(struct mtp2_hdlc *h)
{
	bool message = h->unit_len > MTP2_HEADER + 2;

	h->again_len = message ? MTP2_HEADER : h->unit_len;
	memcpy(h->again, h->unit, h->again_len);
	if (message)
		h->again[2] = 0; /* LI */
}

/* True: one that the signalling thread has sent. */
static bool next_unit(struct mtp2_hdlc *h)
{
	struct str unit;

	h->unit_at = 0;
	if (!slots_peek(h->down, &unit)) {
		memcpy(h->unit, h->again, h->again_len);
		h->unit_len = h->again_len;
		return false;
	}
	memcpy(h->unit, unit.p, unit.len);
	h->unit_len = unit.len;
	slots_drop(h->down);
	keep_on(h);
	return true;
}

static void close_unit(struct mtp2_hdlc *h)
{
	uint16_t crc = (uint16_t)~fcs(h->unit, h->unit_len);

	h->unit[h->unit_len++] = (uint8_t)crc;
	h->unit[h->unit_len++] = (uint8_t)(crc >> 8);
}

static void put_bit(struct mtp2_hdlc *h, unsigned bit)
{
	h->tx_acc |= bit << h->tx_bits++;
}

static void put_octet(struct mtp2_hdlc *h, uint8_t octet)
{
	for (unsigned i = 0; i < 8; i++) {
		unsigned bit = octet >> i & 1;

		put_bit(h, bit);
		h->tx_ones = bit ? h->tx_ones + 1 : 0;
		if (h->tx_ones == 5) {
			put_bit(h, 0);
			h->tx_ones = 0;
		}
	}
}

/* One flag between units. True: there is room for another unit. */
static bool put_more(struct mtp2_hdlc *h)
{
	bool room = false;

	if (h->unit_at < h->unit_len) {
		put_octet(h, h->unit[h->unit_at++]);
		return false;
	}
	h->tx_acc |= 0x7eu << h->tx_bits;
	h->tx_bits += 8;
	h->tx_ones = 0;
	room = next_unit(h);
	if (h->unit_len)
		close_unit(h);
	return room;
}

static bool transmit(struct mtp2_hdlc *h, uint8_t *tx, unsigned nr)
{
	bool room = false;

	for (unsigned i = 0; i < nr; i++) {
		uint8_t octet = h->bits == 7; /* the eighth bit is 1 */

		while (h->tx_bits < h->bits)
			room = put_more(h) || room;
		for (unsigned bit = 0; bit < h->bits; bit++)
			octet |= (uint8_t)((h->tx_acc >> bit & 1) << (7 - bit));
		h->tx_acc >>= h->bits;
		h->tx_bits -= h->bits;
		tx[i] = octet;
	}
	return room;
}

bool mtp2_hdlc_block(struct mtp2_hdlc *h, const uint8_t *rx, uint8_t *tx, unsigned nr)
{
	bool room = transmit(h, tx, nr);

	receive(h, rx, nr);
	return room || slots_used(h->up) > 0;
}

/* The signalling thread. ------------------------------------------------------------------------ */

bool mtp2_hdlc_peek(const struct mtp2_hdlc *h, struct mtp2_hdlc_rx *rx)
{
	struct head head;
	struct str octets;

	if (!slots_peek(h->up, &octets))
		return false;
	memcpy(&head, octets.p, sizeof(head));
	*rx = (struct mtp2_hdlc_rx){ head.repeats, head.errors, str_from(octets, sizeof(head)) };
	return true;
}

void mtp2_hdlc_drop(struct mtp2_hdlc *h)
{
	slots_drop(h->up);
}

bool mtp2_hdlc_room(const struct mtp2_hdlc *h)
{
	return slots_used(h->down) < TX_SLOTS;
}

bool mtp2_hdlc_send(struct mtp2_hdlc *h, struct str unit)
{
	return unit.len <= MTP2_MAX_UNIT && slots_put(h->down, unit);
}
