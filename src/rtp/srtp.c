/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * rtp/srtp: see the header. Indices of packets (RFC 3711 3.3.1), replay (3.3.2) and where the parts
 * of a packet are; the keys' work is rtp/srtp_key's.
 */
#include <string.h>

#include "rtp/packet.h"
#include "rtp/srtp.h"
#include "rtp/srtp_key.h"

#define RTCP_MIN_LEN  8
#define INDEX_LEN     4		  /* E and the index of SRTCP (RFC 3711 3.4) */
#define RTCP_E	      0x80000000u /* enciphered */
#define REPLAY_WINDOW 128
#define TX_SOURCES    32 /* SSRCs that we may send from with the same keys */

_Static_assert(RTP_SRTP_TRAILER >= RTP_SRTP_TAG_MAX + INDEX_LEN, "room for all that is added");

/* Indices that were received: the highest, and which of those below it. */
struct window {
	uint64_t max, seen[2]; /* bit n: max - n */
	bool started;
};

struct source {
	uint32_t ssrc;
	uint32_t used; /* counts what was authentic, of all of them: the last of this one */
	struct window rtp, rtcp;
};

struct tx_source {
	uint32_t ssrc;
	uint64_t index; /* sent last */
};

struct rtp_srtp {
	struct mem *mem;
	struct rtp_srtp_key tx, tx_rtcp, rx, rx_rtcp;
	struct source source[RTP_SRTP_SOURCES]; /* known ones */
	unsigned nr_sources;
	uint32_t used;
	struct tx_source from[TX_SOURCES];
	unsigned nr_from;
	uint32_t rtcp_index; /* of the next one */
	uint64_t mki;
	uint8_t mki_len;
};

static const struct rtp_srtp_info suites[RTP_SRTP_NR] = {
	[RTP_SRTP_AEAD_AES_256_GCM] = { "AEAD_AES_256_GCM", 8, "SRTP_AEAD_AES_256_GCM", 32, 12,
					"RFC 7714 14.2" },
	[RTP_SRTP_AEAD_AES_128_GCM] = { "AEAD_AES_128_GCM", 7, "SRTP_AEAD_AES_128_GCM", 16, 12,
					"RFC 7714 14.2" },
	[RTP_SRTP_AES_256_CM_SHA1_80] = { "AES_256_CM_HMAC_SHA1_80", 0, NULL, 32, 14, "RFC 6188" },
	[RTP_SRTP_AES_256_CM_SHA1_32] = { "AES_256_CM_HMAC_SHA1_32", 0, NULL, 32, 14, "RFC 6188" },
	[RTP_SRTP_AES_CM_128_SHA1_80] = { "AES_CM_128_HMAC_SHA1_80", 1, "SRTP_AES128_CM_SHA1_80",
					  16, 14, "RFC 4568 6.2.1, RFC 5764 4.1.2" },
	[RTP_SRTP_AES_CM_128_SHA1_32] = { "AES_CM_128_HMAC_SHA1_32", 2, "SRTP_AES128_CM_SHA1_32",
					  16, 14, "RFC 4568 6.2.2, RFC 5764 4.1.2" },
};

const struct rtp_srtp_info *rtp_srtp_info(enum rtp_srtp_suite suite)
{
	return &suites[suite];
}

bool rtp_srtp_by_name(struct str name, enum rtp_srtp_suite *suite)
{
	for (unsigned i = 0; i < RTP_SRTP_NR; i++)
		if (str_eq(name, str_of(suites[i].name))) {
			*suite = i;
			return true;
		}
	return false;
}

bool rtp_srtp_by_profile(uint16_t profile, enum rtp_srtp_suite *suite)
{
	for (unsigned i = 0; i < RTP_SRTP_NR; i++)
		if (profile && suites[i].dtls == profile) {
			*suite = i;
			return true;
		}
	return false;
}

size_t rtp_srtp_key_len(enum rtp_srtp_suite suite)
{
	return (size_t)suites[suite].key_len + suites[suite].salt_len;
}

/* Sessions. ------------------------------------------------------------------------------------ */

static const struct rtp_srtp_form forms[RTP_SRTP_NR] = {
	[RTP_SRTP_AEAD_AES_256_GCM] = { true, 32, 12, 16 },
	[RTP_SRTP_AEAD_AES_128_GCM] = { true, 16, 12, 16 },
	[RTP_SRTP_AES_256_CM_SHA1_80] = { false, 32, 14, 10 },
	[RTP_SRTP_AES_256_CM_SHA1_32] = { false, 32, 14, 4 },
	[RTP_SRTP_AES_CM_128_SHA1_80] = { false, 16, 14, 10 },
	[RTP_SRTP_AES_CM_128_SHA1_32] = { false, 16, 14, 4 },
};

