/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sdp/crypto: the value of a=crypto for SRTP (RFC 4568 9.1, 9.2): one master key, with or without
 * lifetime and MKI. Views lie within the parsed text, but the key: that is decoded from base64.
 *
 *	struct sdp_crypto c;
 *	if (sdp_crypto_parse(&c, value, &why) == 0 && rtp_srtp_by_name(c.suite, &suite)) ...
 *
 *	sdp_crypto_print(&w, 1, STR("AES_CM_128_HMAC_SHA1_80"), key);
 *
 * The caller wipes `key` when it is done with it.
 */
#ifndef TRUNKGATE_SDP_CRYPTO_H
#define TRUNKGATE_SDP_CRYPTO_H

#include <stdbool.h>
#include <stdint.h>

#include <trunkgate/base/err.h>
#include <trunkgate/base/str.h>
#include "base/cursor.h"

#define SDP_CRYPTO_KEY_MAX 64 /* octets of master key and salt */

struct sdp_crypto {
	uint32_t tag;
	struct str suite;
	uint8_t key[SDP_CRYPTO_KEY_MAX];
	size_t key_len;
	struct str lifetime; /* as written, may be empty */
	struct str mki;	     /* the same: value:length */
	uint64_t mki_value;
	uint8_t mki_len;   /* octets in a packet, with zeros in front; 0: there is none */
	struct str params; /* session parameters, all of them (6.3) */
};

/* TG_EINVAL: against the grammar; TG_ENOTSUP: another key method, several keys, or a session
 * parameter without '-' in front that we do not have (6.3.7: such a line must not be used). */
int sdp_crypto_parse(struct sdp_crypto *c, struct str value, struct tg_diag *d);
void sdp_crypto_print(struct wr *w, uint32_t tag, struct str suite, struct str key);

#endif
