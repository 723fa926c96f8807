/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * io/dtls: the keys of SRTP by a DTLS handshake in the media's own path (RFC 5763, RFC 5764), on
 * OpenSSL with buffers in memory: who owns the sockets hands in datagrams and takes some out. Our
 * certificate signs itself and lives as long as the daemon; theirs is what SDP's fingerprint says
 * (RFC 8122) or the handshake fails, before a key is used.
 *
 *	struct io_dtls *t = io_dtls_new(mem, &diag);
 *	... a=fingerprint:sha-256 io_dtls_fingerprint(t) ...
 *	s = io_dtls_open(t, &(struct io_dtls_peer){ STR("sha-256"), fingerprint, active });
 *	io_dtls_rx(s, datagram);	(and io_dtls_tick(s) at io_dtls_left_ms(s))
 *	while (io_dtls_next_out(s, &datagram)) send
 *	if (io_dtls_state(s) == IO_DTLS_DONE) { io_dtls_keys(s, &keys); ... wipe keys }
 *
 * The active end begins by itself. Signalling thread only.
 */
#ifndef TRUNKGATE_IO_DTLS_H
#define TRUNKGATE_IO_DTLS_H

#include <stdbool.h>
#include <stdint.h>

#include <trunkgate/base/err.h>
#include <trunkgate/base/mem.h>
#include <trunkgate/base/str.h>
#include "rtp/srtp.h"

#define IO_DTLS_DATAGRAM_MAX	1200
#define IO_DTLS_FINGERPRINT_MAX 96 /* SHA-256: 32 octets in hexadecimal, with colons and a NUL */

struct io_dtls;
struct io_dtls_session;

enum io_dtls_state { IO_DTLS_HANDSHAKE, IO_DTLS_DONE, IO_DTLS_FAILED };

struct io_dtls_peer {
	struct str hash;	/* "sha-256"; sha-1, sha-224, sha-384 and sha-512 are known too */
	struct str fingerprint; /* hexadecimal with colons, any case */
	bool active;		/* we are: a=setup:active is ours (RFC 5763 5) */
};

struct io_dtls_keys {
	enum rtp_srtp_suite suite;
	uint8_t tx[RTP_SRTP_KEY_MAX], rx[RTP_SRTP_KEY_MAX];
	size_t len;
};

/* A certificate of our own, and what belongs to it. TG_* in diag; NULL: it could not be made. */
struct io_dtls *io_dtls_new(struct mem *parent, struct tg_diag *diag);
void io_dtls_free(struct io_dtls *t);
/* SHA-256 of our certificate. */
const char *io_dtls_fingerprint(const struct io_dtls *t);
/* Is that a hash and a fingerprint we can check? */
bool io_dtls_fingerprint_ok(struct str hash, struct str fingerprint);

/* NULL: out of memory, or a fingerprint that cannot be checked. */
struct io_dtls_session *io_dtls_open(struct io_dtls *t, const struct io_dtls_peer *peer);
void io_dtls_close(struct io_dtls_session *s);
void io_dtls_rx(struct io_dtls_session *s, struct str datagram);
/* Milliseconds until a flight is due again; -1: nothing is waited for. */
int io_dtls_left_ms(const struct io_dtls_session *s);
void io_dtls_tick(struct io_dtls_session *s);
/* The next datagram to send; valid until the next call with this session. */
bool io_dtls_next_out(struct io_dtls_session *s, struct str *datagram);
enum io_dtls_state io_dtls_state(const struct io_dtls_session *s);
/* Why it failed. */
const char *io_dtls_why(const struct io_dtls_session *s);
/* TG_ESTATE: it is not done. */
int io_dtls_keys(const struct io_dtls_session *s, struct io_dtls_keys *out);

#endif
