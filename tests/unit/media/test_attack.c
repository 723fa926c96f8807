/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Catalogue D08, F01 to F12 at a channel: what strangers, and a peer gone wrong, send while somebody
 * talks. The timeslot hears what was said, octet for octet; what we send goes to whom SDP named; and
 * what was thrown away is counted by its reason.
 */
#include <trunkgate/base/rng.h>

#include "unit/support.h"
#include "unit/media/world.h"
#include "base/cursor.h"
#include "rtp/rtcp.h"
#include "rtp/srtp.h"

#define PTIME	20
#define LEN	(PTIME * 8)
#define SECONDS 20
#define KEY_LEN 28

static struct world w;
static struct mem *mem;
static struct rtp_srtp *near_srtp, *far_srtp; /* NULL: plain */
static struct addr enemy, mouth;	      /* somebody else; the peer by another port */
static uint16_t first_seq;

static struct {
	uint8_t octet[(SECONDS + 1) * 8000];
	uint32_t nr;
	unsigned to_sdp, to_mouth, elsewhere; /* packets that we sent */
	unsigned opened, forged;	      /* of these, by the far end's keys */
} seen;

static void listen(struct world *world, const struct tdm_block *rx, struct tdm_block *tx)
{
	(void)world;
	(void)tx;
	assert_true(seen.nr + TDM_BLOCK <= sizeof(seen.octet));
	memcpy(seen.octet + seen.nr, rx->octet[1], TDM_BLOCK);
	seen.nr += TDM_BLOCK;
}

static void sent(struct world *world, unsigned channel, const struct addr *to, struct str octets)
{
	uint8_t packet[12 + LEN + RTP_SRTP_TRAILER];
	size_t len = octets.len;

	(void)channel;
	assert_true(len <= sizeof(packet));
	memcpy(packet, octets.p, len);
	if (far_srtp && rtp_srtp_unprotect(far_srtp, packet, &len) == RTP_SRTP_OK)
		seen.opened++;
	else
		seen.forged++;
	seen.to_sdp += addr_eq(to, &world->peer);
	seen.to_mouth += addr_eq(to, &mouth);
	seen.elsewhere += !addr_eq(to, &world->peer) && !addr_eq(to, &mouth);
}

static struct rtp_srtp *end_of(bool near)
{
	static const char keys[] = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
	struct str a = str_n(keys, KEY_LEN), b = str_n(keys + KEY_LEN, KEY_LEN);
	struct rtp_srtp *s =
		rtp_srtp_new(mem, RTP_SRTP_AEAD_AES_128_GCM, near ? a : b, near ? b : a);

	assert_non_null(s);
	return s;
}

static void begin(uint8_t flags, bool secret)
{
	struct med_objects objects = { 0 };
	struct med_open o;

	memset(&seen, 0, sizeof(seen));
	mem = mem_root("keys");
	if (secret) {
		near_srtp = end_of(true);
		far_srtp = end_of(false);
	}
	first_seq = 65400; /* wraps on the way */
	world_init(&w, TDM_ALAW);
	w.exchange = listen;
	w.sent = sent;
	assert_int_equal(addr_parse(&enemy, STR("198.51.100.9:4000"), 0), 0);
	assert_int_equal(addr_parse(&mouth, STR("192.0.2.1:7777"), 0), 0);
	o = world_open(&w, 1, 0);
	o.flags = (uint8_t)(flags | (secret ? MED_F_SECURE : 0));
	o.objects = secret ? 1 : 0;
	objects.srtp = near_srtp;
	med_engine_set_objects(w.e, 1, &objects);
	world_cmd(&w, MED_CMD_OPEN, &o);
}

/* The leg's counters; w.rejected has the reasons. */
static struct med_counters finish(void)
{
	struct med_counters c;

	world_ref(&w, MED_CMD_CLOSE, 1, 0);
	c = world_report(&w, MED_REP_CLOSED, 1);
	world_no_report(&w); /* but what was rejected */
	world_fini(&w);
	rtp_srtp_free(near_srtp);
	rtp_srtp_free(far_srtp);
	near_srtp = far_srtp = NULL;
	mem_free(mem);
	return c;
}

