/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sip/blacklist: targets that have failed (RFC 3263 4.3); see <trunkgate/sip/locate.h>. */
#include <trunkgate/sip/locate.h>

#define FIRST_S	  30
#define LONGEST_S 600

static int find(const struct sip_blacklist *b, enum sip_transport transport,
		const struct addr *addr)
{
	for (int i = 0; i < SIP_BLACKLIST_MAX; i++)
		if (b->entry[i].times && b->entry[i].transport == transport &&
		    addr_eq(&b->entry[i].addr, addr))
			return i;
	return -1;
}

/* An empty one, or the one that is soonest forgotten. */
static int find_room(const struct sip_blacklist *b)
{
	int found = 0;

	for (int i = 0; i < SIP_BLACKLIST_MAX; i++) {
		if (!b->entry[i].times)
			return i;
		if (tick_before(b->entry[i].forget, b->entry[found].forget))
			found = i;
	}
	return found;
}

void sip_blacklist_add(struct sip_blacklist *b, tick_t now, enum sip_transport transport,
		       const struct addr *addr)
{
	int i = find(b, transport, addr);
	int64_t us = S_US(FIRST_S);

	if (i < 0) {
		i = find_room(b);
		b->entry[i].times = 0;
	} else if (tick_due(b->entry[i].forget, now)) {
		b->entry[i].times = 0;
	}
	for (int n = 0; n < b->entry[i].times && us < S_US(LONGEST_S); n++)
		us *= 2;
	if (us > S_US(LONGEST_S))
		us = S_US(LONGEST_S);
	b->entry[i].addr = *addr;
	b->entry[i].transport = transport;
	b->entry[i].until = tick_add_us(now, us);
	b->entry[i].forget = tick_add_us(now, us + S_US(LONGEST_S));
	if (b->entry[i].times < 16)
		b->entry[i].times++;
}

void sip_blacklist_clear(struct sip_blacklist *b, enum sip_transport transport,
			 const struct addr *addr)
{
	int i = find(b, transport, addr);

	if (i >= 0)
		b->entry[i].times = 0;
}

bool sip_blacklist_has(const struct sip_blacklist *b, tick_t now, enum sip_transport transport,
		       const struct addr *addr)
{
	int i = find(b, transport, addr);

	return i >= 0 && !tick_due(b->entry[i].until, now);
}
