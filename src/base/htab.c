/* SPDX-License-Identifier: GPL-3.0-or-later */
/* htab: chains of links, and SipHash-2-4 (J.-P. Aumasson, D. J. Bernstein, 2012) over the key. */
#include <assert.h>

#include <trunkgate/base/err.h>

#include "base/htab.h"

struct sip_state {
	uint64_t v0, v1, v2, v3;
};

static uint64_t rotl(uint64_t x, int k)
{
	return (x << k) | (x >> (64 - k));
}

static void sip_rounds(struct sip_state *s, int nr)
{
	while (nr-- > 0) {
		s->v0 += s->v1;
		s->v1 = rotl(s->v1, 13) ^ s->v0;
		s->v0 = rotl(s->v0, 32);
		s->v2 += s->v3;
		s->v3 = rotl(s->v3, 16) ^ s->v2;
		s->v0 += s->v3;
		s->v3 = rotl(s->v3, 21) ^ s->v0;
		s->v2 += s->v1;
		s->v1 = rotl(s->v1, 17) ^ s->v2;
		s->v2 = rotl(s->v2, 32);
	}
}

static void sip_block(struct sip_state *s, uint64_t word)
{
	s->v3 ^= word;
	sip_rounds(s, 2);
	s->v0 ^= word;
}

static struct sip_state sip_start(const uint64_t key[2])
{
	return (struct sip_state){ key[0] ^ 0x736f6d6570736575u, key[1] ^ 0x646f72616e646f6du,
				   key[0] ^ 0x6c7967656e657261u, key[1] ^ 0x7465646279746573u };
}

static uint64_t le64(const char *p, size_t len)
{
	uint64_t v = 0;

	while (len-- > 0)
		v = v << 8 | (unsigned char)p[len];
	return v;
}

/* `before`: octets that went in ahead of `key`, for the length in the last block. */
static uint64_t sip_end(struct sip_state s, struct str key, size_t before)
{
	uint64_t length = (uint64_t)(key.len + before) << 56;

	for (; key.len >= 8; key = str_from(key, 8))
		sip_block(&s, le64(key.p, 8));
	sip_block(&s, length | le64(key.p, key.len));
	s.v2 ^= 0xff;
	sip_rounds(&s, 4);
	return s.v0 ^ s.v1 ^ s.v2 ^ s.v3;
}

int htab_init(struct htab *t, struct mem *m, size_t nr_buckets, const struct rng *rng)
{
	size_t nr = 1;

	if (nr_buckets > SIZE_MAX / sizeof(t->bucket[0]) / 2)
		return TG_ENOMEM;
	while (nr < nr_buckets)
		nr *= 2;
	t->bucket = MEM_ARRAY(m, nr, struct htab_link *);
	if (!t->bucket)
		return TG_ENOMEM;
	t->mask = nr - 1;
	t->nr = 0;
	t->key[0] = rng_u64(rng);
	t->key[1] = rng_u64(rng);
	return 0;
}

uint64_t htab_hash(const struct htab *t, struct str key)
{
	return sip_end(sip_start(t->key), key, 0);
}

uint64_t htab_mix(const struct htab *t, uint64_t hash, struct str key)
{
	struct sip_state s = sip_start(t->key);

	sip_block(&s, hash);
	return sip_end(s, key, sizeof(hash));
}

void htab_add(struct htab *t, struct htab_link *l, uint64_t hash)
{
	struct htab_link **head = &t->bucket[hash & t->mask];

	assert(!l->pprev);
	l->hash = hash;
	l->next = *head;
	if (l->next)
		l->next->pprev = &l->next;
	l->pprev = head;
	*head = l;
	t->nr++;
}

void htab_del(struct htab *t, struct htab_link *l)
{
	if (!l->pprev)
		return;
	*l->pprev = l->next;
	if (l->next)
		l->next->pprev = l->pprev;
	l->pprev = NULL;
	t->nr--;
}

static struct htab_link *same_hash(struct htab_link *l, uint64_t hash)
{
	while (l && l->hash != hash)
		l = l->next;
	return l;
}

struct htab_link *htab_first(const struct htab *t, uint64_t hash)
{
	return same_hash(t->bucket[hash & t->mask], hash);
}

struct htab_link *htab_next(const struct htab_link *l)
{
	return same_hash(l->next, l->hash);
}
