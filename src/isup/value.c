/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The small typed parameters: cause (3.12), indicators (3.5, 3.23, 3.35, 3.37), event (3.21), one
 * octet. Bits are named as in Q.763: A is the lowest of an octet.
 */
#include <string.h>

#include "isup/value.h"

#define EXT 0x80

int isup_cause_dec(struct isup_cause *c, struct str content)
{
	struct rd r = rd_init(content);
	uint8_t first = rd_u8(&r), value;

	if (!(first & EXT)) /* octet 1a, the recommendation, comes between */
		rd_u8(&r);
	value = rd_u8(&r);
	if (r.err)
		return TG_EINVAL;
	*c = (struct isup_cause){ .coding = first >> 5 & 3,
				  .location = first & 15,
				  .value = value & 0x7f };
	c->nr_diagnostics = (uint8_t)(rd_left(&r) < sizeof(c->diagnostics)
					      ? rd_left(&r)
					      : sizeof(c->diagnostics));
	if (c->nr_diagnostics)
		memcpy(c->diagnostics, r.p, c->nr_diagnostics);
	return 0;
}

int isup_cause_enc(const struct isup_cause *c, uint8_t *buf)
{
	if (c->coding > 3 || c->location > 15 || c->value > 127 ||
	    c->nr_diagnostics > sizeof(c->diagnostics))
		return TG_EINVAL;
	buf[0] = (uint8_t)(EXT | c->coding << 5 | c->location);
	buf[1] = EXT | c->value;
	memcpy(buf + 2, c->diagnostics, c->nr_diagnostics);
	return 2 + c->nr_diagnostics;
}

int isup_get_cause(const struct isup_msg *m, struct isup_cause *c)
{
	struct str content;

	return isup_get(m, ISUP_P_CAUSE, &content) ? isup_cause_dec(c, content) : TG_ENOENT;
}

int isup_put_cause(struct isup_msg *m, const struct isup_cause *c)
{
	uint8_t buf[ISUP_CAUSE_OCTETS];
	int len = isup_cause_enc(c, buf);

	return len < 0 ? len : isup_put(m, ISUP_P_CAUSE, str_n(buf, (size_t)len));
}

/* Parameters of a fixed number of octets. */
static int get_octets(const struct isup_msg *m, enum isup_param_code code, uint8_t *buf, size_t nr)
{
	struct str content;

	if (!isup_get(m, code, &content))
		return TG_ENOENT;
	if (content.len < nr)
		return TG_EINVAL;
	memcpy(buf, content.p, nr);
	return 0;
}

int isup_get_u8(const struct isup_msg *m, enum isup_param_code code, uint8_t *v)
{
	return get_octets(m, code, v, 1);
}

int isup_put_u8(struct isup_msg *m, enum isup_param_code code, uint8_t v)
{
	return isup_put(m, code, str_n(&v, 1));
}

int isup_get_nci(const struct isup_msg *m, struct isup_nci *v)
{
	uint8_t b;
	int rc = get_octets(m, ISUP_P_NCI, &b, 1);

	if (rc == 0)
		*v = (struct isup_nci){ b & 3, b >> 2 & 3, b >> 4 & 1 };
	return rc;
}

int isup_put_nci(struct isup_msg *m, const struct isup_nci *v)
{
	if (v->satellite > 3 || v->continuity > 3 || v->echo_device > 1)
		return TG_EINVAL;
	return isup_put_u8(m, ISUP_P_NCI,
			   (uint8_t)(v->satellite | v->continuity << 2 | v->echo_device << 4));
}

int isup_get_fci(const struct isup_msg *m, struct isup_fci *v)
{
	uint8_t b[2];
	int rc = get_octets(m, ISUP_P_FCI, b, 2);

	if (rc == 0)
		*v = (struct isup_fci){ b[0] & 1,      b[0] >> 1 & 3, b[0] >> 3 & 1, b[0] >> 4 & 1,
					b[0] >> 5 & 1, b[0] >> 6,     b[1] & 1,	     b[1] >> 1 & 3,
					b[1] >> 4 & 1, b[1] >> 5 & 1 };
	return rc;
}