static void header(struct wr *wr, uint16_t seq, uint32_t timestamp, uint32_t ssrc)
{
	struct rtp_packet p = { .seq = seq, .timestamp = timestamp, .ssrc = ssrc, .pt = 8 };

	rtp_packet_enc(wr, &p);
}

/* Packet `n` of what is said. */
static void speak(uint32_t n, const struct addr *from)
{
	uint8_t octets[12 + LEN + RTP_SRTP_TRAILER];
	struct wr wr = wr_init(octets, sizeof(octets));
	size_t len;

	header(&wr, (uint16_t)(first_seq + n), n * LEN, 77);
	for (uint32_t i = 0; i < LEN; i++)
		wr_u8(&wr, world_pattern(n * LEN + i));
	len = far_srtp ? rtp_srtp_protect(far_srtp, octets, wr.len) : wr.len;
	world_datagram_from(&w, 0, from, str_n(octets, len));
}

/* Packets [from, to), and each millisecond what somebody else does. */
static void talk(uint32_t from, uint32_t to, void (*other)(uint32_t ms))
{
	for (uint32_t n = from; n < to; n++) {
		speak(n, &w.peer);
		for (uint32_t ms = n * PTIME; ms < (n + 1) * PTIME; ms++) {
			if (other)
				other(ms);
			world_pass(&w, 1);
		}
	}
}

/* Of the first `nr` packets: how many were not heard in their place. */
static uint32_t wrong(uint32_t nr)
{
	uint32_t at = 0, i = 0, bad = 0;

	for (; at < 8000 && i < 64; at++)
		for (i = 0; i < 64 && seen.octet[at + i] == world_pattern(i); i++)
			;
	assert_int_equal(i, 64);
	for (uint32_t n = 0; n < nr; n++) {
		for (i = 0; i < LEN; i++)
			if (seen.octet[at - 1 + n * LEN + i] != world_pattern(n * LEN + i))
				break;
		bad += i < LEN;
	}
	return bad;
}

static void assert_rejected(enum med_reject why, uint32_t nr)
{
	for (int i = 0; i < MED_NR_REJECTS; i++)
		if (w.rejected.nr[i] != ((int)why == i ? nr : 0))
			fail_msg("%u '%s'", w.rejected.nr[i], med_reject_name(i));
}

/* D08 and F01: DTLS and RTP from others. ------------------------------------------------------- */

/* RTP with the stream's SSRC, type and numbers, from a third address, 100 a second. */
static void inject(uint32_t ms)
{
	uint8_t octets[12 + LEN] = { 0 };
	struct wr wr = wr_init(octets, sizeof(octets));

	if (ms % 10)
		return;
	header(&wr, (uint16_t)(first_seq + ms / PTIME), ms * 8, 77);
	world_datagram_from(&w, 0, &enemy, str_n(octets, sizeof(octets)));
}

static void t_F01(void **state)
{
	(void)state;
	begin(0, false);
	talk(0, 500, inject);
	talk(500, 510, NULL);
	assert_int_equal(wrong(500), 0);
	assert_int_equal(seen.elsewhere + seen.to_mouth, 0);
	assert_true(seen.to_sdp > 500);
	assert_int_equal(finish().rx_packets, 510);
	assert_rejected(MED_REJECT_SOURCE, 1000);
}

/* RTP of its own from a third address, and the same octets from the peer's by another port. */
static void bleed(uint32_t ms)
{
	uint8_t octets[12 + LEN] = { 0 };
	struct wr wr = wr_init(octets, sizeof(octets));

	header(&wr, (uint16_t)ms, ms * 8, 4711);
	world_datagram_from(&w, 0, &enemy, str_n(octets, sizeof(octets)));
}

