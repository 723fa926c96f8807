/* SPDX-License-Identifier: GPL-3.0-or-later */
/* contrib/bench/sip-parse: sofia-sip's part, with its extra headers on: all are typed. */
#include <sofia-sip/msg_addr.h>
#include <sofia-sip/sdp.h>
#include <sofia-sip/sip_extra.h>
#include <sofia-sip/sip_header.h>
#include <sofia-sip/sip_parser.h>
#include <sofia-sip/su_alloc.h>

#include "sip_parse.h"

static const char text_headers[] = "none";
static msg_mclass_t *mclass;

static uint64_t sum_uri(uint64_t h, const url_t *u)
{
	return sum_z(sum_z(h, u->url_user), u->url_host);
}

static uint64_t sum_list(uint64_t h, const msg_param_t *items)
{
	for (; items && *items; items++)
		h = sum_z(h, *items);
	return h;
}

static uint64_t sum_sdp(uint64_t h, const char *text, size_t len)
{
	su_home_t home[1] = { SU_HOME_INIT(home) };
	sdp_parser_t *p;
	sdp_session_t *s;

	su_home_init(home);
	p = sdp_parse(home, text, (issize_t)len, 0);
	s = sdp_session(p);
	if (!s)
		return 0;
	h = sum_u(sum_u(h, s->sdp_origin->o_id), s->sdp_media->m_port);
	h = sum_u(h, (uint64_t)atoi(sdp_media_connections(s->sdp_media)->c_address));
	for (const sdp_rtpmap_t *r = s->sdp_media->m_rtpmaps; r; r = r->rm_next)
		h = sum_u(sum_z(sum_u(h, r->rm_pt), r->rm_encoding), r->rm_rate);
	sdp_parser_free(p);
	su_home_deinit(home);
	return h;
}

static uint64_t sum_type(uint64_t h, const sip_content_type_t *c)
{
	size_t n = (size_t)(c->c_subtype - c->c_type) - 1;

	return sum_z(sum_n(h, c->c_type, n), c->c_subtype);
}

static uint64_t parse_once(const char *message, size_t len)
{
	msg_t *msg = msg_make(mclass, 0, message, (ssize_t)len);
	sip_t *s = msg ? sip_object(msg) : NULL;
	uint64_t h = 1;

	if (!s || !s->sip_request || s->sip_error)
		return 0;
	h = sum_uri(h, s->sip_request->rq_url);
	for (const sip_via_t *v = s->sip_via; v; v = v->v_next)
		h = sum_z(sum_u(sum_z(h, v->v_host), (uint64_t)atoi(v->v_port)), v->v_branch);
	h = sum_u(h, s->sip_max_forwards->mf_count);
	h = sum_z(sum_uri(h, s->sip_from->a_url), s->sip_from->a_tag);
	h = sum_uri(h, s->sip_to->a_url);
	h = sum_z(h, s->sip_call_id->i_id);
	h = sum_z(sum_u(h, s->sip_cseq->cs_seq), s->sip_cseq->cs_method_name);
	h = sum_uri(h, s->sip_contact->m_url);
	h = sum_list(h, s->sip_allow->k_items);
	h = sum_list(h, s->sip_supported->k_items);
	h = sum_u(h, s->sip_session_expires->x_delta);
	h = sum_u(h, s->sip_min_se->min_delta);
	h = sum_uri(h, sip_p_asserted_identity(s)->paid_url);
	h = sum_u(h, strcmp(s->sip_privacy->priv_values[0], "none") == 0);
	h = sum_z(h, s->sip_user_agent->g_string);
	h = sum_type(h, s->sip_content_type);
	h = sum_u(h, s->sip_payload->pl_len);
	h = sum_sdp(h, s->sip_payload->pl_data, s->sip_payload->pl_len);
	msg_destroy(msg);
	return h;
}

int main(int argc, char **argv)
{
	mclass = sip_extend_mclass(NULL);
	fprintf(stderr, "%s\n", text_headers);
	return run(argc, argv);
}
