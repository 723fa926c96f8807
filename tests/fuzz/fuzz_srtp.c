/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Any octets as SRTP or SRTCP in front of authentication, in every suite (RFC 3711, RFC 7714). Each
 * step of the input is an octet that says what, and octets behind their length:
 *	as they are to the receiver: never authentic, and nothing is kept of them;
 *	or as what is done to a good packet (exclusive or): authentic only when nothing was done.
 * After each step the next good packet of both kinds still passes, and what it says is what was
 * sent; also behind good ones of more other sources than are remembered. The first octet is the suite; with its top bit packets name their key (RFC 3711 3.1).
 */
#include "fuzz/fuzz.h"
#include "rtp/packet.h"
#include "rtp/srtp.h"

#define ROOM	 2048
#define TEXT_MAX 400
#define MKI_LEN	 4
#define MKI	 0x107

enum step { STEP_RTCP = 1, STEP_SPOIL = 2, STEP_JUMP = 4, STEP_OTHER = 8 };

#define OTHERS 20 /* sources */

static const char key_bytes[] = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOP";

struct run {
	struct mem *m;
	struct rtp_srtp *tx, *rx;
	uint16_t seq, other_seq;
	size_t used;
	bool aead, mki;
	size_t tag; /* of SRTP */
};

/* A good packet; its length before it was enciphered. */
static size_t plain(struct run *r, uint8_t *out, bool rtcp, size_t text)
{
	memset(out, 0x5a, ROOM);
	if (rtcp) {
		memcpy(out, "\x80\xc9\x00\x01\x00\x00\x00\x07", 8);
		return 8 + text / 4 * 4;
	}
	rtp_header_enc(out, &(struct rtp_packet){ .pt = 8, .seq = r->seq++, .ssrc = 7 });
	return RTP_HEADER_LEN + text;
}

/* In front of the tag, or at the end of an AEAD. */
static size_t name(const struct run *r, uint8_t *packet, size_t len, bool rtcp)
{
	size_t tag = r->aead ? 0 : rtcp ? 10 : r->tag;

	memmove(packet + len - tag + MKI_LEN, packet + len - tag, tag);
	memcpy(packet + len - tag, "\0\0\1\7", MKI_LEN);
	return len + MKI_LEN;
}

static size_t protect(struct run *r, uint8_t *packet, size_t len, bool rtcp)
{
	size_t n = rtcp ? rtp_srtp_protect_rtcp(r->tx, packet, len)
			: rtp_srtp_protect(r->tx, packet, len);

	fuzz_check(n > len && n <= len + RTP_SRTP_TRAILER);
	return r->mki ? name(r, packet, n, rtcp) : n;
}

static enum rtp_srtp_verdict open_it(struct run *r, uint8_t *packet, size_t *len, bool rtcp)
{
	enum rtp_srtp_verdict v = rtcp ? rtp_srtp_unprotect_rtcp(r->rx, packet, len)
				       : rtp_srtp_unprotect(r->rx, packet, len);

	fuzz_check(mem_used(r->m) == r->used);
	return v;
}

static void good_ones_pass(struct run *r)
{
	for (int rtcp = 0; rtcp < 2; rtcp++) {
		uint8_t want[ROOM], packet[ROOM];
		size_t len = plain(r, want, rtcp, 20), n;

		memcpy(packet, want, ROOM);
		n = protect(r, packet, len, rtcp);
		fuzz_check(open_it(r, packet, &n, rtcp) == RTP_SRTP_OK);
		fuzz_check(n == len && memcmp(packet, want, len) == 0);
	}
}

static void anything(struct run *r, struct str octets, bool rtcp)
{
	uint8_t packet[ROOM];
	size_t len = octets.len;

	memcpy(packet, octets.p, len);
	fuzz_check(open_it(r, packet, &len, rtcp) != RTP_SRTP_OK);
	fuzz_check(len == octets.len);
}

static void spoilt(struct run *r, struct str how, bool rtcp)
{
	uint8_t packet[ROOM], before[ROOM];
	size_t len = plain(r, packet, rtcp, how.len % TEXT_MAX), n, was;
	enum rtp_srtp_verdict v;
	bool same;

	n = was = protect(r, packet, len, rtcp);
	memcpy(before, packet, n);
	for (size_t i = 0; i < how.len; i++)
		packet[i % n] ^= (uint8_t)how.p[i];
	same = memcmp(packet, before, n) == 0;
	v = open_it(r, packet, &n, rtcp);
	fuzz_check((v == RTP_SRTP_OK) == same);
	if (!same)
		return;
	fuzz_check(n == len);
	n = was;
	fuzz_check(open_it(r, before, &n, rtcp) == RTP_SRTP_REPLAY);
}

/* Somebody else says something, with the same key. */
static void other(struct run *r)
{
	uint8_t packet[ROOM] = { 0 };
	struct rtp_packet p;
	size_t n;

	r->other_seq++;
	p = (struct rtp_packet){ .seq = r->other_seq, .ssrc = 100 + r->other_seq % OTHERS };
	rtp_header_enc(packet, &p);
	n = protect(r, packet, RTP_HEADER_LEN + 20, false);
	fuzz_check(open_it(r, packet, &n, false) == RTP_SRTP_OK);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct rd in = rd_init(str_n(data, size));
	uint8_t first = rd_u8(&in);
	enum rtp_srtp_suite suite = (first & 0x7f) % RTP_SRTP_NR;
	struct str key = str_n(key_bytes, rtp_srtp_key_len(suite));
	bool short_tag = suite == RTP_SRTP_AES_256_CM_SHA1_32 ||
			 suite == RTP_SRTP_AES_CM_128_SHA1_32;
	struct run r = { .m = mem_root("fuzz"),
			 .aead = suite <= RTP_SRTP_AEAD_AES_128_GCM,
			 .mki = first & 0x80,
			 .tag = short_tag ? 4 : 10 };

	r.tx = rtp_srtp_new(r.m, suite, key, key);
	r.rx = rtp_srtp_new(r.m, suite, key, key);
	fuzz_check(r.tx && r.rx);
	if (r.mki)
		rtp_srtp_mki(r.rx, MKI, MKI_LEN);
	r.used = mem_used(r.m);
	good_ones_pass(&r);
	while (rd_left(&in) > 0) {
		uint8_t step = rd_u8(&in);
		size_t len = rd_be16(&in) % ROOM;
		struct str octets = rd_bytes(&in, len < rd_left(&in) ? len : rd_left(&in));

		if (step & STEP_JUMP)
			r.seq = (uint16_t)(r.seq + 0x7000);
		if (step & STEP_OTHER)
			other(&r);
		if (step & STEP_SPOIL)
			spoilt(&r, octets, step & STEP_RTCP);
		else
			anything(&r, octets, step & STEP_RTCP);
		good_ones_pass(&r);
	}
	rtp_srtp_free(r.tx);
	rtp_srtp_free(r.rx);
	mem_free(r.m);
	return 0;
}
