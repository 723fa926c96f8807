/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tls: OpenSSL 3. Identity is looked at while the handshake verifies the certificate, so that a
 * wrong one ends it with an alert, before anything of SIP is sent (RFC 5922 7.3).
 */
#include <string.h>

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "io/tls.h"

/* TLS 1.2: forward secrecy and AEAD; 1.3 has nothing else. */
#define CIPHERS "ECDHE+AESGCM:ECDHE+CHACHA20:DHE+AESGCM:DHE+CHACHA20"

struct io_tls {
	struct mem *mem;
	char *certificate, *key, *ca;
	bool verify_client;
	SSL_CTX *server, *client;
};

struct io_tls_conn {
	SSL *ssl;
	bool wants_write;
	char why[120];
	char identity[256];
};

/* Identity. ------------------------------------------------------------------------------------- */
static struct str text_of(const ASN1_IA5STRING *s)
{
	return str_n((const char *)ASN1_STRING_get0_data(s), (size_t)ASN1_STRING_length(s));
}

/* RFC 5922 7.1: a SIP URI without user part; its host. */
static bool sip_uri_host(struct str uri, struct str *host)
{
	if (uri.len < 4 || !str_caseeq(str_n(uri.p, 4), STR("sip:")))
		return false;
	*host = str_from(uri, 4);
	return str_chr(*host, '@') == host->len;
}

/* 7.2: the whole name, any case. */
static bool is_name_in(const GENERAL_NAMES *names, struct str identity)
{
	bool has_uri = false, found_dns = false;

	for (int i = 0; i < sk_GENERAL_NAME_num(names); i++) {
		const GENERAL_NAME *n = sk_GENERAL_NAME_value(names, i);
		struct str host;

		if (n->type == GEN_URI && sip_uri_host(text_of(n->d.ia5), &host)) {
			has_uri = true;
			if (str_caseeq(host, identity))
				return true;
		} else if (n->type == GEN_DNS && str_caseeq(text_of(n->d.ia5), identity)) {
			found_dns = true;
		}
	}
	return found_dns && !has_uri;
}

static bool has_identity(X509 *cert, const char *identity)
{
	GENERAL_NAMES *names = X509_get_ext_d2i(cert, NID_subject_alt_name, NULL, NULL);
	bool found = names && is_name_in(names, str_of(identity));

	GENERAL_NAMES_free(names);
	return found;
}

static int verify(int ok, X509_STORE_CTX *store)
{
	SSL *ssl = X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx());
	struct io_tls_conn *c = SSL_get_app_data(ssl);
	X509 *cert = X509_STORE_CTX_get_current_cert(store);

	if (!ok || !c || !c->identity[0] || X509_STORE_CTX_get_error_depth(store) != 0)
		return ok;
	if (cert && has_identity(cert, c->identity))
		return 1;
	X509_STORE_CTX_set_error(store, X509_V_ERR_HOSTNAME_MISMATCH);
	return 0;
}

/* Contexts. ------------------------------------------------------------------------------------- */
static int fail(struct tg_diag *diag, const char *what, const char *file)
{
	const char *why = ERR_reason_error_string(ERR_peek_last_error());
	int err = tg_fail(diag, TG_EINVAL, 0, "", "%s %.80s: %s", what, file, why ? why : "?");

	ERR_clear_error();
	return err;
}

static int load(const struct io_tls *t, SSL_CTX *ctx, struct tg_diag *diag)
{
	SSL_CTX_set_min_proto_version(ctx, TLS1_2_VERSION);
	SSL_CTX_set_options(ctx, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
					 SSL_OP_NO_TICKET | SSL_OP_CIPHER_SERVER_PREFERENCE |
					 SSL_OP_IGNORE_UNEXPECTED_EOF);
	SSL_CTX_set_mode(ctx, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
				      SSL_MODE_RELEASE_BUFFERS);
	SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_OFF);
	if (SSL_CTX_set_cipher_list(ctx, CIPHERS) != 1)
		return fail(diag, "ciphers", "");
	if (t->certificate[0] && SSL_CTX_use_certificate_chain_file(ctx, t->certificate) != 1)
		return fail(diag, "certificate", t->certificate);
	if (t->key[0] && SSL_CTX_use_PrivateKey_file(ctx, t->key, SSL_FILETYPE_PEM) != 1)
		return fail(diag, "key", t->key);
	if (t->certificate[0] && SSL_CTX_check_private_key(ctx) != 1)
		return fail(diag, "key is not that of the certificate", t->key);
	if (t->ca[0] ? SSL_CTX_load_verify_file(ctx, t->ca) != 1
		     : SSL_CTX_set_default_verify_paths(ctx) != 1)
		return fail(diag, "CA", t->ca);
	return 0;
}

