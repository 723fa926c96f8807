/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * rtp/srtp_key: the session keys of one direction of SRTP or SRTCP, and what is done with them:
 * derivation (RFC 3711 4.3, RFC 7714 11), AES in counter mode with HMAC-SHA1 (RFC 3711 4.1.1, 4.2.1;
 * RFC 6188) and AES-GCM (RFC 7714 8, 9), on OpenSSL. Which packet has which index, and whether it
 * was seen before, is rtp/srtp's matter.
 *
 *	rtp_srtp_key_init(&k, &form, master, false, true);
 *	rtp_srtp_seal(&k, ssrc, index, &parts, tag);	(parts.text is ciphered in place)
 *	rtp_srtp_key_fini(&k);				(wipes)
 *
 * A key owns its cipher context; nothing is allocated after init.
 */
#ifndef TRUNKGATE_RTP_SRTP_KEY_H
#define TRUNKGATE_RTP_SRTP_KEY_H

#include <stdbool.h>
#include <stdint.h>

/* The parts of OpenSSL's first API that hash without an allocation for each packet. */
#define OPENSSL_API_COMPAT 0x10100000L
#include <openssl/evp.h>
#include <openssl/sha.h>

#include <trunkgate/base/str.h>

#define RTP_SRTP_TAG_MAX 16

struct rtp_srtp_form {
	bool aead;
	uint8_t key_len, salt_len; /* of the master key, octets */
	uint8_t tag_len;	   /* of SRTP; SRTCP has 10 or 16 */
};

struct rtp_srtp_key {
	EVP_CIPHER_CTX *cipher;
	SHA_CTX inner, outer; /* HMAC after its key's block; not of AEAD */
	uint8_t salt[14];
	uint8_t tag_len;
	bool aead;
};

/* head and tail are authenticated, text is enciphered too. */
struct rtp_srtp_parts {
	const uint8_t *head, *tail;
	size_t head_len, tail_len;
	uint8_t *text;
	size_t text_len;
};

/* False: out of memory. `k` is to be finished all the same. */
bool rtp_srtp_key_init(struct rtp_srtp_key *k, const struct rtp_srtp_form *f, struct str master,
		       bool rtcp, bool tx);
void rtp_srtp_key_fini(struct rtp_srtp_key *k);
/* tag_len octets to `tag`. */
bool rtp_srtp_seal(struct rtp_srtp_key *k, uint32_t ssrc, uint64_t index,
		   const struct rtp_srtp_parts *p, uint8_t *tag);
/* False: not authentic; the text is worth nothing then. */
bool rtp_srtp_open(struct rtp_srtp_key *k, uint32_t ssrc, uint64_t index,
		   const struct rtp_srtp_parts *p, const uint8_t *tag);

#endif
