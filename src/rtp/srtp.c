/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rtp/srtp: see the header. The library has an allocator of its own; it is not ours to count. */
#include <srtp2/srtp.h>

#include "rtp/packet.h"
#include "rtp/srtp.h"

#define RTCP_MIN_LEN  8
#define REPLAY_WINDOW 128

_Static_assert(RTP_SRTP_TRAILER >= SRTP_MAX_TRAILER_LEN + 4, "room for the SRTCP index too");

struct rtp_srtp {
	struct mem *mem;
	srtp_t tx, rx;
	uint32_t source[RTP_SRTP_SOURCES]; /* known ones, from oldest on: a ring */
	unsigned nr_sources, oldest;
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

bool rtp_srtp_library(bool start)
{
	return (start ? srtp_init() : srtp_shutdown()) == srtp_err_status_ok;
}

/* Sessions. ------------------------------------------------------------------------------------ */

/* RFC 4568 6.2.2: the short tag is for SRTP alone, SRTCP keeps 80 bits. */
static void set_crypto(srtp_policy_t *p, enum rtp_srtp_suite suite)
{
	switch (suite) {
	case RTP_SRTP_AEAD_AES_256_GCM:
		srtp_crypto_policy_set_aes_gcm_256_16_auth(&p->rtp);
		srtp_crypto_policy_set_aes_gcm_256_16_auth(&p->rtcp);
		break;
	case RTP_SRTP_AEAD_AES_128_GCM:
		srtp_crypto_policy_set_aes_gcm_128_16_auth(&p->rtp);
		srtp_crypto_policy_set_aes_gcm_128_16_auth(&p->rtcp);
		break;
	case RTP_SRTP_AES_256_CM_SHA1_80:
		srtp_crypto_policy_set_aes_cm_256_hmac_sha1_80(&p->rtp);
		srtp_crypto_policy_set_aes_cm_256_hmac_sha1_80(&p->rtcp);
		break;
	case RTP_SRTP_AES_256_CM_SHA1_32:
		srtp_crypto_policy_set_aes_cm_256_hmac_sha1_32(&p->rtp);
		srtp_crypto_policy_set_aes_cm_256_hmac_sha1_80(&p->rtcp);
		break;
	case RTP_SRTP_AES_CM_128_SHA1_80:
	case RTP_SRTP_AES_CM_128_SHA1_32:
	case RTP_SRTP_NR:
		srtp_crypto_policy_set_rtp_default(&p->rtp);
		srtp_crypto_policy_set_rtcp_default(&p->rtcp);
		if (suite == RTP_SRTP_AES_CM_128_SHA1_32)
			srtp_crypto_policy_set_aes_cm_128_hmac_sha1_32(&p->rtp);
		break;
	}
}

static bool session_new(srtp_t *session, enum rtp_srtp_suite suite, struct str key,
			srtp_ssrc_type_t type)
{
	uint8_t copy[RTP_SRTP_KEY_MAX];
	srtp_policy_t p;
	srtp_err_status_t err;

	if (key.len != rtp_srtp_key_len(suite))
		return false;
	memset(&p, 0, sizeof(p));
	memcpy(copy, key.p, key.len);
	set_crypto(&p, suite);
	p.ssrc.type = type;
	p.key = copy;
	p.window_size = REPLAY_WINDOW;
	err = srtp_create(session, &p);
	explicit_bzero(copy, sizeof(copy));
	return err == srtp_err_status_ok;
}

struct rtp_srtp *rtp_srtp_new(struct mem *parent, enum rtp_srtp_suite suite, struct str tx_key,
			      struct str rx_key)
{
	struct mem *m = suite < RTP_SRTP_NR ? mem_sub(parent, "srtp") : NULL;
	struct rtp_srtp *s = m ? MEM_NEW(m, struct rtp_srtp) : NULL;

