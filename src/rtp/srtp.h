/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * rtp/srtp: SRTP and SRTCP of one stream both ways (RFC 3711, RFC 7714), on OpenSSL's
 * ciphers (rtp/srtp_key.h). Not on libsrtp2: as Debian builds it, its cost of a packet grows with
 * the number of sessions (0.7 us with 100, 30 us with 4,000), and it allocates for each.
 *
 *	s = rtp_srtp_new(mem, suite, tx_key, rx_key);	(keys: master key and salt, in a row)
 *	len = rtp_srtp_protect(s, packet, len);		(in place; RTP_SRTP_TRAILER more octets of room)
 *	verdict = rtp_srtp_unprotect(s, packet, &len);
 *	rtp_srtp_free(s);				(wipes the keys)
 *
 * Replay is refused (RFC 3711 3.3.2, window of 128). A packet that fails leaves no trace: a source
 * is known from its first authentic packet on, and at most RTP_SRTP_SOURCES of them, the one
 * that was silent longest going first. One object belongs to one thread at a time; it is made and freed where
 * allocation is allowed, and a packet allocates nothing.
 */
#ifndef TRUNKGATE_RTP_SRTP_H
#define TRUNKGATE_RTP_SRTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <trunkgate/base/mem.h>
#include <trunkgate/base/str.h>

#define RTP_SRTP_TRAILER 20 /* octets that protecting may add */
#define RTP_SRTP_KEY_MAX 46 /* master key and salt of AES-256 in counter mode */
#define RTP_SRTP_SOURCES 8

/* In the order in which we like them. */
enum rtp_srtp_suite {
	RTP_SRTP_AEAD_AES_256_GCM,
	RTP_SRTP_AEAD_AES_128_GCM,
	RTP_SRTP_AES_256_CM_SHA1_80,
	RTP_SRTP_AES_256_CM_SHA1_32,
	RTP_SRTP_AES_CM_128_SHA1_80,
	RTP_SRTP_AES_CM_128_SHA1_32,
	RTP_SRTP_NR
};

struct rtp_srtp_info {
	const char *name;	   /* in SDP */
	uint16_t dtls;		   /* protection profile (RFC 5764 4.1.2); 0: there is none */
	const char *dtls_name;	   /* as OpenSSL calls it */
	uint8_t key_len, salt_len; /* of the master key, octets */
	const char *clause;
};

/* Row of a suite. */
const struct rtp_srtp_info *rtp_srtp_info(enum rtp_srtp_suite suite);
/* By its name in SDP; false: not one of ours. */
bool rtp_srtp_by_name(struct str name, enum rtp_srtp_suite *suite);
bool rtp_srtp_by_profile(uint16_t profile, enum rtp_srtp_suite *suite);
size_t rtp_srtp_key_len(enum rtp_srtp_suite suite);

struct rtp_srtp;

/* NULL: out of memory, or a key of the wrong length. */
struct rtp_srtp *rtp_srtp_new(struct mem *parent, enum rtp_srtp_suite suite, struct str tx_key,
			      struct str rx_key);
/* All that is received has a master key identifier of so many octets, which is this (RFC 3711 3.1); it is
 * taken off, and a packet with another is forged. What is sent has none. 0 octets, the default: none. */
void rtp_srtp_mki(struct rtp_srtp *s, uint64_t mki, uint8_t octets);
/* `s` is used from now on in place of `before`, as codec or the other side's key changed: where a
 * direction's key is the same it goes on where that one was, so that no index is sent twice with a key
 * (RFC 3711 9.1, and the far end's roll-over counter stays right) and nothing old is received again. */
void rtp_srtp_go_on(struct rtp_srtp *s, const struct rtp_srtp *before);
/* NULL is allowed. */
void rtp_srtp_free(struct rtp_srtp *s);

enum rtp_srtp_verdict {
	RTP_SRTP_OK,
	RTP_SRTP_FORGED, /* authentication failed */
	RTP_SRTP_REPLAY, /* seen before, or too old to tell */
	RTP_SRTP_BAD,	 /* not even a packet, or the library failed */
};

/* The new length, or 0 when it could not be done (a sequence number sent before, key used up). */
size_t rtp_srtp_protect(struct rtp_srtp *s, uint8_t *packet, size_t len);
size_t rtp_srtp_protect_rtcp(struct rtp_srtp *s, uint8_t *packet, size_t len);
enum rtp_srtp_verdict rtp_srtp_unprotect(struct rtp_srtp *s, uint8_t *packet, size_t *len);
enum rtp_srtp_verdict rtp_srtp_unprotect_rtcp(struct rtp_srtp *s, uint8_t *packet, size_t *len);

#endif
