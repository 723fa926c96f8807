/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * err: what a function that can fail returns, and where and why a parser stopped.
 *
 * 0 is success, a negative TG_E* a failure; results come back through pointers. Input from outside
 * never reaches an assert: it ends in one of these. A parser also fills a tg_diag, whose text
 * reaches the log, the reason phrase and the Warning header.
 *
 *	struct tg_diag d = TG_DIAG_NONE;
 *	if (sip_msg_parse(&m, octets, &d) < 0)
 *		log_info(LOG_SIP, NULL, "bad message at octet %zu: %s (%s)", d.offset, d.text,
 *			 d.clause);
 */
#ifndef TRUNKGATE_BASE_ERR_H
#define TRUNKGATE_BASE_ERR_H

#include <stddef.h>

enum tg_err {
	TG_OK = 0,
	TG_EINVAL = -1,	 /* against the syntax or out of range */
	TG_ENOMEM = -2,	 /* no memory */
	TG_ELIMIT = -3,	 /* a configured bound is reached; nothing was changed */
	TG_ENOENT = -4,	 /* no such thing */
	TG_ESTATE = -5,	 /* not now: the state does not allow it; nothing was changed */
	TG_ENOTSUP = -6, /* understood, and not supported */
	TG_EIO = -7,	 /* the outside failed: socket, file, thread */
	TG_ETRUNC = -8,	 /* the message ends too early */
	TG_EEXIST = -9,	 /* there is one already */
	TG_EPROTO = -10, /* well formed, but against the protocol */
};

/* A short English text for a TG_E*, never NULL. */
const char *tg_strerror(int err);

/* Where and why a parser stopped. `clause` is a literal, as in "RFC 3261 20.14"; may be "". */
struct tg_diag {
	size_t offset;
	const char *clause;
	char text[120];
};

#define TG_DIAG_NONE ((struct tg_diag){ 0, "", "" })

/* Fills *d (which may be NULL) and returns `err`, so that a parser can `return tg_fail(...)`. */
int tg_fail(struct tg_diag *d, int err, size_t offset, const char *clause, const char *fmt, ...)
	__attribute__((format(printf, 5, 6)));

#endif
