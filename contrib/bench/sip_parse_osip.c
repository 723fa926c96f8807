/* SPDX-License-Identifier: GPL-3.0-or-later */
/* contrib/bench/sip-parse: libosip2's part. What it leaves as text is read by the simplest means here,
 * and named in `text_headers`. */
#include <sys/time.h>

#include <osipparser2/osip_parser.h>
#include <osipparser2/sdp_message.h>

#include "sip_parse.h"

static const char text_headers[] = "Max-Forwards Supported Session-Expires Min-SE "
				   "P-Asserted-Identity Privacy User-Agent; SDP: a=rtpmap";

static const char *text_of(osip_message_t *m, const char *name)
{
	osip_header_t *h = NULL;

	osip_message_header_get_byname(m, name, 0, &h);
	return h && h->hvalue ? h->hvalue : "";
}

static uint64_t sum_uri(uint64_t h, const osip_uri_t *u)
{
	return sum_z(sum_z(h, u->username), u->host);
}

static uint64_t sum_vias(uint64_t h, osip_message_t *m)
{
	for (int i = 0; i < osip_list_size(&m->vias); i++) {
		osip_via_t *v = osip_list_get(&m->vias, i);
		osip_generic_param_t *branch = NULL;

		osip_via_param_get_byname(v, (char *)"branch", &branch);
		h = sum_z(h, v->host);
		h = sum_u(h, (uint64_t)atoi(v->port));
		h = sum_z(h, branch ? branch->gvalue : NULL);
	}
	return h;
}

/* The header is split at its commas by the library; each piece is a header of its own. */
static uint64_t sum_tokens(uint64_t h, osip_message_t *m, const char *name)
{
	osip_header_t *x = NULL;
	int pos = 0;

	while ((pos = osip_message_header_get_byname(m, name, pos, &x)) >= 0) {
		const char *p = x->hvalue;

		while (*p) {
			size_t n = strcspn(p, ", ");

			h = sum_n(h, p, n);
			p += n + strspn(p + n, ", ");
		}
		pos++;
	}
	return h;
}

static uint64_t sum_rtpmap(uint64_t h, sdp_message_t *s, const char *pt)
{
	for (int i = 0;; i++) {
		sdp_attribute_t *a = sdp_message_attribute_get(s, 0, i);
		const char *name;
		size_t n;

		if (!a)
			return h;
		if (strcmp(a->a_att_field, "rtpmap") != 0 || atoi(a->a_att_value) != atoi(pt))
			continue;
		name = strchr(a->a_att_value, ' ') + 1;
		n = strcspn(name, "/");
		return sum_u(sum_n(h, name, n), (uint64_t)atoi(name + n + 1));
	}
}

static uint64_t sum_sdp(uint64_t h, const char *text)
{
	sdp_message_t *s;

	sdp_message_init(&s);
	if (sdp_message_parse(s, text) != 0)
		return 0;
	h = sum_u(h, strtoull(sdp_message_o_sess_id_get(s), NULL, 10));
	h = sum_u(h, (uint64_t)atoi(sdp_message_m_port_get(s, 0)));
	h = sum_u(h, (uint64_t)atoi(sdp_message_c_addr_get(s, -1, 0)));
	for (int i = 0; sdp_message_m_payload_get(s, 0, i); i++) {
		const char *pt = sdp_message_m_payload_get(s, 0, i);

		h = sum_rtpmap(sum_u(h, (uint64_t)atoi(pt)), s, pt);
	}
	sdp_message_free(s);
	return h;
}

static uint64_t sum_pai(uint64_t h, osip_message_t *m)
{
	osip_from_t *f;

	osip_from_init(&f);
	if (osip_from_parse(f, text_of(m, "p-asserted-identity")) == 0)
		h = sum_uri(h, f->url);
	osip_from_free(f);
	return h;
}

static uint64_t sum_call_id(uint64_t h, const osip_call_id_t *c)
{
	size_t n = strlen(c->number), k = c->host ? strlen(c->host) + 1 : 0;

	return h * 31 + (n + k) * 65536 + (uint8_t)c->number[0] * 256u +
	       (uint8_t)(k ? c->host[k - 2] : c->number[n - 1]);
}

static uint64_t parse_once(const char *message, size_t len)
{
	osip_generic_param_t *tag = NULL;
	osip_contact_t *contact;
	osip_body_t *body;
	osip_message_t *m;
	uint64_t h = 1;

	osip_message_init(&m);
	if (osip_message_parse(m, message, len) != 0)
		return 0;
	h = sum_vias(sum_uri(h, m->req_uri), m);
	h = sum_u(h, (uint64_t)atoi(text_of(m, "max-forwards")));
	osip_from_get_tag(m->from, &tag);
	h = sum_z(sum_uri(h, m->from->url), tag->gvalue);
	h = sum_uri(h, m->to->url);
	h = sum_call_id(h, m->call_id);
	h = sum_z(sum_u(h, strtoul(m->cseq->number, NULL, 10)), m->cseq->method);
	contact = osip_list_get(&m->contacts, 0);
	h = sum_uri(h, contact->url);
	for (int i = 0; i < osip_list_size(&m->allows); i++)
		h = sum_z(h, ((osip_allow_t *)osip_list_get(&m->allows, i))->value);
	h = sum_tokens(h, m, "supported");
	h = sum_u(h, (uint64_t)atoi(text_of(m, "session-expires")));
	h = sum_u(h, (uint64_t)atoi(text_of(m, "min-se")));
	h = sum_pai(h, m);
	h = sum_u(h, strcmp(text_of(m, "privacy"), "none") == 0);
	h = sum_z(h, text_of(m, "user-agent"));
	h = sum_z(sum_z(h, m->content_type->type), m->content_type->subtype);
	body = osip_list_get(&m->bodies, 0);
	h = sum_u(h, body->length);
	h = sum_sdp(h, body->body);
	osip_message_free(m);
	return h;
}

int main(int argc, char **argv)
{
	parser_init();
	fprintf(stderr, "%s\n", text_headers);
	return run(argc, argv);
}
