/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sipio/tls: certificates and keys for connections with TLS 1.2 and 1.3, as server and as client.
 * The other side's identity is a SIP URI or a DNS name in its subjectAltName, letter for letter
 * (RFC 5922 7.1, 7.2): no wildcard, no address, no common name.
 *
 *	struct io_tls_cfg cfg = { "cert.pem", "key.pem", "ca.pem", .verify_client = true };
 *	struct io_tls *tls = io_tls_new(mem, &cfg, &diag);
 *	io_tcp_open(mem, loop, &bind, tls, &user, &diag);
 *	io_tls_reload(tls, &diag);		(the files have changed; a bad one changes nothing)
 */
#ifndef TRUNKGATE_SIPIO_TLS_H
#define TRUNKGATE_SIPIO_TLS_H

#include <stdbool.h>

#include <trunkgate/base/err.h>
#include <trunkgate/base/mem.h>
#include <trunkgate/base/str.h>

struct io_tls;

struct io_tls_cfg {
	const char *certificate, *key; /* PEM; a chain may follow the certificate */
	const char *ca;		       /* whom we believe; "": the system's */
	bool verify_client;	       /* who connects must have a certificate */
};

/* The file names are copied. NULL with a reason in *diag. */
struct io_tls *io_tls_new(struct mem *m, const struct io_tls_cfg *cfg, struct tg_diag *diag);
void io_tls_free(struct io_tls *t);
/* For connections from now on. On an error all stays as it was. */
int io_tls_reload(struct io_tls *t, struct tg_diag *diag);

#endif