static void spray(uint32_t passes)
{
	for (uint32_t ms = 0; ms < passes; ms++) {
		bleed(ms);
		world_pass(&w, 1);
	}
}

/* Before the first packet and at a re-INVITE anybody could be learnt: only the address of SDP is. */
static void t_F02(void **state)
{
	struct med_open o;

	(void)state;
	begin(MED_F_LEARN, false);
	spray(1000);
	assert_int_equal(seen.elsewhere, 0);
	seen.nr = 0;
	speak(0, &mouth); /* NAT: another port of the same address */
	for (uint32_t n = 1; n < 100; n++) {
		world_pass(&w, PTIME);
		bleed(n);
		speak(n, &mouth);
	}
	world_pass(&w, 200);
	assert_int_equal(wrong(100), 0);
	assert_true(seen.to_mouth > 90 && seen.elsewhere == 0);
	o = world_open(&w, 1, 0);
	o.flags = MED_F_LEARN;
	world_cmd(&w, MED_CMD_MODIFY, &o);
	seen.to_mouth = 0;
	spray(100);
	assert_true(seen.to_mouth == 0 && seen.elsewhere == 0);
	speak(100, &mouth);
	spray(100);
	assert_true(seen.to_mouth > 0 && seen.elsewhere == 0);
	world_pass(&w, PTIME);
	finish();
	assert_rejected(MED_REJECT_SOURCE, 1000 + 99 + 200);
}

/* With keys nobody is learnt but who has them, and nobody without the option. */
static void t_F02_keys(void **state)
{
	uint8_t forged[12 + LEN + 16] = { 0x80, 8 };

	(void)state;
	for (int learn = 0; learn < 2; learn++) {
		begin(learn ? MED_F_LEARN : 0, true);
		for (unsigned i = 0; i < 100; i++) {
			world_datagram_from(&w, 0, &mouth, str_n(forged, sizeof(forged)));
			world_pass(&w, PTIME);
		}
		assert_int_equal(seen.to_mouth + seen.elsewhere, 0);
		for (uint32_t n = 0; n < 10; n++) {
			speak(n, &mouth);
			world_pass(&w, PTIME);
		}
		assert_int_equal(seen.to_mouth > 5, learn);
		assert_int_equal(finish().rx_packets, 10);
		assert_rejected(MED_REJECT_FORGED, 100);
	}
}

/* A ClientHello without a cipher from anybody but the peer's very address never reaches the
 * handshake: that would be ended by it. */
static void t_D08(void **state)
{
	static const char hello[] = "\x16\xfe\xff\0\0\0\0\0\0\0\0\0\x37\1\0\0\x2b";
	struct str octets = str_n(hello, sizeof(hello));
	uint32_t leg;

	(void)state;
	begin(MED_F_SECURE, false);
	med_engine_rx(w.e, 0, &enemy, octets);
	assert_false(med_engine_dtls(w.e, &leg));
	med_engine_rx(w.e, 0, &mouth, octets);
	assert_false(med_engine_dtls(w.e, &leg));
	med_engine_rx(w.e, 0, &w.peer, octets);
	assert_true(med_engine_dtls(w.e, &leg));
	assert_int_equal(leg, 1);
	assert_false(med_engine_dtls(w.e, &leg));
	finish();
	assert_rejected(MED_REJECT_SOURCE, 2);
	begin(MED_F_SECURE | MED_F_LEARN, false);
	med_engine_rx(w.e, 0, &enemy, octets);
	assert_false(med_engine_dtls(w.e, &leg));
	med_engine_rx(w.e, 0, &mouth, octets);
	assert_true(med_engine_dtls(w.e, &leg));
	finish();
	assert_rejected(MED_REJECT_SOURCE, 1);
	begin(0, false); /* nobody asked for DTLS here */
	med_engine_rx(w.e, 0, &w.peer, octets);
	assert_false(med_engine_dtls(w.e, &leg));
	finish();
	assert_rejected(MED_REJECT_FORMAT, 1);
}

/* F05: order. ---------------------------------------------------------------------------------- */

