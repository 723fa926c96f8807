/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sdp/secure: see the header. */
#include "sdp/codec.h"
#include "sdp/crypto.h"
#include "sdp/secure.h"

_Static_assert(SDP_KEY_MAX == SDP_CRYPTO_KEY_MAX, "a key fits");

static int no(struct tg_diag *d, int err, const char *clause, const char *why)
{
	return tg_fail(d, err, 0, clause, "%s", why);
}

/* SDES. ----------------------------------------------------------------------------------------- */

/* Which of our keys is for that suite; -1: none. Length decides too (RFC 4568 6.1). */
static int our_key(const struct sdp_caps *caps, const struct sdp_crypto *c)
{
	for (unsigned i = 0; i < caps->nr_keys; i++)
		if (str_eq(caps->key[i].suite, c->suite) && caps->key[i].key.len == c->key_len)
			return (int)i;
	return -1;
}

/* RFC 4568 4.1: no other line of the stream has this tag. */
static bool is_only_tag(const struct sdp_media *m, unsigned line, uint32_t tag)
{
	for (unsigned i = 0; i < m->nr_crypto; i++) {
		struct str first;
		uint32_t other;

		str_split(m->crypto[i], ' ', &first);
		if (i != line && str_to_u32(first, &other) && other == tag)
			return false;
	}
	return true;
}

static void take_crypto(struct sdp_choice *out, const struct sdp_crypto *c, int ours)
{
	out->keying = SDP_KEY_SDES;
	out->tag = c->tag;
	out->our_key = (unsigned)ours;
	memcpy(out->their_key, c->key, c->key_len);
	out->their_key_len = c->key_len;
	out->their_mki = c->mki_value;
	out->their_mki_len = c->mki_len;
}

/* Theirs is the order of preference (RFC 4568 5.1.2). An MKI is of packets that they send; ours have none
 * (6.1: that is said by whose key it is). */
static bool sdes_answer(const struct sdp_caps *caps, const struct sdp_media *m,
			struct sdp_choice *out)
{
	bool found = false;
	struct sdp_crypto c;

	for (unsigned i = 0; i < m->nr_crypto && !found; i++) {
		int ours = sdp_crypto_parse(&c, m->crypto[i], NULL) == 0 && is_only_tag(m, i, c.tag)
				   ? our_key(caps, &c)
				   : -1;

		if (ours >= 0)
			take_crypto(out, &c, ours);
		found = ours >= 0;
	}
	explicit_bzero(&c, sizeof(c));
	return found;
}

/* RFC 4568 5.1.3: one line, with the tag and the suite of one that we offered. */
static int sdes_accept(const struct sdp_caps *caps, const struct sdp_media *m,
		       struct sdp_choice *out, struct tg_diag *d)
{
	struct sdp_crypto c;
	int err, ours;

	if (m->nr_crypto != 1)
		return no(d, TG_EPROTO, "RFC 4568 5.1.3", "the answer has not one crypto line");
	err = sdp_crypto_parse(&c, m->crypto[0], d);
	if (err == 0) {
		ours = our_key(caps, &c);
		if (ours < 0 || c.tag != (uint32_t)ours + 1)
			err = no(d, TG_EPROTO, "RFC 4568 5.1.3",
				 "the answer's crypto line was not offered");
		else
			take_crypto(out, &c, ours);
	}
	explicit_bzero(&c, sizeof(c));
	return err;
}

/* DTLS. ----------------------------------------------------------------------------------------- */

/* RFC 5763 5: active is recommended, for it begins without waiting. */
static enum sdp_setup setup_answer(const struct sdp_caps *caps, enum sdp_setup offered)
{
	if (offered == SDP_SETUP_ACTIVE)
		return SDP_SETUP_PASSIVE;
	if (offered == SDP_SETUP_ACTPASS && caps->setup == SDP_SETUP_PASSIVE)
		return SDP_SETUP_PASSIVE;
	return SDP_SETUP_ACTIVE;
}

/* Octets in hexadecimal with colons. */
static bool is_fingerprint(struct str s, size_t octets)
{
	if (s.len != 3 * octets - 1)
		return false;
	for (size_t i = 0; i < s.len; i++)
		if (i % 3 == 2 ? s.p[i] != ':'
			       : !strchr("0123456789abcdefABCDEF", s.p[i]) || !s.p[i])
			return false;
	return true;
}

unsigned sdp_fingerprint_rank(struct str hash, struct str fingerprint)
{
	static const struct {
		struct str name;
		size_t octets;
	} known[] = { { STR_INIT("sha-1"), 20 },
		      { STR_INIT("sha-224"), 28 },
		      { STR_INIT("sha-512"), 64 },
		      { STR_INIT("sha-384"), 48 },
		      { STR_INIT("sha-256"), 32 } };

	for (unsigned i = 0; i < sizeof(known) / sizeof(*known); i++)
		if (str_caseeq(hash, known[i].name))
			return is_fingerprint(fingerprint, known[i].octets) ? i + 1 : 0;
	return 0;
}

