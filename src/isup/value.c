/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Cause (3.12) and the indicators that have functions of their own. The fields of the latter are
 * those of tables_field.c, the same in all variants.
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
	return isup_get_value(m, &isup_itu, ISUP_P_NCI, v, sizeof(*v));
}

int isup_put_nci(struct isup_msg *m, const struct isup_nci *v)
{
	return isup_put_value(m, &isup_itu, ISUP_P_NCI, v, sizeof(*v));
}

int isup_get_fci(const struct isup_msg *m, struct isup_fci *v)
{
	return isup_get_value(m, &isup_itu, ISUP_P_FCI, v, sizeof(*v));
}

int isup_put_fci(struct isup_msg *m, const struct isup_fci *v)
{
	return isup_put_value(m, &isup_itu, ISUP_P_FCI, v, sizeof(*v));
}

int isup_get_bci(const struct isup_msg *m, struct isup_bci *v)
{
	return isup_get_value(m, &isup_itu, ISUP_P_BCI, v, sizeof(*v));
}

int isup_put_bci(struct isup_msg *m, const struct isup_bci *v)
{
	return isup_put_value(m, &isup_itu, ISUP_P_BCI, v, sizeof(*v));
}

int isup_get_obci(const struct isup_msg *m, struct isup_obci *v)
{
	return isup_get_value(m, &isup_itu, ISUP_P_OBCI, v, sizeof(*v));
}

int isup_put_obci(struct isup_msg *m, const struct isup_obci *v)
{
	return isup_put_value(m, &isup_itu, ISUP_P_OBCI, v, sizeof(*v));
}

int isup_get_event(const struct isup_msg *m, struct isup_event *v)
{
	return isup_get_value(m, &isup_itu, ISUP_P_EVENT, v, sizeof(*v));
}

int isup_put_event(struct isup_msg *m, const struct isup_event *v)
{
	return isup_put_value(m, &isup_itu, ISUP_P_EVENT, v, sizeof(*v));
}