	if (!s) {
		mem_free(m);
		return NULL;
	}
	s->mem = m;
	if (session_new(&s->tx, suite, tx_key, ssrc_any_outbound) &&
	    session_new(&s->rx, suite, rx_key, ssrc_any_inbound))
		return s;
	rtp_srtp_free(s);
	return NULL;
}

void rtp_srtp_free(struct rtp_srtp *s)
{
	if (!s)
		return;
	if (s->tx)
		srtp_dealloc(s->tx);
	if (s->rx)
		srtp_dealloc(s->rx);
	mem_free(s->mem);
}

/* Packets. ------------------------------------------------------------------------------------- */

typedef srtp_err_status_t (*transform)(srtp_t, void *, int *);

static size_t protect(struct rtp_srtp *s, transform f, uint8_t *packet, size_t len)
{
	int n = (int)len;

	return f(s->tx, packet, &n) == srtp_err_status_ok ? (size_t)n : 0;
}

size_t rtp_srtp_protect(struct rtp_srtp *s, uint8_t *packet, size_t len)
{
	return protect(s, srtp_protect, packet, len);
}

size_t rtp_srtp_protect_rtcp(struct rtp_srtp *s, uint8_t *packet, size_t len)
{
	return protect(s, srtp_protect_rtcp, packet, len);
}

static enum rtp_srtp_verdict verdict_of(srtp_err_status_t err)
{
	switch (err) {
	case srtp_err_status_ok:
		return RTP_SRTP_OK;
	case srtp_err_status_auth_fail:
	case srtp_err_status_cipher_fail:
		return RTP_SRTP_FORGED;
	case srtp_err_status_replay_fail:
	case srtp_err_status_replay_old:
	case srtp_err_status_pkt_idx_old:
		return RTP_SRTP_REPLAY;
	default:
		return RTP_SRTP_BAD;
	}
}

static enum rtp_srtp_verdict unprotect(struct rtp_srtp *s, transform f, uint8_t *packet,
				       size_t *len)
{
	int n = (int)*len;
	enum rtp_srtp_verdict v = verdict_of(f(s->rx, packet, &n));

	if (v == RTP_SRTP_OK)
		*len = (size_t)n;
	return v;
}

/* An authentic source: the library keeps state for it from now on, and of not too many. */
static void know_source(struct rtp_srtp *s, const uint8_t *at)
{
	uint32_t ssrc; /* in network order, as the library wants it */

	memcpy(&ssrc, at, sizeof(ssrc));
	for (unsigned i = 0; i < s->nr_sources; i++)
		if (s->source[i] == ssrc)
			return;
	if (s->nr_sources < RTP_SRTP_SOURCES) {
		s->source[s->nr_sources++] = ssrc;
		return;
	}
	srtp_remove_stream(s->rx, s->source[s->oldest]);
	s->source[s->oldest] = ssrc;
	s->oldest = (s->oldest + 1) % RTP_SRTP_SOURCES;
}

enum rtp_srtp_verdict rtp_srtp_unprotect(struct rtp_srtp *s, uint8_t *packet, size_t *len)
{
	enum rtp_srtp_verdict v = RTP_SRTP_BAD;

	if (*len >= RTP_HEADER_LEN && packet[0] >> 6 == RTP_VERSION)
		v = unprotect(s, srtp_unprotect, packet, len);
	if (v == RTP_SRTP_OK)
		know_source(s, packet + 8);
	return v;
}

enum rtp_srtp_verdict rtp_srtp_unprotect_rtcp(struct rtp_srtp *s, uint8_t *packet, size_t *len)
{
	enum rtp_srtp_verdict v = RTP_SRTP_BAD;

	if (*len >= RTCP_MIN_LEN && packet[0] >> 6 == RTP_VERSION)
		v = unprotect(s, srtp_unprotect_rtcp, packet, len);
	if (v == RTP_SRTP_OK)
		know_source(s, packet + 4);
	return v;
}
