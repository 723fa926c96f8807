/* SPDX-License-Identifier: GPL-3.0-or-later */
/* digest: the fence around libcrypto. */
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "base/digest.h"

static const EVP_MD *md_of(enum digest_alg alg)
{
	return alg == DIGEST_MD5 ? EVP_md5() : EVP_sha256();
}

size_t digest_len(enum digest_alg alg)
{
	return alg == DIGEST_MD5 ? 16 : 32;
}

int digest(enum digest_alg alg, const struct str *parts, size_t nr, uint8_t out[DIGEST_MAX])
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	bool ok;

	if (!ctx)
		return TG_ENOMEM;
	ok = EVP_DigestInit_ex(ctx, md_of(alg), NULL) == 1;
	for (size_t i = 0; ok && i < nr; i++)
		ok = EVP_DigestUpdate(ctx, parts[i].p, parts[i].len) == 1;
	ok = ok && EVP_DigestFinal_ex(ctx, out, NULL) == 1;
	EVP_MD_CTX_free(ctx);
	return ok ? 0 : TG_ENOTSUP;
}

void digest_print_hex(const uint8_t *octets, size_t nr, char *out)
{
	static const char letters[] = "0123456789abcdef";

	for (size_t i = 0; i < nr; i++) {
		*out++ = letters[octets[i] >> 4];
		*out++ = letters[octets[i] & 15];
	}
	*out = '\0';
}

int digest_hex(enum digest_alg alg, const struct str *parts, size_t nr, char out[DIGEST_HEX_MAX])
{
	uint8_t octets[DIGEST_MAX];
	int r = digest(alg, parts, nr, octets);

	if (r == 0)
		digest_print_hex(octets, digest_len(alg), out);
	return r;
}

int digest_hmac(enum digest_alg alg, struct str key, struct str octets, uint8_t out[DIGEST_MAX])
{
	return HMAC(md_of(alg), key.p, (int)key.len, (const uint8_t *)octets.p, octets.len, out,
		    NULL)
		       ? 0
		       : TG_ENOTSUP;
}

bool digest_eq(const void *a, const void *b, size_t len)
{
	return CRYPTO_memcmp(a, b, len) == 0;
}
