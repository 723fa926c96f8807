/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * dtls: OpenSSL 3. Its memory buffers do not keep datagrams apart: what goes out is cut at record
 * headers (RFC 6347 4.1), what comes in is given one record at a time. Before the keys anybody may have
 * sent it who knows the address, so it keeps little of what comes out of turn: no record of an epoch
 * that has not begun (it would keep 100, of 17 KB each), and pieces of no message over MESSAGE_MAX.
 */
#include <string.h>

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include "io/dtls.h"

#define DAYS	       365
#define FIRST_TIMER_US 250000
#define LAST_TIMER_US  4000000
#define RECORD_HEADER  13
#define RECORD_LEN_AT  11
#define EPOCH_AT       3
#define MESSAGE_MAX    16384
#define PENDING_MAX    16384 /* octets that wait to be sent */
#define EXPORTER       "EXTRACTOR-dtls_srtp"
#define CIPHERS	       "ECDHE+AESGCM:ECDHE+CHACHA20"

struct io_dtls {
	struct mem *mem;
	SSL_CTX *ctx;
	char fingerprint[IO_DTLS_FINGERPRINT_MAX];
};

struct io_dtls_session {
	struct mem *mem;
	SSL *ssl;
	BIO *in, *out;
	const EVP_MD *md;
	uint8_t expected[EVP_MAX_MD_SIZE];
	bool mismatch;
	enum io_dtls_state state;
	char why[120];
	uint8_t datagram[IO_DTLS_DATAGRAM_MAX + RECORD_HEADER];
};

/* Fingerprints (RFC 8122 5). -------------------------------------------------------------------- */

static const EVP_MD *md_of(struct str hash)
{
	static const struct {
		const char *name, *md;
	} known[] = {
		{ "sha-256", "SHA256" }, { "sha-1", "SHA1" },	  { "sha-224", "SHA224" },
		{ "sha-384", "SHA384" }, { "sha-512", "SHA512" },
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
		if (str_caseeq(hash, str_of(known[i].name)))
			return EVP_get_digestbyname(known[i].md);
	return NULL;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool fingerprint_parse(struct str s, const EVP_MD *md, uint8_t *out)
{
	size_t len = md ? (size_t)EVP_MD_get_size(md) : 0;

	if (!len || s.len != 3 * len - 1)
		return false;
	for (size_t i = 0; i < len; i++) {
		int high = hex_digit(s.p[3 * i]), low = hex_digit(s.p[3 * i + 1]);

		if (high < 0 || low < 0 || (i + 1 < len && s.p[3 * i + 2] != ':'))
			return false;
		out[i] = (uint8_t)(high << 4 | low);
	}
	return true;
}

bool io_dtls_fingerprint_ok(struct str hash, struct str fingerprint)
{
	uint8_t out[EVP_MAX_MD_SIZE];

	return fingerprint_parse(fingerprint, md_of(hash), out);
}

static bool fingerprint_print(X509 *cert, char *out)
{
	static const char hex[] = "0123456789ABCDEF";
	uint8_t md[EVP_MAX_MD_SIZE];
	unsigned len;

	if (X509_digest(cert, EVP_sha256(), md, &len) != 1)
		return false;
	for (unsigned i = 0; i < len; i++) {
		*out++ = hex[md[i] >> 4];
		*out++ = hex[md[i] & 15];
		*out++ = i + 1 < len ? ':' : '\0';
	}
	return true;
}

/* Instead of a chain: the certificate is the one SDP named (RFC 5763 5). */
static int verify(X509_STORE_CTX *store, void *unused)
{
	SSL *ssl = X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx());
	struct io_dtls_session *s = SSL_get_app_data(ssl);
	X509 *cert = X509_STORE_CTX_get0_cert(store);
	uint8_t md[EVP_MAX_MD_SIZE];
	unsigned len = 0;

	(void)unused;
	if (cert && X509_digest(cert, s->md, md, &len) == 1 &&
	    len == (unsigned)EVP_MD_get_size(s->md) && CRYPTO_memcmp(md, s->expected, len) == 0)
		return 1;
	s->mismatch = true;
	X509_STORE_CTX_set_error(store, X509_V_ERR_CERT_REJECTED);
	return 0;
}

/* Our certificate. ------------------------------------------------------------------------------ */

static bool fill_cert(X509 *cert, EVP_PKEY *key)
{
	X509_NAME *name = X509_get_subject_name(cert);

	return X509_set_version(cert, X509_VERSION_3) && X509_set_pubkey(cert, key) &&
	       ASN1_INTEGER_set(X509_get_serialNumber(cert), 1) &&
	       X509_gmtime_adj(X509_getm_notBefore(cert), -86400L) &&
	       X509_gmtime_adj(X509_getm_notAfter(cert), DAYS * 86400L) &&
	       X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
					  (const unsigned char *)"trunkgate", -1, -1, 0) &&
	       X509_set_issuer_name(cert, name) && X509_sign(cert, key, EVP_sha256());
}