/* Each 60th packet comes `by` packets later; what is in time is heard in its place. */
static void reordered(unsigned by, bool twice)
{
	uint32_t late = 0;
	struct med_counters c;

	begin(0, false);
	for (uint32_t n = 0; n < 300; n++) {
		if (n % 60 != 5)
			speak(n, &w.peer);
		if (n >= 5 + by && (n - by) % 60 == 5) {
			speak(n - by, &w.peer);
			late += by * PTIME > 40;
		}
		if (twice && n % 60 != 5)
			speak(n, &w.peer);
		world_pass(&w, PTIME);
	}
	world_pass(&w, 100);
	assert_int_equal(seen.nr, (300 * PTIME + 100) * 8); /* it never stops */
	assert_int_equal(wrong(5 + 60 * 4), late / 5 * 4);
	c = finish();
	assert_in_range(c.gaps_ms, late * PTIME, late * PTIME + 100);
	assert_int_equal(c.rx_late, late + (twice ? 295 : 0));
	assert_int_equal(c.rx_rejected, 0);
}

static void t_F05_order(void **state)
{
	(void)state;
	for (unsigned by = 1; by <= 50; by++)
		reordered(by, false);
	reordered(1, true);
	reordered(2, true);
}

/* F07, F08: RTCP. ------------------------------------------------------------------------------ */

static const struct {
	struct str octets;
} bad_rtcp[] = {
	{ STR_INIT("\x81\xc8") },
	{ STR_INIT("\x81\xc9\0\0\0\0\0\7") },	  /* four octets left over */
	{ STR_INIT("\x81\xc9\xff\xff\0\0\0\7") }, /* 262,144 octets */
	{ STR_INIT("\x41\xc9\0\1\0\0\0\7") },	  /* version 1: not even RTP */
	{ STR_INIT("\x80\xca\0\1\0\0\0\7") },	  /* begins with SDES */
	{ STR_INIT("\xa0\xc9\0\1\0\0\0\7") },	  /* padding of 7 */
	{ STR_INIT("\x80\xc9\0\1\0\0\0\7\x81\xcb\0\2") },
	{ STR_INIT("\xa0\xc9\0\1\0\0\0\7\x80\xcb\0\0") }, /* padding in the middle */
};

/* Not wrong as a compound, but their parts say more than there is. */
static const struct str odd_rtcp[] = {
	STR_INIT("\x9f\xc9\0\1\0\0\0\7"),
	STR_INIT("\x80\xc9\0\1\0\0\0\7\x9f\xca\0\2\0\0\0\7\1\xff\1\1"),
	STR_INIT("\x80\xc9\0\1\0\0\0\7\x81\xcb\0\2\0\0\0\7\xff\1\1\1"),
	STR_INIT("\x80\xc9\0\1\0\0\0\7\x80\xcf\0\2\0\0\0\7\7\0\xff\xff"),
	STR_INIT("\x80\xc9\0\1\0\0\0\7\x9f\xce\0\2\0\0\0\7\0\0\0\7"),
	STR_INIT("\x80\xc9\0\1\0\0\0\7\x80\xff\0\0"),
};

static void t_F07(void **state)
{
	(void)state;
	for (int mux = 0; mux < 2; mux++) {
		uint8_t flags = MED_F_RTCP | (mux ? MED_F_RTCP_MUX : 0);
		uint32_t format = 0;

		begin(flags, false);
		talk(0, 50, NULL);
		for (size_t i = 0; i < NR_OF(bad_rtcp); i++) {
			if (mux)
				med_engine_rx(w.e, 0, &w.peer, bad_rtcp[i].octets);
			else
				med_engine_rtcp_rx(w.e, 0, &w.peer, bad_rtcp[i].octets);
			assert_true(med_engine_rx_aside(w.e));
			format += mux && bad_rtcp[i].octets.p[0] == 0x41;
		}
		for (size_t i = 0; i < NR_OF(odd_rtcp); i++)
			med_engine_rtcp_rx(w.e, 0, &w.peer, odd_rtcp[i]);
		talk(50, 100, NULL);
		assert_int_equal(wrong(90), 0);
		finish();
		assert_int_equal(w.rejected.nr[MED_REJECT_RTCP], NR_OF(bad_rtcp) - format);
		assert_int_equal(w.rejected.nr[MED_REJECT_FORMAT], format);
	}
}