static int make(const struct io_tls *t, const SSL_METHOD *method, int mode, SSL_CTX **out,
		struct tg_diag *diag)
{
	int err;

	*out = SSL_CTX_new(method);
	if (!*out)
		return fail(diag, "TLS", "");
	SSL_CTX_set_verify(*out, mode, verify);
	err = load(t, *out, diag);
	if (err < 0) {
		SSL_CTX_free(*out);
		*out = NULL;
	}
	return err;
}

int io_tls_reload(struct io_tls *t, struct tg_diag *diag)
{
	int mode = t->verify_client ? SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT
				    : SSL_VERIFY_NONE;
	SSL_CTX *server = NULL, *client = NULL;
	int err = make(t, TLS_server_method(), mode, &server, diag);

	if (err == 0)
		err = make(t, TLS_client_method(), SSL_VERIFY_PEER, &client, diag);
	if (err < 0) {
		SSL_CTX_free(server);
		return err;
	}
	SSL_CTX_free(t->server);
	SSL_CTX_free(t->client);
	t->server = server;
	t->client = client;
	return 0;
}

static char *keep(struct io_tls *t, const char *text)
{
	return (char *)(uintptr_t)mem_keep(t->mem, str_of(text ? text : "")).p;
}

struct io_tls *io_tls_new(struct mem *m, const struct io_tls_cfg *cfg, struct tg_diag *diag)
{
	struct mem *own = mem_sub(m, "tls");
	struct io_tls *t = own ? MEM_NEW(own, struct io_tls) : NULL;

	if (!t) {
		mem_free(own);
		tg_fail(diag, TG_ENOMEM, 0, "", "no memory for TLS");
		return NULL;
	}
	t->mem = own;
	t->certificate = keep(t, cfg->certificate);
	t->key = keep(t, cfg->key);
	t->ca = keep(t, cfg->ca);
	t->verify_client = cfg->verify_client;
	if (t->certificate && t->key && t->ca && io_tls_reload(t, diag) == 0)
		return t;
	io_tls_free(t);
	return NULL;
}

void io_tls_free(struct io_tls *t)
{
	if (!t)
		return;
	SSL_CTX_free(t->server);
	SSL_CTX_free(t->client);
	mem_free(t->mem);
}

/* Connections. ---------------------------------------------------------------------------------- */
static struct io_tls_conn *conn_new(struct io_tls *t, SSL_CTX *ctx, int fd)
{
	struct io_tls_conn *c = MEM_NEW(t->mem, struct io_tls_conn);

	if (!c)
		return NULL;
	c->ssl = SSL_new(ctx);
	if (!c->ssl || SSL_set_fd(c->ssl, fd) != 1 || !SSL_set_app_data(c->ssl, c)) {
		io_tls_conn_free(c);
		return NULL;
	}
	return c;
}

struct io_tls_conn *io_tls_accept(struct io_tls *t, int fd)
{
	struct io_tls_conn *c = conn_new(t, t->server, fd);

	if (c)
		SSL_set_accept_state(c->ssl);
	return c;
}

/* An address is no name for SNI (RFC 6066 3). */
static bool is_address(struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		if (s.p[i] == ':' || (s.p[i] >= 'A' && s.p[i] <= 'Z') ||
		    (s.p[i] >= 'a' && s.p[i] <= 'z'))
			return s.p[i] == ':';
	return true;
}

struct io_tls_conn *io_tls_connect(struct io_tls *t, int fd, struct str identity)
{
	struct io_tls_conn *c = conn_new(t, t->client, fd);

	if (!c)
		return NULL;
	str_copyz(c->identity, sizeof(c->identity), identity);
	if (identity.len && !is_address(identity))
		SSL_set_tlsext_host_name(c->ssl, c->identity);
	SSL_set_connect_state(c->ssl);
	return c;
}

