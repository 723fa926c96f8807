/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sip/dns: what locating servers (RFC 3263) asks the DNS, and what it is told: values only. Whoever
 * does the asking (sipio/dns, or a resolver of one's own) makes them; views are valid during the call
 * that they are given to.
 *
 *	struct sip_dns_record r = { .priority = 1, .weight = 5, .port = 5060, .name = STR("a.example") };
 *	struct sip_dns_answer a = { SIP_DNS_FOUND, .ttl_s = 300, .rec = &r, .nr = 1 };
 *	sip_stack_resolved(s, now, out.resolve.id, &a);
 */
#ifndef TRUNKGATE_SIP_DNS_H
#define TRUNKGATE_SIP_DNS_H

#include <stdint.h>

#include <trunkgate/base/addr.h>
#include <trunkgate/base/str.h>

#define SIP_DOMAIN_MAX 256		     /* octets of a name, with its NUL */
#define SIP_NAME_MAX   (SIP_DOMAIN_MAX + 16) /* the same with "_sips._tcp." before it */

enum sip_dns_type { SIP_DNS_NAPTR, SIP_DNS_SRV, SIP_DNS_ADDR /* A and AAAA */ };

struct sip_dns_record {
	uint16_t order, preference;	 /* NAPTR */
	struct str flags, service;	 /* NAPTR */
	uint16_t priority, weight, port; /* SRV */
	struct str name;		 /* NAPTR: replacement, SRV: target */
	struct addr addr;		 /* ADDR */
};

enum sip_dns_result {
	SIP_DNS_FOUND,
	SIP_DNS_NONE,	/* no such name, or no such record of it */
	SIP_DNS_FAILED, /* no answer, or one that says nothing: what was known before may go on */
};

struct sip_dns_answer {
	enum sip_dns_result result;
	uint32_t
		ttl_s; /* FOUND: the least of the records'; NONE: of the negative answer, 0: unknown */
	const struct sip_dns_record *rec;
	unsigned nr;
};

#endif