/* BYE and SR of others, and of another source: speech goes on both ways. */
static void t_F08(void **state)
{
	uint8_t out[200];
	struct rtcp_sender sender = { 1, 2, 3, 4, 5 };
	struct rtcp_block block = { .ssrc = 1000, .fraction_lost = 255, .lost = 1000 };
	struct wr wr = wr_init(out, sizeof(out));
	struct med_counters c;

	(void)state;
	begin(MED_F_RTCP | MED_F_RTCP_MUX, false);
	talk(0, 50, NULL);
	rtcp_sr_enc(&wr, 77, &sender, &block, 1);
	rtcp_bye_enc(&wr, 77);
	for (unsigned i = 0; i < 100; i++)
		med_engine_rx(w.e, 0, &enemy, wr_str(&wr));
	seen.to_sdp = 0;
	talk(50, 100, NULL);
	world_ref(&w, MED_CMD_QUERY, 1, 0);
	c = world_report(&w, MED_REP_COUNTERS, 1);
	assert_int_equal(c.far_lost_permille, MED_UNKNOWN); /* nothing of it was taken */
	wr = wr_init(out, sizeof(out));
	rtcp_sr_enc(&wr, 4711, &sender, NULL, 0);
	rtcp_bye_enc(&wr, 4711);
	med_engine_rx(w.e, 0, &w.peer, wr_str(&wr));
	talk(100, 200, NULL);
	assert_int_equal(wrong(190), 0);
	assert_in_range(seen.to_sdp, 149, 151);
	assert_int_equal(finish().rx_packets, 200);
	assert_rejected(MED_REJECT_SOURCE, 100);
}

/* What cannot be is told as much, not as little that a wrap makes of it. */
static void test_lies(void **state)
{
	uint8_t out[100];
	struct rtcp_block block = { .ssrc = 1000, .jitter = 34359739, .lsr = 1 };
	struct wr wr = wr_init(out, sizeof(out));
	struct med_counters c;

	(void)state;
	begin(MED_F_RTCP | MED_F_RTCP_MUX, false);
	talk(0, 50, NULL);
	block.dlsr = (uint32_t)(w.now * 65536ull / 1000) - block.lsr - 4295u * 65536u;
	rtcp_rr_enc(&wr, 77, &block, 1);
	med_engine_rx(w.e, 0, &w.peer, wr_str(&wr));
	world_ref(&w, MED_CMD_QUERY, 1, 0);
	c = world_report(&w, MED_REP_COUNTERS, 1);
	assert_int_equal(c.far_jitter_us8, UINT16_MAX);
	assert_int_equal(c.round_trip_ms, MED_UNKNOWN - 1);
	finish();
}

/* F09, F10, F12: SRTP. ------------------------------------------------------------------------- */

/* Ten a millisecond with wrong tags, from the peer's address. */
static void flood(uint32_t ms)
{
	uint8_t octets[12 + LEN + 16] = { 0 };

	for (uint32_t i = 0; i < 10; i++) {
		struct wr wr = wr_init(octets, sizeof(octets));

		header(&wr, (uint16_t)(first_seq + ms / PTIME + i), ms * 8, 77);
		world_datagram(&w, 0, str_n(octets, sizeof(octets)));
	}
}

