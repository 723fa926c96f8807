/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tdm/pipe: see the header. */
#include "tdm/pipe.h"

#define FLAG_SLAVE 1
#define AT_NUMBER  8
#define AT_CAS	   16

size_t tdm_frames_of(const struct tdm_block *b, unsigned nr_ts, uint8_t *frames)
{
	for (unsigned i = 0; i < TDM_BLOCK; i++)
		for (unsigned ts = 1; ts <= nr_ts; ts++)
			*frames++ = b->octet[ts][i];
	return (size_t)nr_ts * TDM_BLOCK;
}

size_t tdm_pipe_enc(uint8_t *buf, const struct tdm_pipe_head *h, const struct tdm_block *b)
{
	memset(buf, 0, TDM_PIPE_HEAD);
	buf[0] = 'T';
	buf[1] = TDM_PIPE_VERSION;
	buf[2] = (uint8_t)h->type;
	buf[3] = (uint8_t)h->kind;
	buf[4] = (uint8_t)h->law;
	buf[5] = (uint8_t)tdm_nr_ts(h->kind);
	buf[6] = h->alarms & (TDM_AIS | TDM_RAI);
	buf[7] = h->slave ? FLAG_SLAVE : 0;
	for (unsigned i = 0; i < 4; i++)
		buf[AT_NUMBER + i] = (uint8_t)(h->number >> (24 - 8 * i));
	for (unsigned ts = 0; ts < TDM_MAX_TS; ts++)
		buf[AT_CAS + ts / 2] |= (uint8_t)((h->cas[ts] & 15) << (ts % 2 ? 0 : 4));
	if (h->type == TDM_PIPE_HELLO)
		return TDM_PIPE_HEAD;
	return TDM_PIPE_HEAD + tdm_frames_of(b, tdm_nr_ts(h->kind), buf + TDM_PIPE_HEAD);
}

static bool fields_ok(const uint8_t *p)
{
	return p[2] <= TDM_PIPE_BLOCK && p[3] <= TDM_T1 && p[4] <= TDM_MULAW &&
	       p[5] == tdm_nr_ts((enum tdm_kind)p[3]);
}

int tdm_pipe_dec(struct tdm_pipe_head *h, const uint8_t **frames, struct str octets)
{
	const uint8_t *p = (const uint8_t *)octets.p;
	size_t len = TDM_PIPE_HEAD;

	*h = (struct tdm_pipe_head){ 0 };
	*frames = NULL;
	if (octets.len < TDM_PIPE_HEAD || p[0] != 'T')
		return TG_EINVAL;
	h->version = p[1];
	if (h->version != TDM_PIPE_VERSION || !fields_ok(p))
		return TG_EINVAL;
	h->type = (enum tdm_pipe_type)p[2];
	h->kind = (enum tdm_kind)p[3];
	h->law = (enum tdm_law)p[4];
	h->alarms = p[6] & (TDM_AIS | TDM_RAI);
	h->slave = p[7] & FLAG_SLAVE;
	for (unsigned i = 0; i < 4; i++)
		h->number = h->number << 8 | p[AT_NUMBER + i];
	for (unsigned ts = 0; ts < TDM_MAX_TS; ts++)
		h->cas[ts] = p[AT_CAS + ts / 2] >> (ts % 2 ? 0 : 4) & 15;
	if (h->type == TDM_PIPE_BLOCK) {
		len += (size_t)tdm_nr_ts(h->kind) * TDM_BLOCK;
		*frames = p + TDM_PIPE_HEAD;
	}
	return octets.len == len ? TG_OK : TG_EINVAL;
}

int tdm_pipe_match(const struct tdm_pipe_head *ours, const struct tdm_pipe_head *theirs,
		   struct tg_diag *diag)
{
	if (ours->kind != theirs->kind)
		return tg_fail(diag, TG_EINVAL, 0, "", "its span is of type %s, ours of type %s",
			       theirs->kind == TDM_E1 ? "e1" : "t1",
			       ours->kind == TDM_E1 ? "e1" : "t1");
	if (ours->law != theirs->law)
		return tg_fail(diag, TG_EINVAL, 0, "", "its law is %s, ours is %s",
			       theirs->law == TDM_ALAW ? "a-law" : "mu-law",
			       ours->law == TDM_ALAW ? "a-law" : "mu-law");
	if (ours->slave && theirs->slave)
		return tg_fail(diag, TG_EINVAL, 0, "",
			       "both ends have `clock slave`: one has to be the master");
	return TG_OK;
}
