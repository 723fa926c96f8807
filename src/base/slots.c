/* SPDX-License-Identifier: GPL-3.0-or-later */
/* slots: the indices are those of ring.c, and so is what they promise. */
#include <stdatomic.h>
#include <string.h>

#include "base/slots.h"

#define LINE 64

struct slots {
	size_t mask, size; /* of a slot, its length included */
	uint8_t *octets;
	uint8_t pad1[LINE];
	_Atomic size_t put;
	uint8_t pad2[LINE];
	_Atomic size_t get;
	uint8_t pad3[LINE];
};

struct slots *slots_new(struct mem *m, size_t nr, size_t size)
{
	struct slots *s;
	size_t room = 1;

	if (nr > SIZE_MAX / 4 || size > UINT32_MAX / 2)
		return NULL;
	while (room < nr)
		room *= 2;
	s = MEM_NEW(m, struct slots);
	if (!s)
		return NULL;
	s->mask = room - 1;
	s->size = (sizeof(size_t) + size + LINE - 1) / LINE * LINE;
	s->octets = mem_array(m, room, s->size);
	if (!s->octets) {
		mem_drop(s);
		return NULL;
	}
	return s;
}

bool slots_put(struct slots *s, struct str octets)
{
	size_t put = atomic_load_explicit(&s->put, memory_order_relaxed);
	size_t get = atomic_load_explicit(&s->get, memory_order_acquire);
	uint8_t *to = s->octets + (put & s->mask) * s->size;

	if (put - get > s->mask || octets.len > s->size - sizeof(size_t))
		return false;
	memcpy(to, &octets.len, sizeof(size_t));
	if (octets.len)
		memcpy(to + sizeof(size_t), octets.p, octets.len);
	atomic_store_explicit(&s->put, put + 1, memory_order_release);
	return true;
}

bool slots_peek(const struct slots *s, struct str *octets)
{
	size_t get = atomic_load_explicit(&s->get, memory_order_relaxed);
	size_t put = atomic_load_explicit(&s->put, memory_order_acquire);
	const uint8_t *from = s->octets + (get & s->mask) * s->size;
	size_t len;

	if (get == put)
		return false;
	memcpy(&len, from, sizeof(len));
	*octets = str_n(from + sizeof(len), len);
	return true;
}

void slots_drop(struct slots *s)
{
	size_t get = atomic_load_explicit(&s->get, memory_order_relaxed);

	atomic_store_explicit(&s->get, get + 1, memory_order_release);
}

size_t slots_used(const struct slots *s)
{
	size_t get = atomic_load_explicit(&s->get, memory_order_acquire);
	size_t used = atomic_load_explicit(&s->put, memory_order_acquire) - get;

	return used > s->mask + 1 ? s->mask + 1 : used;
}