struct rtp_srtp *rtp_srtp_new(struct mem *parent, enum rtp_srtp_suite suite, struct str tx_key,
			      struct str rx_key)
{
	const struct rtp_srtp_form *f;
	struct rtp_srtp *s;
	struct mem *m;

	if (suite >= RTP_SRTP_NR || tx_key.len != rtp_srtp_key_len(suite) ||
	    rx_key.len != rtp_srtp_key_len(suite))
		return NULL;
	m = mem_sub(parent, "srtp");
	s = m ? MEM_NEW(m, struct rtp_srtp) : NULL;
	if (!s) {
		mem_free(m);
		return NULL;
	}
	s->mem = m;
	f = &forms[suite];
	if (rtp_srtp_key_init(&s->tx, f, tx_key, false, true) &&
	    rtp_srtp_key_init(&s->tx_rtcp, f, tx_key, true, true) &&
	    rtp_srtp_key_init(&s->rx, f, rx_key, false, false) &&
	    rtp_srtp_key_init(&s->rx_rtcp, f, rx_key, true, false))
		return s;
	rtp_srtp_free(s);
	return NULL;
}

void rtp_srtp_free(struct rtp_srtp *s)
{
	if (!s)
		return;
	rtp_srtp_key_fini(&s->tx);
	rtp_srtp_key_fini(&s->tx_rtcp);
	rtp_srtp_key_fini(&s->rx);
	rtp_srtp_key_fini(&s->rx_rtcp);
	mem_free(s->mem);
}

void rtp_srtp_mki(struct rtp_srtp *s, uint64_t mki, uint8_t octets)
{
	s->mki = mki;
	s->mki_len = octets;
}

/* By what is made of the master key and its salt; the length of the tag makes no other key. */
static bool is_same_key(const struct rtp_srtp_key *a, const struct rtp_srtp_key *b)
{
	return a->aead == b->aead && memcmp(a->salt, b->salt, sizeof(a->salt)) == 0;
}

void rtp_srtp_go_on(struct rtp_srtp *s, const struct rtp_srtp *before)
{
	if (is_same_key(&s->tx, &before->tx)) {
		memcpy(s->from, before->from, sizeof(s->from));
		s->nr_from = before->nr_from;
		s->rtcp_index = before->rtcp_index;
	}
	if (is_same_key(&s->rx, &before->rx)) {
		memcpy(s->source, before->source, sizeof(s->source));
		s->nr_sources = before->nr_sources;
		s->used = before->used;
	}
}

/* Octets. -------------------------------------------------------------------------------------- */

