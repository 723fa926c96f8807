/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * digest: MD5 (RFC 1321), SHA-256 (FIPS 180-4) and HMAC (RFC 2104) over octets in pieces. The only
 * place below the sockets that knows libcrypto; nothing is kept between two calls.
 *
 *	struct str parts[] = { user, STR(":"), realm };
 *	char hex[DIGEST_HEX_MAX];
 *	if (digest_hex(DIGEST_SHA256, parts, 3, hex) == 0) ...
 */
#ifndef TRUNKGATE_BASE_DIGEST_H
#define TRUNKGATE_BASE_DIGEST_H

#include <stdbool.h>

#include <trunkgate/base/err.h>
#include <trunkgate/base/str.h>

enum digest_alg { DIGEST_MD5, DIGEST_SHA256, DIGEST_NR_ALGS };

#define DIGEST_MAX     32 /* octets */
#define DIGEST_HEX_MAX 65 /* two letters an octet, and a NUL */

/* Octets of a digest: 16 or 32. */
size_t digest_len(enum digest_alg alg);
/* TG_ENOMEM, or TG_ENOTSUP where the library was told to refuse this one. */
int digest(enum digest_alg alg, const struct str *parts, size_t nr, uint8_t out[DIGEST_MAX]);
/* The same in lower case hexadecimal with a NUL. */
int digest_hex(enum digest_alg alg, const struct str *parts, size_t nr, char out[DIGEST_HEX_MAX]);
int digest_hmac(enum digest_alg alg, struct str key, struct str octets, uint8_t out[DIGEST_MAX]);
/* In a time that does not depend on where they differ. */
bool digest_eq(const void *a, const void *b, size_t len);
void digest_print_hex(const uint8_t *octets, size_t nr, char *out);

#endif
