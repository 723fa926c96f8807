/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rtp/srtp_key: see the header. */
#include "rtp/srtp_key.h"

#include <openssl/crypto.h>
#include <string.h>

#define BLOCK	     16 /* of AES */
#define SHA1_BLOCK   64
#define AUTH_KEY_LEN 20
#define GCM_IV_LEN   12
#define SRTCP_TAG    10 /* RFC 3711 5.2, also where SRTP has a shorter one (RFC 4568 6.2.2) */

enum label { LABEL_KEY, LABEL_AUTH, LABEL_SALT, LABEL_RTCP = 3 }; /* RFC 3711 4.3.1, 4.3.2 */

static const EVP_CIPHER *cipher_of(const struct rtp_srtp_form *f)
{
	if (f->aead)
		return f->key_len == 16 ? EVP_aes_128_gcm() : EVP_aes_256_gcm();
	return f->key_len == 16 ? EVP_aes_128_ctr() : EVP_aes_256_ctr();
}

/* Derivation. ---------------------------------------------------------------------------------- */

/* AES-CM PRF, key derivation rate 0 (RFC 3711 4.3.3): `len` octets for a label. */
static bool derive(EVP_CIPHER_CTX *prf, const struct rtp_srtp_form *f, struct str master,
		   unsigned label, uint8_t *out, size_t len)
{
	const EVP_CIPHER *c = f->key_len == 16 ? EVP_aes_128_ctr() : EVP_aes_256_ctr();
	const uint8_t *key = (const uint8_t *)master.p;
	uint8_t iv[BLOCK] = { 0 };
	int n;

	memcpy(iv, key + f->key_len, f->salt_len); /* a salt of 12 octets ends with zeros */
	iv[7] ^= (uint8_t)label;
	memset(out, 0, len);
	return EVP_EncryptInit_ex(prf, c, NULL, key, iv) == 1 &&
	       EVP_EncryptUpdate(prf, out, &n, out, (int)len) == 1;
}

/* What HMAC hashes before the octets and before their hash (RFC 2104 2). */
static void start_hmac(struct rtp_srtp_key *k, const uint8_t key[AUTH_KEY_LEN])
{
	uint8_t pad[SHA1_BLOCK];

	memset(pad, 0x36, sizeof(pad));
	for (unsigned i = 0; i < AUTH_KEY_LEN; i++)
		pad[i] ^= key[i];
	SHA1_Init(&k->inner);
	SHA1_Update(&k->inner, pad, sizeof(pad));
	for (unsigned i = 0; i < sizeof(pad); i++)
		pad[i] ^= 0x36 ^ 0x5c;
	SHA1_Init(&k->outer);
	SHA1_Update(&k->outer, pad, sizeof(pad));
	OPENSSL_cleanse(pad, sizeof(pad));
}

static bool derive_all(struct rtp_srtp_key *k, EVP_CIPHER_CTX *prf, const struct rtp_srtp_form *f,
		       struct str master, bool rtcp, bool tx)
{
	unsigned first = rtcp ? LABEL_RTCP : 0;
	uint8_t key[32], auth[AUTH_KEY_LEN];
	bool ok;

	ok = derive(prf, f, master, first + LABEL_KEY, key, f->key_len) &&
	     derive(prf, f, master, first + LABEL_AUTH, auth, sizeof(auth)) &&
	     derive(prf, f, master, first + LABEL_SALT, k->salt, f->salt_len);
	/* Counter mode is the same both ways. */
	ok = ok && EVP_CipherInit_ex(k->cipher, cipher_of(f), NULL, key, NULL, tx || !f->aead);
	if (!f->aead)
		start_hmac(k, auth);
	OPENSSL_cleanse(key, sizeof(key));
	OPENSSL_cleanse(auth, sizeof(auth));
	return ok;
}

bool rtp_srtp_key_init(struct rtp_srtp_key *k, const struct rtp_srtp_form *f, struct str master,
		       bool rtcp, bool tx)
{
	EVP_CIPHER_CTX *prf = EVP_CIPHER_CTX_new();
	bool ok;

	memset(k, 0, sizeof(*k));
	k->aead = f->aead;
	k->tag_len = rtcp && !f->aead ? SRTCP_TAG : f->tag_len;
	k->cipher = EVP_CIPHER_CTX_new();
	ok = prf && k->cipher && derive_all(k, prf, f, master, rtcp, tx);
	EVP_CIPHER_CTX_free(prf);
	return ok;
}

