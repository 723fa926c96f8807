/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * adapt: a message of one network on its way into another: numbers in the other's layout (Q.763
 * 3.9, 3.10 ...), the bearer as transmission medium requirement (3.54) or as user service
 * information (3.57; T1.113), whichever the other's IAM must have; CON as ACM and ANM where there
 * is no CON (T1.113).
 */
#include <string.h>

#include "isup/circuit.h"
#include "isup/value.h"

static int adapt_number(struct isup_msg *m, int i, enum isup_number_layout from,
			enum isup_number_layout to)
{
	const struct isup_param *p = &m->param[i];
	uint8_t buf[ISUP_NUMBER_OCTETS];
	struct isup_number n;
	int len;

	if (isup_number_dec(&n, from, str_n(m->octets + p->at, p->len)) < 0)
		return TG_EINVAL;
	len = isup_number_enc(&n, to, buf);
	return len < 0 ? len : isup_put_at(m, i, str_n(buf, (size_t)len));
}

/* What is a number in one of them only goes as it came. */
static int adapt_numbers(struct isup_msg *m, const struct isup_variant *v)
{
	int rc = 0;

	for (int i = 0; i < m->nr_params && rc == 0; i++) {
		enum isup_number_layout from = isup_layout_of(m->v, m->param[i].code);
		enum isup_number_layout to = isup_layout_of(v, m->param[i].code);
		if (from != to && from && to)
			rc = adapt_number(m, i, from, to);
	}
	return rc;
}

/* Q.763 3.54 beside Q.931 4.5.5 (octets 3, 4 and 5); the first is for what has no row. */
static const struct {
	uint8_t tmr, len, usi[3];
} bearers[] = {
	{ 0, 3, { 0x80, 0x90, 0xa2 } }, /* speech */
	{ 3, 3, { 0x90, 0x90, 0xa2 } }, /* 3.1 kHz audio */
	{ 2, 2, { 0x88, 0x90 } },	/* 64 kbit/s unrestricted */
};
#define NR_BEARERS (sizeof(bearers) / sizeof(bearers[0]))

static int make_usi(struct isup_msg *m)
{
	unsigned i = 0;
	uint8_t tmr = 0;
	int rc;

	isup_get_u8(m, ISUP_P_TMR, &tmr);
	while (i < NR_BEARERS && bearers[i].tmr != tmr)
		i++;
	i %= NR_BEARERS;
	rc = isup_put(m, ISUP_P_USI, str_n(bearers[i].usi, bearers[i].len));
	if (rc == 0)
		isup_del(m, ISUP_P_TMR);
	return rc;
}

static int make_tmr(struct isup_msg *m)
{
	unsigned i = 0;
	struct str usi;

	if (!isup_get(m, ISUP_P_USI, &usi) || usi.len == 0)
		usi = str_n(bearers[0].usi, 1);
	while (i < NR_BEARERS && bearers[i].usi[0] != (uint8_t)usi.p[0])
		i++;
	return isup_put_u8(m, ISUP_P_TMR, bearers[i % NR_BEARERS].tmr);
}

static int adapt_iam(struct isup_msg *m, const struct isup_variant *v)
{
	const struct isup_msg_row *row = isup_msg_row(v, ISUP_IAM);
	struct str o;

	if (memchr(row->variable, ISUP_P_USI, ISUP_MAX_VARIABLE) && !isup_get(m, ISUP_P_USI, &o))
		return make_usi(m);
	if (memchr(row->fixed, ISUP_P_TMR, ISUP_MAX_FIXED) && !isup_get(m, ISUP_P_TMR, &o))
		return make_tmr(m);
	return 0;
}

int isup_msg_adapt(struct isup_msg *m, const struct isup_variant *v)
{
	int rc;

	if (m->v == v)
		return 0;
	/* what neither knows goes on as it came */
	if (!isup_msg_row(v, m->type) && (!m->v || isup_msg_row(m->v, m->type)))
		return TG_ENOTSUP;
	rc = adapt_numbers(m, v);
	if (rc == 0 && m->type == ISUP_IAM)
		rc = adapt_iam(m, v);
	if (rc == 0)
		m->v = v;
	return rc;
}

bool isup_con_split(const struct isup_variant *v, const struct isup_msg *con, struct isup_msg *acm,
		    struct isup_msg *anm)
{
	struct str o;

	if (con->type != ISUP_CON || isup_msg_row(v, ISUP_CON))
		return false;
	isup_msg_init(acm, ISUP_ACM, con->cic);
	acm->v = con->v;
	if (isup_get(con, ISUP_P_BCI, &o))
		isup_put(acm, ISUP_P_BCI, o);
	if (isup_get(con, ISUP_P_OBCI, &o))
		isup_put(acm, ISUP_P_OBCI, o);
	*anm = *con;
	anm->type = ISUP_ANM;
	isup_del(anm, ISUP_P_BCI);
	isup_del(anm, ISUP_P_OBCI);
	return true;
}