static uint32_t get_be32(const uint8_t *at)
{
	return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static void put_be32(uint8_t *at, uint32_t v)
{
	for (unsigned i = 0; i < 4; i++)
		at[i] = (uint8_t)(v >> (24 - 8 * i));
}

/* Octets before the payload (RFC 3550 5.1); 0: it is not RTP. */
static size_t header_len(const uint8_t *p, size_t len)
{
	size_t at = RTP_HEADER_LEN;

	if (len < at || p[0] >> 6 != RTP_VERSION)
		return 0;
	at += 4 * (size_t)(p[0] & RTP_CSRC_MAX);
	if (p[0] & 0x10) {
		if (len < at + 4)
			return 0;
		at += 4 + 4 * ((size_t)p[at + 2] << 8 | p[at + 3]);
	}
	return at <= len ? at : 0;
}

static uint16_t seq_of(const uint8_t *p)
{
	return (uint16_t)(p[2] << 8 | p[3]);
}

/* The index with this sequence number that is nearest to `last` (RFC 3711 3.3.1, appendix A). */
static uint64_t index_near(uint64_t last, uint16_t seq)
{
	int16_t by = (int16_t)(seq - (uint16_t)last);

	if (by < 0 && last < (uint16_t)-by)
		return last + (uint16_t)by; /* there is nothing before the first */
	return last + (uint64_t)(int64_t)by;
}

/* Replay. -------------------------------------------------------------------------------------- */

static bool is_replay(const struct window *w, uint64_t index)
{
	uint64_t behind = w->max - index;

	if (!w->started || index > w->max)
		return false;
	return behind >= REPLAY_WINDOW || w->seen[behind / 64] >> behind % 64 & 1;
}

static void shift(struct window *w, uint64_t by)
{
	if (by >= 64) {
		w->seen[1] = by < 128 ? w->seen[0] << (by - 64) : 0;
		w->seen[0] = 0;
	} else if (by) {
		w->seen[1] = w->seen[1] << by | w->seen[0] >> (64 - by);
		w->seen[0] <<= by;
	}
}

static void note(struct window *w, uint64_t index)
{
	if (!w->started || index > w->max) {
		shift(w, w->started ? index - w->max : REPLAY_WINDOW);
		w->max = index;
		w->started = true;
	}
	w->seen[(w->max - index) / 64] |= (uint64_t)1 << (w->max - index) % 64;
}

static struct source *find(struct rtp_srtp *s, uint32_t ssrc)
{
	for (unsigned i = 0; i < s->nr_sources; i++)
		if (s->source[i].ssrc == ssrc)
			return &s->source[i];
	return NULL;
}

/* An authentic source: there is state for it from now on, and for not too many. */
static struct source *know(struct rtp_srtp *s, uint32_t ssrc)
{
	struct source *src = s->source;

	if (s->nr_sources < RTP_SRTP_SOURCES)
		src = &s->source[s->nr_sources++];
	else
		for (unsigned i = 1; i < RTP_SRTP_SOURCES; i++)
			if (s->used - s->source[i].used > s->used - src->used)
				src = &s->source[i];
	*src = (struct source){ .ssrc = ssrc };
	return src;
}

/* Of a source, known or not, a packet was authentic. */
static struct source *use(struct rtp_srtp *s, struct source *src, uint32_t ssrc)
{
	if (!src)
		src = know(s, ssrc);
	src->used = ++s->used;
	return src;
}

/* Sending. ------------------------------------------------------------------------------------- */

/* The index of our next packet from this source; never one twice, for then the cipher is broken
 * (RFC 7714 8.4). */
static bool next_index(struct rtp_srtp *s, uint32_t ssrc, uint16_t seq, uint64_t *index)
{
	struct tx_source *t = s->from, *end = s->from + s->nr_from;

	while (t < end && t->ssrc != ssrc)
		t++;
	if (t == end) {
		if (s->nr_from == TX_SOURCES)
			return false;
		s->nr_from++;
		*t = (struct tx_source){ ssrc, seq };
		*index = seq;
		return true;
	}
	*index = index_near(t->index, seq);
	if (*index <= t->index || *index >> 48)
		return false;
	t->index = *index;
	return true;
}

size_t rtp_srtp_protect(struct rtp_srtp *s, uint8_t *packet, size_t len)
{
	size_t head = header_len(packet, len);
	struct rtp_srtp_parts p = { .head = packet, .head_len = head };
	uint8_t roc[4];
	uint64_t index;

	if (!head || !next_index(s, get_be32(packet + 8), seq_of(packet), &index))
		return 0;
	put_be32(roc, (uint32_t)(index >> 16));
	p.text = packet + head;
	p.text_len = len - head;
	p.tail = roc;
	p.tail_len = s->tx.aead ? 0 : sizeof(roc);
	if (!rtp_srtp_seal(&s->tx, get_be32(packet + 8), index, &p, packet + len))
		return 0;
	return len + s->tx.tag_len;
}

/* The tag is in front of the index with an AEAD, behind it otherwise (RFC 3711 3.4, RFC 7714 9.2). */
static uint8_t *rtcp_index_at(const struct rtp_srtp_key *k, uint8_t *end)
{
	return end - INDEX_LEN - (k->aead ? 0 : k->tag_len);
}

size_t rtp_srtp_protect_rtcp(struct rtp_srtp *s, uint8_t *packet, size_t len)
{
	const struct rtp_srtp_key *k = &s->tx_rtcp;
	size_t all = len + INDEX_LEN + k->tag_len;
	struct rtp_srtp_parts p = { .head = packet, .head_len = RTCP_MIN_LEN };

	if (len < RTCP_MIN_LEN || s->rtcp_index >= RTCP_E)
		return 0;
	p.text = packet + RTCP_MIN_LEN;
	p.text_len = len - RTCP_MIN_LEN;
	p.tail = rtcp_index_at(k, packet + all);
	p.tail_len = INDEX_LEN;
	put_be32(rtcp_index_at(k, packet + all), s->rtcp_index | RTCP_E);
	if (!rtp_srtp_seal(&s->tx_rtcp, get_be32(packet + 4), s->rtcp_index++, &p,
			   k->aead ? packet + len : packet + len + INDEX_LEN))
		return 0;
	return all;
}

/* Receiving. ----------------------------------------------------------------------------------- */

static bool is_mki(const struct rtp_srtp *s, const uint8_t *at)
{
	uint64_t v = s->mki;

	for (unsigned i = s->mki_len; i-- > 0; v >>= 8)
		if (at[i] != (uint8_t)v)
			return false;
	return true;
}

/* Takes off what names the key: in front of the tag, or at the end with an AEAD (RFC 3711 3.1, 3.4; RFC
 * 7714 5.2, 9.2). It is not authenticated itself. */
static enum rtp_srtp_verdict strip_mki(const struct rtp_srtp *s, const struct rtp_srtp_key *k,
				       uint8_t *packet, size_t *len)
{
	size_t behind = k->aead ? 0 : k->tag_len;
	uint8_t *at;

	if (!s->mki_len)
		return RTP_SRTP_OK;
	if (*len < s->mki_len + behind)
		return RTP_SRTP_BAD;
	at = packet + *len - behind - s->mki_len;
	if (!is_mki(s, at))
		return RTP_SRTP_FORGED;
	memmove(at, at + s->mki_len, behind);
	*len -= s->mki_len;
	return RTP_SRTP_OK;
}

static enum rtp_srtp_verdict unprotect(struct rtp_srtp *s, uint8_t *packet, size_t *len)
{
	size_t head = header_len(packet, *len), tag = s->rx.tag_len;
	struct rtp_srtp_parts p = { .head = packet, .head_len = head };
	struct source *src;
	uint64_t index;
	uint8_t roc[4];

	if (!head || *len < head + tag)
		return RTP_SRTP_BAD;
	src = find(s, get_be32(packet + 8));
	index = seq_of(packet);
	if (src && src->rtp.started)
		index = index_near(src->rtp.max, seq_of(packet));
	if (index >> 48 || (src && is_replay(&src->rtp, index)))
		return RTP_SRTP_REPLAY;
	put_be32(roc, (uint32_t)(index >> 16));
	p.text = packet + head;
	p.text_len = *len - head - tag;
	p.tail = roc;
	p.tail_len = s->rx.aead ? 0 : sizeof(roc);
	if (!rtp_srtp_open(&s->rx, get_be32(packet + 8), index, &p, packet + *len - tag))
		return RTP_SRTP_FORGED;
	note(&use(s, src, get_be32(packet + 8))->rtp, index);
	*len -= tag;
	return RTP_SRTP_OK;
}

enum rtp_srtp_verdict rtp_srtp_unprotect(struct rtp_srtp *s, uint8_t *packet, size_t *len)
{
	size_t was = *len;
	enum rtp_srtp_verdict v = strip_mki(s, &s->rx, packet, len);

	if (v == RTP_SRTP_OK)
		v = unprotect(s, packet, len);
	if (v != RTP_SRTP_OK)
		*len = was;
	return v;
}

static enum rtp_srtp_verdict unprotect_rtcp(struct rtp_srtp *s, uint8_t *packet, size_t *len)
{
	const struct rtp_srtp_key *k = &s->rx_rtcp;
	struct rtp_srtp_parts p = { .head = packet, .tail_len = INDEX_LEN };
	size_t plain = *len - INDEX_LEN - k->tag_len;
	struct source *src;
	uint32_t index;

	if (*len < (size_t)RTCP_MIN_LEN + INDEX_LEN + k->tag_len || packet[0] >> 6 != RTP_VERSION)
		return RTP_SRTP_BAD;
	src = find(s, get_be32(packet + 4));
	p.tail = rtcp_index_at(k, packet + *len);
	index = get_be32(p.tail);
	p.head_len = index & RTCP_E ? RTCP_MIN_LEN : plain;
	p.text = packet + p.head_len;
	p.text_len = plain - p.head_len;
	index &= ~RTCP_E;
	if (src && is_replay(&src->rtcp, index))
		return RTP_SRTP_REPLAY;
	if (!rtp_srtp_open(&s->rx_rtcp, get_be32(packet + 4), index, &p,
			   packet + *len - (k->aead ? INDEX_LEN : 0) - k->tag_len))
		return RTP_SRTP_FORGED;
	note(&use(s, src, get_be32(packet + 4))->rtcp, index);
	*len = plain;
	return RTP_SRTP_OK;
}

enum rtp_srtp_verdict rtp_srtp_unprotect_rtcp(struct rtp_srtp *s, uint8_t *packet, size_t *len)
{
	size_t was = *len;
	enum rtp_srtp_verdict v = strip_mki(s, &s->rx_rtcp, packet, len);

	if (v == RTP_SRTP_OK)
		v = unprotect_rtcp(s, packet, len);
	if (v != RTP_SRTP_OK)
		*len = was;
	return v;
}
