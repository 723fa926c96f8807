/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sip/path: the sockets that the stack may use, as the user has named them, and what of them is
 * written into messages; see core.h. */
#include <stdio.h>

#include "sip/core.h"

static const struct transport_row {
	const char *via;	/* RFC 3261 25.1 transport */
	const char *uri_params; /* 19.1.1; UDP is what is meant without it */
} transports[SIP_NR_TRANSPORTS] = {
	[SIP_UDP] = { "UDP", "" },
	[SIP_TCP] = { "TCP", ";transport=tcp" },
	[SIP_TLS] = { "TLS", ";transport=tls" },
	[SIP_SCTP] = { "SCTP", ";transport=sctp" }, /* RFC 4168 4 */
};

int sip_stack_path_add_stream(struct sip_stack *s, sip_path_id path, enum sip_transport transport,
			      const struct addr *local)
{
	struct sip_path *p = &s->path[s->nr_paths];

	if (path == 0 || path & SIP_PATH_CONN || addr_is_any(local) || local->port == 0 ||
	    (unsigned)transport >= SIP_NR_TRANSPORTS)
		return TG_EINVAL;
	if (sip_path_find(s, path))
		return TG_EEXIST;
	if (s->nr_paths == SIP_MAX_PATHS)
		return TG_ELIMIT;
	p->id = path;
	p->local = *local;
	p->transport = (uint8_t)transport;
	p->reliable = transport != SIP_UDP;
	p->via_transport = transports[transport].via;
	p->uri_params = transports[transport].uri_params;
	addr_print(local, p->sent_by);
	s->nr_paths++;
	return 0;
}

int sip_stack_path_add(struct sip_stack *s, sip_path_id path, const struct addr *local)
{
	return sip_stack_path_add_stream(s, path, SIP_UDP, local);
}

const struct sip_path *sip_path_find(const struct sip_stack *s, sip_path_id id)
{
	for (unsigned i = 0; i < s->nr_paths; i++)
		if (s->path[i].id == id)
			return &s->path[i];
	return NULL;
}

const struct sip_path *sip_path_like(const struct sip_stack *s, const struct sip_path *p,
				     enum sip_transport transport)
{
	if (p->transport == transport)
		return p;
	for (unsigned i = 0; i < s->nr_paths; i++)
		if (s->path[i].transport == transport && s->path[i].local.family == p->local.family)
			return &s->path[i];
	return NULL;
}

/* 12.1.1, 8.1.1.8: sips when the other side came with sips; RFC 5630 3.1.3: and then no transport,
 * which would say nothing. */
const char *sip_path_contact(const struct sip_path *p, bool secure, char *buf)
{
	if (secure)
		snprintf(buf, SIP_CONTACT_MAX, "<sips:%s>", p->sent_by);
	else
		snprintf(buf, SIP_CONTACT_MAX, "<sip:%s%s>", p->sent_by, p->uri_params);
	return buf;
}

int sip_stack_udp_only(struct sip_stack *s, const struct addr *host)
{
	for (unsigned i = 0; i < s->nr_udp_only; i++)
		if (addr_ip_eq(&s->udp_only[i], host))
			return 0;
	if (s->nr_udp_only == SIP_MAX_UDP_ONLY)
		return TG_ELIMIT;
	s->udp_only[s->nr_udp_only++] = *host;
	return 0;
}

void sip_stack_udp_only_none(struct sip_stack *s)
{
	s->nr_udp_only = 0;
}
