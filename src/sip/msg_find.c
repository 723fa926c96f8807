/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sip/msg: looking things up in a parsed message. */
#include <trunkgate/sip/msg.h>

#include "sip/value.h"

const struct sip_header *sip_msg_header(const struct sip_msg *m, enum sip_hdr id, unsigned n)
{
	for (unsigned i = 0; i < m->nr_headers; i++)
		if (m->header[i].id == id && n-- == 0)
			return &m->header[i];
	return NULL;
}

static bool is_token(struct str name)
{
	struct sip_scan s = sip_scan_init(name);

	return sip_scan_class(&s, SIP_C_TOKEN).len && sip_scan_end(&s);
}

const struct sip_header *sip_msg_header_named(const struct sip_msg *m, struct str name, unsigned n)
{
	enum sip_hdr id = is_token(name) ? sip_hdr_of(name) : SIP_HDR_OTHER;

	if (id != SIP_HDR_OTHER)
		return sip_msg_header(m, id, n);
	for (unsigned i = 0; i < m->nr_headers; i++)
		if (m->header[i].id == SIP_HDR_OTHER && str_caseeq(m->header[i].name, name) &&
		    n-- == 0)
			return &m->header[i];
	return NULL;
}

/* The next value on one line that is not empty; the walk's offset moves behind its comma. Commas in
 * a header that is no list (Date, Authorization) belong to the value. */
static bool next_on_line(const struct sip_header *h, struct sip_value_walk *w, struct str *value)
{
	struct sip_scan s = sip_scan_init(h->value);

	s.p += w->offset;
	while (!sip_scan_end(&s)) {
		const char *p = s.p;

		sip_scan_to(&s, sip_hdr_is_list(h->id) ? ',' : '\0');
		*value = str_trim(str_n(p, (size_t)(s.p - p)));
		sip_scan_char(&s, ',');
		w->offset = sip_scan_at(&s);
		if (value->len)
			return true;
	}
	return false;
}

bool sip_msg_next_value(const struct sip_msg *m, enum sip_hdr id, struct sip_value_walk *w,
			struct str *value)
{
	for (; w->line < m->nr_headers; w->line++, w->offset = 0)
		if (m->header[w->line].id == id && next_on_line(&m->header[w->line], w, value))
			return true;
	return false;
}

bool sip_msg_has_token(const struct sip_msg *m, enum sip_hdr id, struct str token)
{
	struct sip_value_walk w = { 0 };
	struct str value;

	while (sip_msg_next_value(m, id, &w, &value))
		if (str_caseeq(value, token))
			return true;
	return false;
}

int sip_msg_reason_cause(const struct sip_msg *m, struct str protocol, struct str *text)
{
	struct sip_value_walk w = { 0 };
	struct str value, name, params, v;
	uint32_t cause;

	while (sip_msg_next_value(m, SIP_HDR_REASON, &w, &value)) {
		params = str_split(value, ';', &name);
		if (!str_caseeq(str_trim(name), protocol) ||
		    !sip_params_find(params, STR("cause"), &v) || !str_to_u32(v, &cause) ||
		    cause > INT32_MAX)
			continue;
		if (text)
			*text = sip_params_find(params, STR("text"), &v) ? sip_unquote(v) : STR("");
		return (int)cause;
	}
	return -1;
}