static bool use_cert(struct io_dtls *t)
{
	EVP_PKEY *key = EVP_EC_gen("P-256");
	X509 *cert = X509_new();
	bool done = key && cert && fill_cert(cert, key) &&
		    SSL_CTX_use_certificate(t->ctx, cert) == 1 &&
		    SSL_CTX_use_PrivateKey(t->ctx, key) == 1 &&
		    fingerprint_print(cert, t->fingerprint);

	X509_free(cert);
	EVP_PKEY_free(key);
	return done;
}

static bool use_profiles(struct io_dtls *t)
{
	char names[200] = "";

	for (unsigned i = 0; i < RTP_SRTP_NR; i++) {
		const char *name = rtp_srtp_info(i)->dtls_name;

		if (!name)
			continue;
		if (names[0])
			strcat(names, ":");
		strcat(names, name);
	}
	return SSL_CTX_set_tlsext_use_srtp(t->ctx, names) == 0; /* 0: it did */
}

struct io_dtls *io_dtls_new(struct mem *parent, struct tg_diag *diag)
{
	struct mem *m = mem_sub(parent, "dtls");
	struct io_dtls *t = m ? MEM_NEW(m, struct io_dtls) : NULL;

	if (!t) {
		tg_fail(diag, TG_ENOMEM, 0, "", "DTLS: out of memory");
		mem_free(m);
		return NULL;
	}
	t->mem = m;
	t->ctx = SSL_CTX_new(DTLS_method());
	if (t->ctx && SSL_CTX_set_min_proto_version(t->ctx, DTLS1_2_VERSION) == 1 &&
	    SSL_CTX_set_cipher_list(t->ctx, CIPHERS) == 1 && use_cert(t) && use_profiles(t)) {
		SSL_CTX_set_verify(t->ctx, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
		SSL_CTX_set_cert_verify_callback(t->ctx, verify, NULL);
		SSL_CTX_set_options(t->ctx, SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION |
						    SSL_OP_NO_QUERY_MTU);
		SSL_CTX_set_max_cert_list(t->ctx, MESSAGE_MAX);
		SSL_CTX_set_session_cache_mode(t->ctx, SSL_SESS_CACHE_OFF);
		return t;
	}
	tg_fail(diag, TG_EIO, 0, "", "DTLS: %s", ERR_reason_error_string(ERR_peek_last_error()));
	ERR_clear_error();
	io_dtls_free(t);
	return NULL;
}

void io_dtls_free(struct io_dtls *t)
{
	if (!t)
		return;
	SSL_CTX_free(t->ctx);
	mem_free(t->mem);
}

const char *io_dtls_fingerprint(const struct io_dtls *t)
{
	return t->fingerprint;
}

/* Handshake. ------------------------------------------------------------------------------------ */

static unsigned timer_us(SSL *ssl, unsigned before_us)
{
	(void)ssl;
	if (before_us == 0)
		return FIRST_TIMER_US;
	return before_us * 2 > LAST_TIMER_US ? LAST_TIMER_US : before_us * 2;
}

static void fail(struct io_dtls_session *s, const char *why)
{
	s->state = IO_DTLS_FAILED;
	str_copyz(s->why, sizeof(s->why), str_of(why ? why : "it failed"));
	ERR_clear_error();
}

static void finish(struct io_dtls_session *s)
{
	SRTP_PROTECTION_PROFILE *p = SSL_get_selected_srtp_profile(s->ssl);
	enum rtp_srtp_suite suite;

	if (!p || !rtp_srtp_by_profile((uint16_t)p->id, &suite))
		fail(s, "no SRTP protection profile in common");
	else
		s->state = IO_DTLS_DONE;
}

static void go_on(struct io_dtls_session *s)
{
	int n, err;

	if (s->state != IO_DTLS_HANDSHAKE)
		return;
	ERR_clear_error();
	n = SSL_do_handshake(s->ssl);
	if (n == 1) {
		finish(s);
		return;
	}
	err = SSL_get_error(s->ssl, n);
	if (err == SSL_ERROR_WANT_READ || err == SSL_ERROR_WANT_WRITE)
		return;
	fail(s, s->mismatch ? "the certificate is not that of the fingerprint in SDP"
			    : ERR_reason_error_string(ERR_peek_last_error()));
}

static bool ssl_new(struct io_dtls_session *s, SSL_CTX *ctx, bool active)
{
	s->ssl = SSL_new(ctx);
	s->in = BIO_new(BIO_s_mem());
	s->out = BIO_new(BIO_s_mem());
	if (!s->ssl || !s->in || !s->out) {
		BIO_free(s->in);
		BIO_free(s->out);
		return false;
	}
	BIO_set_mem_eof_return(s->in, -1);
	SSL_set_bio(s->ssl, s->in, s->out);
	SSL_set_app_data(s->ssl, s);
	DTLS_set_link_mtu(s->ssl, IO_DTLS_DATAGRAM_MAX);
	DTLS_set_timer_cb(s->ssl, timer_us);
	if (active)
		SSL_set_connect_state(s->ssl);
	else
		SSL_set_accept_state(s->ssl);
	return true;
}

struct io_dtls_session *io_dtls_open(struct io_dtls *t, const struct io_dtls_peer *peer)
{
	struct mem *m = mem_sub(t->mem, "dtls session");
	struct io_dtls_session *s = m ? MEM_NEW(m, struct io_dtls_session) : NULL;