static void t_F09(void **state)
{
	struct med_counters c;

	(void)state;
	begin(0, true);
	talk(0, 500, flood);
	talk(500, 510, NULL);
	assert_int_equal(wrong(500), 0);
	c = finish();
	assert_int_equal(c.rx_packets, 510);
	assert_int_equal(c.rx_lost + c.rx_late + c.gaps_ms, 0);
	/* A tenth has the number of a packet that came. */
	assert_int_equal(w.rejected.nr[MED_REJECT_FORGED], 90000);
	assert_int_equal(w.rejected.nr[MED_REJECT_REPLAY], 10000);
	assert_int_equal(c.rx_rejected, 100000);
}

/* What is no speech from the address of SDP, ten a millisecond: nothing of it waits in front of speech,
 * and what goes on to others of the daemon is little. */
static struct str no_speech;

static void pour(uint32_t ms)
{
	(void)ms;
	for (uint32_t i = 0; i < 10; i++)
		world_datagram(&w, 0, no_speech);
}

static void t_F09_dtls(void **state)
{
	static const char record[] = "\x16\xfe\xfd\0\0\0\0\0\0\0\0\0\4\1\0\0\0";
	struct med_counters c;

	(void)state;
	begin(0, true);
	no_speech = str_n(record, sizeof(record) - 1);
	talk(0, 500, pour);
	talk(500, 510, NULL);
	assert_int_equal(wrong(500), 0);
	c = finish();
	assert_int_equal(c.rx_packets, 510);
	assert_int_equal(c.rx_lost + c.rx_late + c.gaps_ms, 0);
	/* MED_DTLS_MAX in each packet time, and as many in the first one. */
	assert_in_range(100000 - c.rx_rejected, 500 * MED_DTLS_MAX, 501 * MED_DTLS_MAX);
	assert_rejected(MED_REJECT_DTLS, c.rx_rejected);
}

static void t_F09_rtcp(void **state)
{
	uint8_t out[100];
	struct wr wr = wr_init(out, sizeof(out));
	struct med_counters c;

	(void)state;
	begin(MED_F_RTCP | MED_F_RTCP_MUX, false);
	rtcp_rr_enc(&wr, 77, NULL, 0);
	no_speech = wr_str(&wr);
	talk(0, 500, pour);
	talk(500, 510, NULL);
	assert_int_equal(wrong(500), 0);
	c = finish();
	assert_int_equal(c.rx_packets, 510);
	assert_int_equal(c.rx_lost + c.rx_late + c.gaps_ms + c.rx_rejected, 0);
}

/* What was sent before is sent again, all the time, over the wrap of the sequence number. */
static void t_F10(void **state)
{
	static uint8_t old[300][12 + LEN + 16];
	uint32_t replays = 0;

	(void)state;
	begin(0, true);
	for (uint32_t n = 0; n < 300; n++) {
		speak(n, &w.peer);
		memcpy(old[n], w.queue[0][(w.put[0] - 1) % WORLD_QUEUE].octet, sizeof(old[n]));
		for (uint32_t i = 0; i < 5 && i < n; i++, replays++)
			world_datagram(&w, 0, str_n(old[(n * 7919 + i * 31) % n], sizeof(old[0])));
		world_pass(&w, PTIME);
	}
	world_pass(&w, 100);
	assert_int_equal(wrong(300), 0);
	assert_int_equal(finish().rx_packets, 300);
	assert_rejected(MED_REJECT_REPLAY, replays);
}

/* A re-INVITE for another codec makes another object of the same keys: both ways go on, though the
 * numbers have wrapped, and what came before is still a replay. */
static void t_F10_goes_on(void **state)
{
	struct med_objects objects = { 0 };
	struct med_open o;

	(void)state;
	begin(0, true);
	talk(0, 600, NULL);
	mem_fail_after(0); /* as the signalling thread may */
	objects.srtp = end_of(true);
	mem_fail_after(1);
	med_engine_set_objects(w.e, 2, &objects);
	o = world_open(&w, 1, 0);
	o.flags = MED_F_SECURE;
	o.objects = 2;
	world_cmd(&w, MED_CMD_MODIFY, &o);
	rtp_srtp_free(near_srtp);
	near_srtp = objects.srtp;
	world_datagram(&w, 0, str_n(w.queue[0][(w.put[0] - 1) % WORLD_QUEUE].octet, 12 + LEN + 16));
	talk(600, 700, NULL);
	assert_int_equal(wrong(695), 0);
	assert_in_range(seen.opened, 698, 701);
	assert_int_equal(seen.forged, 0);
	assert_int_equal(finish().rx_packets, 700);
	assert_rejected(MED_REJECT_REPLAY, 1);
}