int isup_put_fci(struct isup_msg *m, const struct isup_fci *v)
{
	uint8_t b[2];

	if (v->international > 1 || v->end_to_end_method > 3 || v->interworking > 1 ||
	    v->end_to_end_info > 1 || v->isup_all_the_way > 1 || v->isup_preference > 3 ||
	    v->isdn_access > 1 || v->sccp_method > 3 || v->ported > 1 || v->qor > 1)
		return TG_EINVAL;
	b[0] = (uint8_t)(v->international | v->end_to_end_method << 1 | v->interworking << 3 |
			 v->end_to_end_info << 4 | v->isup_all_the_way << 5 |
			 v->isup_preference << 6);
	b[1] = (uint8_t)(v->isdn_access | v->sccp_method << 1 | v->ported << 4 | v->qor << 5);
	return isup_put(m, ISUP_P_FCI, str_n(b, 2));
}

int isup_get_bci(const struct isup_msg *m, struct isup_bci *v)
{
	uint8_t b[2];
	int rc = get_octets(m, ISUP_P_BCI, b, 2);

	if (rc == 0)
		*v = (struct isup_bci){ b[0] & 3,      b[0] >> 2 & 3, b[0] >> 4 & 3, b[0] >> 6,
					b[1] & 1,      b[1] >> 1 & 1, b[1] >> 2 & 1, b[1] >> 3 & 1,
					b[1] >> 4 & 1, b[1] >> 5 & 1, b[1] >> 6 };
	return rc;
}

int isup_put_bci(struct isup_msg *m, const struct isup_bci *v)
{
	uint8_t b[2];

	if (v->charge > 3 || v->called_status > 3 || v->called_category > 3 ||
	    v->end_to_end_method > 3 || v->interworking > 1 || v->end_to_end_info > 1 ||
	    v->isup_all_the_way > 1 || v->holding > 1 || v->isdn_access > 1 || v->echo_device > 1 ||
	    v->sccp_method > 3)
		return TG_EINVAL;
	b[0] = (uint8_t)(v->charge | v->called_status << 2 | v->called_category << 4 |
			 v->end_to_end_method << 6);
	b[1] = (uint8_t)(v->interworking | v->end_to_end_info << 1 | v->isup_all_the_way << 2 |
			 v->holding << 3 | v->isdn_access << 4 | v->echo_device << 5 |
			 v->sccp_method << 6);
	return isup_put(m, ISUP_P_BCI, str_n(b, 2));
}

int isup_get_obci(const struct isup_msg *m, struct isup_obci *v)
{
	uint8_t b;
	int rc = get_octets(m, ISUP_P_OBCI, &b, 1);

	if (rc == 0)
		*v = (struct isup_obci){ b & 1, b >> 1 & 1, b >> 2 & 1, b >> 3 & 1 };
	return rc;
}

int isup_put_obci(struct isup_msg *m, const struct isup_obci *v)
{
	if (v->in_band > 1 || v->diversion > 1 || v->segmentation > 1 || v->mlpp > 1)
		return TG_EINVAL;
	return isup_put_u8(m, ISUP_P_OBCI,
			   (uint8_t)(v->in_band | v->diversion << 1 | v->segmentation << 2 |
				     v->mlpp << 3));
}

int isup_get_event(const struct isup_msg *m, struct isup_event *v)
{
	uint8_t b;
	int rc = get_octets(m, ISUP_P_EVENT, &b, 1);

	if (rc == 0)
		*v = (struct isup_event){ b & 0x7f, b >> 7 };
	return rc;
}

int isup_put_event(struct isup_msg *m, const struct isup_event *v)
{
	if (v->event > 127 || v->restricted > 1)
		return TG_EINVAL;
	return isup_put_u8(m, ISUP_P_EVENT, (uint8_t)(v->event | v->restricted << 7));
}