	if (!s) {
		mem_free(m);
		return NULL;
	}
	s->mem = m;
	s->md = md_of(peer->hash);
	if (!fingerprint_parse(peer->fingerprint, s->md, s->expected) ||
	    !ssl_new(s, t->ctx, peer->active)) {
		io_dtls_close(s);
		return NULL;
	}
	if (peer->active)
		go_on(s);
	return s;
}

void io_dtls_close(struct io_dtls_session *s)
{
	if (!s)
		return;
	SSL_free(s->ssl);
	mem_free(s->mem);
}

/* False: there is none, or it is cut off. */
static bool take_record(struct str *datagram, struct str *record)
{
	const uint8_t *at = (const uint8_t *)datagram->p;
	size_t len;

	if (datagram->len < RECORD_HEADER)
		return false;
	len = RECORD_HEADER + ((size_t)at[RECORD_LEN_AT] << 8 | at[RECORD_LEN_AT + 1]);
	if (len > datagram->len)
		return false;
	*record = str_n(datagram->p, len);
	*datagram = str_from(*datagram, len);
	return true;
}

/* Enciphered, before their ChangeCipherSpec: it comes again. */
static bool is_early(const struct io_dtls_session *s, struct str record)
{
	OSSL_HANDSHAKE_STATE at = SSL_get_state(s->ssl);

	return s->state == IO_DTLS_HANDSHAKE && at != TLS_ST_SR_CHANGE && at != TLS_ST_CR_CHANGE &&
	       (record.p[EPOCH_AT] || record.p[EPOCH_AT + 1]);
}

static void rx_record(struct io_dtls_session *s, struct str record)
{
	uint8_t trash[64];

	if (s->state == IO_DTLS_FAILED || is_early(s, record) ||
	    BIO_write(s->in, record.p, (int)record.len) <= 0)
		return;
	go_on(s);
	/* Afterwards only a repeated last flight or an alert may come. */
	if (s->state == IO_DTLS_DONE)
		while (SSL_read(s->ssl, trash, sizeof(trash)) > 0)
			;
	ERR_clear_error();
	BIO_reset(s->in);
}

void io_dtls_rx(struct io_dtls_session *s, struct str datagram)
{
	struct str record;

	while (take_record(&datagram, &record))
		rx_record(s, record);
}

int io_dtls_left_ms(const struct io_dtls_session *s)
{
	struct timeval left;

	if (s->state != IO_DTLS_HANDSHAKE || DTLSv1_get_timeout(s->ssl, &left) != 1)
		return -1;
	return (int)(left.tv_sec * 1000 + (left.tv_usec + 999) / 1000);
}

void io_dtls_tick(struct io_dtls_session *s)
{
	if (s->state != IO_DTLS_HANDSHAKE)
		return;
	if (DTLSv1_handle_timeout(s->ssl) < 0)
		fail(s, ERR_reason_error_string(ERR_peek_last_error()));
}

/* As many whole records as fit. */
bool io_dtls_next_out(struct io_dtls_session *s, struct str *datagram)
{
	char *p;
	long left = BIO_get_mem_data(s->out, &p);
	size_t len = 0;

	if (left > PENDING_MAX)
		fail(s, "too much to send");
	while (len + RECORD_HEADER <= (size_t)left) {
		const uint8_t *at = (const uint8_t *)p + len + RECORD_LEN_AT;
		size_t record = RECORD_HEADER + ((size_t)at[0] << 8 | at[1]);

		if (len + record > (size_t)left || len + record > IO_DTLS_DATAGRAM_MAX)
			break;
		len += record;
	}
	if (len == 0 || BIO_read(s->out, s->datagram, (int)len) != (int)len)
		return false;
	*datagram = str_n(s->datagram, len);
	return true;
}

enum io_dtls_state io_dtls_state(const struct io_dtls_session *s)
{
	return s->state;
}

const char *io_dtls_why(const struct io_dtls_session *s)
{
	return s->why;
}

/* RFC 5764 4.2: key of the client, key of the server, salt of the client, salt of the server. */
int io_dtls_keys(const struct io_dtls_session *s, struct io_dtls_keys *out)
{
	uint8_t octets[2 * RTP_SRTP_KEY_MAX], *client, *server;
	const struct rtp_srtp_info *info;
	bool active;

	if (s->state != IO_DTLS_DONE ||
	    !rtp_srtp_by_profile((uint16_t)SSL_get_selected_srtp_profile(s->ssl)->id, &out->suite))
		return TG_ESTATE;
	info = rtp_srtp_info(out->suite);
	out->len = rtp_srtp_key_len(out->suite);
	if (SSL_export_keying_material(s->ssl, octets, 2 * out->len, EXPORTER, strlen(EXPORTER),
				       NULL, 0, 0) != 1)
		return TG_ESTATE;
	active = !SSL_is_server(s->ssl);
	client = active ? out->tx : out->rx;
	server = active ? out->rx : out->tx;
	memcpy(client, octets, info->key_len);
	memcpy(server, octets + info->key_len, info->key_len);
	memcpy(client + info->key_len, octets + 2 * info->key_len, info->salt_len);
	memcpy(server + info->key_len, octets + 2 * info->key_len + info->salt_len, info->salt_len);
	OPENSSL_cleanse(octets, sizeof(octets));
	return TG_OK;
}
