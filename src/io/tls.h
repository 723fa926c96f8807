/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * io/tls: one connection's TLS, for io/tcp; see <trunkgate/sipio/tls.h> for the rest.
 *
 *	struct io_tls_conn *c = io_tls_accept(tls, fd);
 *	n = io_tls_read(c, buf, size);		(n octets, IO_TLS_WAIT or IO_TLS_OVER)
 */
#ifndef TRUNKGATE_IO_TLS_H
#define TRUNKGATE_IO_TLS_H

#include <sys/types.h>

#include <trunkgate/sipio/tls.h>

#define IO_TLS_WAIT (-1)
#define IO_TLS_OVER (-2)

struct io_tls_conn;

struct io_tls_conn *io_tls_accept(struct io_tls *t, int fd);
/* `identity`: a domain; empty: any that the CA vouches for. */
struct io_tls_conn *io_tls_connect(struct io_tls *t, int fd, struct str identity);
void io_tls_conn_free(struct io_tls_conn *c); /* NULL is allowed; says good-bye when it can */
/* 0: done. */
int io_tls_handshake(struct io_tls_conn *c);
ssize_t io_tls_read(struct io_tls_conn *c, void *buf, size_t size);
ssize_t io_tls_write(struct io_tls_conn *c, const void *buf, size_t len);
bool io_tls_wants_write(const struct io_tls_conn *c);
/* Octets that are decrypted and not read: the descriptor does not show them. */
bool io_tls_pending(const struct io_tls_conn *c);
/* The other side has shown a certificate that is in order. */
bool io_tls_authenticated(const struct io_tls_conn *c);
/* The domains of that certificate (RFC 5922 7.1), a blank between: how many octets; what does not fit
 * is left out. */
size_t io_tls_names(const struct io_tls_conn *c, char *buf, size_t size);
const char *io_tls_why(const struct io_tls_conn *c);

#endif