static bool dtls_answer(const struct sdp_caps *caps, const struct sdp_media *m,
			struct sdp_choice *out)
{
	if (!caps->may_dtls || !sdp_fingerprint_rank(m->hash, m->fingerprint) ||
	    m->setup == SDP_SETUP_NONE)
		return false;
	out->keying = SDP_KEY_DTLS;
	out->hash = m->hash;
	out->fingerprint = m->fingerprint;
	out->setup = setup_answer(caps, m->setup);
	return true;
}

static int dtls_accept(const struct sdp_media *m, struct sdp_choice *out, struct tg_diag *d)
{
	if (!m->fingerprint.len)
		return no(d, TG_EPROTO, "RFC 5763 5", "the answer has no fingerprint");
	if (!sdp_fingerprint_rank(m->hash, m->fingerprint))
		return no(
			d, TG_EPROTO, "RFC 8122 5",
			"the answer's fingerprint is of no hash that we know, or of another length");
	if (m->setup != SDP_SETUP_ACTIVE && m->setup != SDP_SETUP_PASSIVE)
		return no(d, TG_EPROTO, "RFC 5763 5",
			  "the answer's setup is not active or passive");
	out->keying = SDP_KEY_DTLS;
	out->hash = m->hash;
	out->fingerprint = m->fingerprint;
	out->setup = m->setup == SDP_SETUP_ACTIVE ? SDP_SETUP_PASSIVE : SDP_SETUP_ACTIVE;
	return 0;
}

/* Both. ----------------------------------------------------------------------------------------- */

int sdp_secure_answer(const struct sdp_caps *caps, const struct sdp_media *m,
		      struct sdp_choice *out, struct tg_diag *d)
{
	bool plain = sdp_is_plain_rtp(m->proto);

	out->keying = SDP_KEY_NONE;
	if (!sdp_is_dtls_rtp(m->proto) && caps->may_sdes && sdes_answer(caps, m, out))
		return 0;
	if (!plain && dtls_answer(caps, m, out))
		return 0;
	if (plain && !caps->no_plain)
		return 0;
	if (plain)
		return no(d, TG_ENOTSUP, "RFC 3711", "only encrypted RTP is allowed here");
	if (!caps->may_sdes && !caps->may_dtls)
		return no(d, TG_ENOTSUP, "RFC 5124 4", "encrypted RTP is not allowed here");
	return no(d, TG_ENOTSUP, "RFC 4568 5.1.2", "no crypto line or fingerprint that we can use");
}

int sdp_secure_accept(const struct sdp_caps *caps, const struct sdp_media *m,
		      struct sdp_choice *out, struct tg_diag *d)
{
	out->keying = SDP_KEY_NONE;
	if (!str_caseeq(m->proto, str_of(sdp_secure_proto(caps))))
		return no(d, TG_EPROTO, "RFC 3264 6", "the answer's protocol is not the offer's");
	if (caps->offer == SDP_KEY_DTLS)
		return dtls_accept(m, out, d);
	if (caps->offer == SDP_KEY_SDES && (!caps->best_effort || m->nr_crypto))
		return sdes_accept(caps, m, out, d);
	return 0;
}

const char *sdp_secure_proto(const struct sdp_caps *caps)
{
	if (caps->offer == SDP_KEY_DTLS)
		return "UDP/TLS/RTP/SAVP";
	return caps->offer == SDP_KEY_SDES && !caps->best_effort ? "RTP/SAVP" : "RTP/AVP";
}

static void crypto_line(struct wr *w, uint32_t tag, const struct sdp_key *key)
{
	wr_z(w, "a=crypto:");
	sdp_crypto_print(w, tag, key->suite, key->key);
	wr_z(w, "\r\n");
}

static void dtls_lines(struct wr *w, const struct sdp_caps *caps, enum sdp_setup setup)
{
	wr_z(w, "a=fingerprint:");
	wr_s(w, caps->hash);
	wr_z(w, " ");
	wr_s(w, caps->fingerprint);
	wr_z(w, "\r\na=setup:");
	wr_z(w, sdp_setup_name(setup));
	wr_z(w, "\r\n");
}

void sdp_secure_print_offer(struct wr *w, const struct sdp_caps *caps)
{
	if (caps->offer == SDP_KEY_SDES)
		for (unsigned i = 0; i < caps->nr_keys; i++)
			crypto_line(w, i + 1, &caps->key[i]);
	else if (caps->offer == SDP_KEY_DTLS)
		dtls_lines(w, caps, SDP_SETUP_ACTPASS);
	if (caps->rtcp_mux)
		wr_z(w, "a=rtcp-mux\r\n");
}

void sdp_secure_print_answer(struct wr *w, const struct sdp_caps *caps,
			     const struct sdp_choice *choice)
{
	if (choice->keying == SDP_KEY_SDES)
		crypto_line(w, choice->tag, &caps->key[choice->our_key]);
	else if (choice->keying == SDP_KEY_DTLS)
		dtls_lines(w, caps, choice->setup);
	if (choice->rtcp_mux)
		wr_z(w, "a=rtcp-mux\r\n");
}