void rtp_srtp_key_fini(struct rtp_srtp_key *k)
{
	EVP_CIPHER_CTX_free(k->cipher);
	OPENSSL_cleanse(k, sizeof(*k));
}

/* Packets. ------------------------------------------------------------------------------------- */

static void xor_be(uint8_t *at, uint64_t v, unsigned octets)
{
	while (octets-- > 0) {
		at[octets] ^= (uint8_t)v;
		v >>= 8;
	}
}

/* RFC 3711 4.1.1; RFC 7714 8.1 and 9.1 (there too the index is what the IV ends with). */
static void iv_of(const struct rtp_srtp_key *k, uint32_t ssrc, uint64_t index, uint8_t iv[BLOCK])
{
	memset(iv, 0, BLOCK);
	memcpy(iv, k->salt, sizeof(k->salt));
	xor_be(iv + (k->aead ? 2 : 4), ssrc, 4);
	xor_be(iv + (k->aead ? 6 : 8), index, 6);
}

static bool update(EVP_CIPHER_CTX *c, uint8_t *out, const uint8_t *in, size_t len)
{
	int n;

	return len == 0 || EVP_CipherUpdate(c, out, &n, in, (int)len) == 1;
}

/* Counter mode. */
static bool cipher(struct rtp_srtp_key *k, const uint8_t *iv, const struct rtp_srtp_parts *p)
{
	return EVP_CipherInit_ex(k->cipher, NULL, NULL, NULL, iv, -1) == 1 &&
	       update(k->cipher, p->text, p->text, p->text_len);
}

static void mac(const struct rtp_srtp_key *k, const struct rtp_srtp_parts *p,
		uint8_t out[SHA_DIGEST_LENGTH])
{
	SHA_CTX c = k->inner;

	SHA1_Update(&c, p->head, p->head_len);
	SHA1_Update(&c, p->text, p->text_len);
	SHA1_Update(&c, p->tail, p->tail_len);
	SHA1_Final(out, &c);
	c = k->outer;
	SHA1_Update(&c, out, SHA_DIGEST_LENGTH);
	SHA1_Final(out, &c);
}

/* The tag of an AEAD is set before, or taken behind. */
static bool aead(struct rtp_srtp_key *k, const uint8_t *iv, const struct rtp_srtp_parts *p)
{
	uint8_t none[BLOCK];
	int n;

	return EVP_CipherInit_ex(k->cipher, NULL, NULL, NULL, iv, -1) == 1 &&
	       update(k->cipher, NULL, p->head, p->head_len) &&
	       update(k->cipher, NULL, p->tail, p->tail_len) &&
	       update(k->cipher, p->text, p->text, p->text_len) &&
	       EVP_CipherFinal_ex(k->cipher, none, &n) == 1;
}

bool rtp_srtp_seal(struct rtp_srtp_key *k, uint32_t ssrc, uint64_t index,
		   const struct rtp_srtp_parts *p, uint8_t *tag)
{
	uint8_t iv[BLOCK], hash[SHA_DIGEST_LENGTH];

	iv_of(k, ssrc, index, iv);
	if (k->aead)
		return aead(k, iv, p) &&
		       EVP_CIPHER_CTX_ctrl(k->cipher, EVP_CTRL_AEAD_GET_TAG, k->tag_len, tag) == 1;
	if (!cipher(k, iv, p))
		return false;
	mac(k, p, hash);
	memcpy(tag, hash, k->tag_len);
	return true;
}

bool rtp_srtp_open(struct rtp_srtp_key *k, uint32_t ssrc, uint64_t index,
		   const struct rtp_srtp_parts *p, const uint8_t *tag)
{
	uint8_t iv[BLOCK], hash[SHA_DIGEST_LENGTH];

	iv_of(k, ssrc, index, iv);
	if (k->aead) {
		memcpy(hash, tag, k->tag_len);
		return EVP_CIPHER_CTX_ctrl(k->cipher, EVP_CTRL_AEAD_SET_TAG, k->tag_len, hash) ==
			       1 &&
		       aead(k, iv, p);
	}
	mac(k, p, hash);
	return CRYPTO_memcmp(hash, tag, k->tag_len) == 0 && cipher(k, iv, p);
}