void io_tls_conn_free(struct io_tls_conn *c)
{
	if (!c)
		return;
	if (c->ssl && SSL_is_init_finished(c->ssl))
		SSL_shutdown(c->ssl);
	ERR_clear_error();
	SSL_free(c->ssl);
	mem_drop(c);
}

/* What a call of OpenSSL that did not succeed means. */
static int outcome(struct io_tls_conn *c, int rc)
{
	const char *why = NULL;
	long verified;

	switch (SSL_get_error(c->ssl, rc)) {
	case SSL_ERROR_WANT_READ:
		c->wants_write = false;
		return IO_TLS_WAIT;
	case SSL_ERROR_WANT_WRITE:
		c->wants_write = true;
		return IO_TLS_WAIT;
	}
	verified = SSL_get_verify_result(c->ssl);
	if (verified != X509_V_OK)
		why = X509_verify_cert_error_string(verified);
	else
		why = ERR_reason_error_string(ERR_peek_last_error());
	str_copyz(c->why, sizeof(c->why), str_of(why ? why : "closed"));
	SSL_set_quiet_shutdown(c->ssl, 1);
	ERR_clear_error();
	return IO_TLS_OVER;
}

int io_tls_handshake(struct io_tls_conn *c)
{
	int rc;

	ERR_clear_error();
	rc = SSL_do_handshake(c->ssl);
	return rc == 1 ? 0 : outcome(c, rc);
}

ssize_t io_tls_read(struct io_tls_conn *c, void *buf, size_t size)
{
	int rc;

	ERR_clear_error();
	rc = SSL_read(c->ssl, buf, (int)size);
	return rc > 0 ? rc : outcome(c, rc);
}

ssize_t io_tls_write(struct io_tls_conn *c, const void *buf, size_t len)
{
	int rc;

	ERR_clear_error();
	c->wants_write = false;
	rc = SSL_write(c->ssl, buf, (int)len);
	return rc > 0 ? rc : outcome(c, rc);
}

bool io_tls_wants_write(const struct io_tls_conn *c)
{
	return c->wants_write;
}

bool io_tls_pending(const struct io_tls_conn *c)
{
	return SSL_pending(c->ssl) > 0;
}

bool io_tls_authenticated(const struct io_tls_conn *c)
{
	return SSL_get0_peer_certificate(c->ssl) && SSL_get_verify_result(c->ssl) == X509_V_OK;
}

/* DNS names count where there is no SIP URI; one with a blank or NUL in it is none. */
static void put_name(char *buf, size_t size, size_t *len, struct str name)
{
	if (!name.len || *len + name.len + 1 > size)
		return;
	for (size_t i = 0; i < name.len; i++)
		if (name.p[i] <= ' ' || name.p[i] >= 0x7f)
			return;
	if (*len)
		buf[(*len)++] = ' ';
	memcpy(buf + *len, name.p, name.len);
	*len += name.len;
}

size_t io_tls_names(const struct io_tls_conn *c, char *buf, size_t size)
{
	X509 *cert = SSL_get0_peer_certificate(c->ssl);
	GENERAL_NAMES *names = cert ? X509_get_ext_d2i(cert, NID_subject_alt_name, NULL, NULL)
				    : NULL;
	struct str host;
	size_t len = 0;

	for (int i = 0; i < sk_GENERAL_NAME_num(names); i++) {
		const GENERAL_NAME *n = sk_GENERAL_NAME_value(names, i);
		if (n->type == GEN_URI && sip_uri_host(text_of(n->d.ia5), &host))
			put_name(buf, size, &len, host);
	}
	for (int i = 0, had_uri = len > 0; !had_uri && i < sk_GENERAL_NAME_num(names); i++) {
		const GENERAL_NAME *n = sk_GENERAL_NAME_value(names, i);
		if (n->type == GEN_DNS)
			put_name(buf, size, &len, text_of(n->d.ia5));
	}
	GENERAL_NAMES_free(names);
	return len;
}

const char *io_tls_why(const struct io_tls_conn *c)
{
	return c->why[0] ? c->why : "closed";
}
