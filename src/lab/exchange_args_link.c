/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lab/exchange_args_link: `--link`: M3UA, or the links of an MTP3 link set. */
#include <string.h>

#include "lab/exchange_args.h"

#define M3UA_PORT 2905 /* RFC 4666 1.4.8 */
#define M2PA_PORT 3565 /* RFC 4165 1.3 */

static const struct kind {
	const char *word;
	enum exchange_link_kind kind;
	bool sctp;
	uint16_t port;
} kinds[] = {
	{ "m3ua", EXCHANGE_M3UA, true, M3UA_PORT }, { "m3ua-tcp", EXCHANGE_M3UA, false, M3UA_PORT },
	{ "m2pa", EXCHANGE_M2PA, true, M2PA_PORT }, { "m2pa-tcp", EXCHANGE_M2PA, false, M2PA_PORT },
	{ "packet", EXCHANGE_PACKET, false, 0 },    { "timeslot", EXCHANGE_TIMESLOT, false, 0 },
};

static const struct kind *kind_of(struct str word)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (str_eq(word, str_of(kinds[i].word)))
			return &kinds[i];
	return NULL;
}

/* "16", "16@56" */
static bool take_timeslot(struct exchange_link *k, struct str rest)
{
	struct str ts, rate = str_split(rest, '@', &ts);
	uint32_t n;

	if (!str_to_u32(ts, &n) || n < 1 || n > 31)
		return false;
	k->ts = (uint8_t)n;
	k->at_56k = str_eq(rate, str_of("56"));
	return k->at_56k || ts.len == rest.len;
}

static bool take_role(struct exchange_link *k, struct str *rest)
{
	struct str role;

	*rest = str_split(*rest, ':', &role);
	k->listen = str_eq(role, str_of("listen"));
	return k->listen || str_eq(role, str_of("connect"));
}

static bool take_path(struct exchange_link *k, struct str path)
{
	if (!path.len || path.p[0] != '/' || path.len >= sizeof(k->path))
		return false;
	str_copyz(k->path, sizeof(k->path), path);
	return true;
}

/* "ADDR[:PORT]", and of who listens "/PEER" */
static bool take_places(struct exchange_link *k, struct str places, uint16_t port)
{
	struct str place, peer = str_split(places, '/', &place);

	if (addr_parse(&k->place, place, port) < 0 ||
	    (peer.len && (!k->listen || addr_parse(&k->peer, peer, 0) < 0)))
		return false;
	if (!peer.len)
		k->peer = k->place;
	k->peer.port = 0;
	return true;
}

static bool take(struct exchange_link *k, const struct kind *kind, struct str rest)
{
	k->kind = kind->kind;
	k->sctp = kind->sctp;
	if (k->kind == EXCHANGE_TIMESLOT)
		return take_timeslot(k, rest);
	if (!take_role(k, &rest))
		return false;
	return k->kind == EXCHANGE_PACKET ? take_path(k, rest) : take_places(k, rest, kind->port);
}

int exchange_args_link(struct exchange_args *a, const char *value, struct tg_diag *d)
{
	struct str word, rest = str_split(str_of(value), ':', &word);
	const struct kind *kind = kind_of(word);
	struct exchange_link k = { 0 };

	if (!kind || !take(&k, kind, rest))
		return tg_fail(d, TG_EINVAL, 0, "",
			       "--link: \"%.80s\" is not timeslot:N, nor packet, m2pa, m2pa-tcp, "
			       "m3ua or m3ua-tcp with :listen: or :connect: and its place "
			       "(trunkgate-lab exchange --help)",
			       value);
	if (a->nr_links == EXCHANGE_MAX_LINKS)
		return tg_fail(d, TG_EINVAL, 0, "", "--link: a link set has %d links at most",
			       EXCHANGE_MAX_LINKS);
	if (a->nr_links && (k.kind == EXCHANGE_M3UA || a->link[0].kind == EXCHANGE_M3UA))
		return tg_fail(d, TG_EINVAL, 0, "",
			       "--link: M3UA is for one link, without others beside it");
	a->link[a->nr_links++] = k;
	return 0;
}
