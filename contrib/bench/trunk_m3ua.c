/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * bench/trunk, M3UA's part: MSUs of 40 octets from a user through one network to an association and
 * from there through another network to its user, by processor time: each counts once.
 */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "bench/trunk.h"
#include "ss7/net.h"

static double cpu_s(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static struct ss7_net *make(struct mem *m, uint32_t own, uint32_t far, bool server)
{
	struct ss7_net_cfg *c = MEM_NEW(m, struct ss7_net_cfg);

	if (!c)
		return NULL;
	c->nr_own = c->nr_dests = c->nr_routes = 1;
	c->own[0] = own;
	c->dest[0] = far;
	c->route[0] = (struct ss7_route_cfg){ far, 0x3fff, 1, SS7_VIA_AS, 0 };
	c->m3ua.nr_asps = c->m3ua.nr_as = 1;
	c->m3ua.asp[0] = (struct m3ua_asp_cfg){ .role = M3UA_ROLE_IPSP, .server = server };
	c->m3ua.as[0] = (struct m3ua_as_cfg){ .has_rc = true, .rc = 7, .nr_members = 1 };
	return ss7_net_new(m, c);
}

/* What each has to say to the other; how many messages reached `user`'s user. */
static unsigned long carry(struct ss7_net *from, struct ss7_net *to, tick_t now)
{
	struct ss7_net_out o, up;
	unsigned long nr = 0;

	while (ss7_net_next_out(from, &o)) {
		if (o.type != SS7_NET_OUT_SEND)
			continue;
		ss7_net_assoc_rx(to, now, 0, o.stream, o.octets);
		while (to != from && ss7_net_next_out(to, &up)) {
			if (up.type == SS7_NET_OUT_USER)
				nr += up.prim.type == MTP_TRANSFER;
			else if (up.type == SS7_NET_OUT_SEND)
				ss7_net_assoc_rx(from, now, 0, up.stream, up.octets);
		}
	}
	return nr;
}

static double m3ua_rate(unsigned long nr)
{
	struct mem *mem = mem_root("bench");
	struct ss7_net *a = make(mem, 1, 2, false), *b = make(mem, 2, 1, true);
	tick_t now = { 1000000 };
	struct mtp_prim p = { .type = MTP_TRANSFER,
			      .label = { .opc = 1, .dpc = 2, .si = MTP_SI_ISUP, .ni = 2 },
			      .sif = STR("0123456789012345678901234567890123456789") };
	unsigned long came = 0;
	double start;

	if (!a || !b)
		return 0;
	ss7_net_assoc_up(b, now, 0, 17);
	ss7_net_assoc_up(a, now, 0, 17);
	for (int i = 0; i < 4; i++)
		carry(a, b, now);
	start = cpu_s();
	for (unsigned long i = 0; i < nr; i++) {
		p.label.sls = i & 15;
		ss7_net_tx(a, now, &p);
		came += carry(a, b, now);
	}
	start = cpu_s() - start;
	ss7_net_free(a);
	ss7_net_free(b);
	mem_free(mem);
	return came == nr ? (double)nr / start : 0;
}

bool bench_m3ua(bool quick)
{
	double best = 0;

	for (int i = 0; i < 3; i++) {
		double rate = m3ua_rate(quick ? 20000 : 1000000);
		best = rate > best ? rate : best;
	}
	printf("figure m3ua_msu_per_cpu_s %.0f MSU/s\n", best);
	return best > 0;
}
