/* SPDX-License-Identifier: GPL-3.0-or-later */
/* dsp/law: ITU-T G.711 by way of SpanDSP. */
#include <spandsp.h>

#include "dsp/law.h"

void dsp_law_init(struct dsp_law *t)
{
	for (unsigned i = 0; i < 256; i++) {
		t->a_to_mu[i] = alaw_to_ulaw((uint8_t)i);
		t->mu_to_a[i] = ulaw_to_alaw((uint8_t)i);
		t->a_linear[i] = alaw_to_linear((uint8_t)i);
		t->mu_linear[i] = ulaw_to_linear((uint8_t)i);
	}
	for (unsigned i = 0; i < sizeof(t->linear_a); i++)
		t->linear_a[i] = linear_to_alaw((int)(i << 4));
	for (unsigned i = 0; i < sizeof(t->linear_mu); i++)
		t->linear_mu[i] = linear_to_ulaw((int)(i << 2));
}

struct dsp_law *dsp_law_new(struct mem *m)
{
	struct dsp_law *t = MEM_NEW(m, struct dsp_law);

	if (t)
		dsp_law_init(t);
	return t;
}
