/* SPDX-License-Identifier: GPL-3.0-or-later */
/* generic: see generic.h. */
#include "interwork/generic.h"
#include "isup/value.h"

static struct str content_of(const struct isup_msg *m, int i)
{
	return str_n((const char *)m->octets + m->param[i].at, m->param[i].len);
}

/* -1: none. */
static int find(const struct isup_msg *m, uint8_t nqi, struct isup_number *n)
{
	for (int i = 0; i < m->nr_params; i++)
		if (m->param[i].code == ISUP_P_GENERIC_NUMBER &&
		    isup_number_dec(n, ISUP_NUMBER_GENERIC, content_of(m, i)) == 0 && n->nqi == nqi)
			return i;
	return -1;
}

bool iw_generic_find(const struct isup_msg *m, uint8_t nqi, struct isup_number *n)
{
	return find(m, nqi, n) >= 0;
}

int iw_generic_put(struct isup_msg *m, const struct isup_number *n)
{
	uint8_t buf[ISUP_NUMBER_OCTETS];
	struct isup_number old;
	int i = find(m, n->nqi, &old), len = isup_number_enc(n, ISUP_NUMBER_GENERIC, buf);
	struct str octets = str_n((const char *)buf, len < 0 ? 0 : (size_t)len);

	if (len < 0)
		return len;
	return i < 0 ? isup_add(m, ISUP_P_GENERIC_NUMBER, octets) : isup_put_at(m, i, octets);
}

/* The first of them goes; what it has takes the place of the other. */
void iw_generic_del(struct isup_msg *m, uint8_t nqi)
{
	struct isup_number n;
	int i = find(m, nqi, &n);
	uint8_t buf[256];
	struct str first;

	if (i < 0 || !isup_get(m, ISUP_P_GENERIC_NUMBER, &first))
		return;
	memcpy(buf, first.p, first.len);
	if (isup_put_at(m, i, str_n((const char *)buf, first.len)) == 0)
		isup_del(m, ISUP_P_GENERIC_NUMBER);
}
