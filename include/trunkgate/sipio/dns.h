/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sipio/dns: the questions of sip/locate, asked in the loop with c-ares: nothing waits for an answer.
 *
 *	struct io_dns *d = io_dns_new(mem, loop, NULL, &diag);
 *	io_dns_ask(d, out.resolve.type, out.resolve.name, answered, me, out.resolve.id);
 *	... later: answered(me, id, &answer)
 *
 * Answers never come from within io_dns_ask. A name that does not exist is SIP_DNS_NONE; an answer that
 * cannot be read, a refusal and a time-out (2 s, twice) are SIP_DNS_FAILED.
 */
#ifndef TRUNKGATE_SIPIO_DNS_H
#define TRUNKGATE_SIPIO_DNS_H

#include <trunkgate/base/addr.h>
#include <trunkgate/base/err.h>
#include <trunkgate/base/mem.h>
#include <trunkgate/sip/dns.h>
#include <trunkgate/sipio/loop.h>

#define IO_DNS_MAX_RECORDS 64  /* of an answer; the rest is left out */
#define IO_DNS_MAX_PENDING 256 /* questions at a time */

struct io_dns;

/* The records are valid during the call. */
typedef void io_dns_fn(void *self, uint32_t token, const struct sip_dns_answer *answer);

/* `server`: NULL: those of /etc/resolv.conf. NULL with a reason in *diag. */
struct io_dns *io_dns_new(struct mem *m, struct io_loop *l, const struct addr *server,
			  struct tg_diag *diag);
/* Open questions are not answered any more. */
void io_dns_free(struct io_dns *d);
/* TG_ELIMIT, TG_ENOMEM, TG_EINVAL for a name that is too long. */
int io_dns_ask(struct io_dns *d, enum sip_dns_type type, struct str name, io_dns_fn *fn, void *self,
	       uint32_t token);

#endif