/* A million sources with wrong tags: no allocation at all (world_fini), and the stream passes. */
static void t_F12(void **state)
{
	struct rng_seeded seed;
	struct rng rng = rng_seeded_init(&seed, 1);
	uint8_t octets[12 + 20 + 16] = { 0x80, 8 };

	(void)state;
	begin(0, true);
	talk(0, 50, NULL);
	for (uint32_t i = 0; i < 1000000; i++) {
		uint32_t ssrc = rng_u32(&rng);

		memcpy(octets + 8, &ssrc, sizeof(ssrc));
		med_engine_rx(w.e, 0, &w.peer, str_n(octets, sizeof(octets)));
	}
	talk(50, 100, NULL);
	assert_int_equal(wrong(95), 0);
	assert_int_equal(finish().rx_packets, 100);
	assert_rejected(MED_REJECT_FORGED, 1000000);
}

/* Each reason by what makes it, one after the other; the timeslot hears nothing of it. */
static void test_reasons(void **state)
{
	uint8_t rtp[12 + LEN] = { 0 };
	struct wr wr = wr_init(rtp, sizeof(rtp));

	(void)state;
	begin(MED_F_RTCP | MED_F_RTCP_MUX, false);
	talk(0, 50, NULL);
	header(&wr, 5, 5, 4711);
	world_datagram_from(&w, 0, &enemy, str_n(rtp, sizeof(rtp)));
	world_datagram(&w, 0, str_n(rtp, 12)); /* no payload */
	world_datagram(&w, 0, STR(""));
	world_datagram(&w, 0, STR("\0\1\0\0\x21\x12\xa4\x42tttttttttttt")); /* STUN */
	world_datagram(&w, 0, str_n(rtp, sizeof(rtp)));			    /* another SSRC */
	rtp[1] = 9;
	world_datagram(&w, 0, str_n(rtp, sizeof(rtp)));
	world_datagram(&w, 0, bad_rtcp[2].octets);
	talk(50, 100, NULL);
	assert_int_equal(wrong(95), 0);
	assert_int_equal(finish().rx_rejected, 7);
	assert_int_equal(w.rejected.nr[MED_REJECT_SOURCE], 1);
	assert_int_equal(w.rejected.nr[MED_REJECT_FORMAT], 3);
	assert_int_equal(w.rejected.nr[MED_REJECT_SSRC], 1);
	assert_int_equal(w.rejected.nr[MED_REJECT_TYPE], 1);
	assert_int_equal(w.rejected.nr[MED_REJECT_RTCP], 1);
	begin(MED_F_SECURE, false);
	world_datagram(&w, 0, str_n(rtp, sizeof(rtp)));
	world_pass(&w, 30);
	finish();
	assert_rejected(MED_REJECT_PLAIN, 1);
	for (int why = 0; why < MED_NR_REJECTS; why++)
		assert_string_not_equal(med_reject_name(why), "?");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(t_F01),	cmocka_unit_test(t_F02),
		cmocka_unit_test(t_F02_keys),	cmocka_unit_test(t_D08),
		cmocka_unit_test(t_F05_order),	cmocka_unit_test(t_F07),
		cmocka_unit_test(t_F08),	cmocka_unit_test(t_F09),
		cmocka_unit_test(t_F10),	cmocka_unit_test(t_F10_goes_on),
		cmocka_unit_test(t_F12),	cmocka_unit_test(test_lies),
		cmocka_unit_test(t_F09_dtls),	cmocka_unit_test(t_F09_rtcp),
		cmocka_unit_test(test_reasons),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
