/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * options-ping: asks a SIP server whether it is there, with an OPTIONS request (RFC 3261 11), and
 * says how long the answer took. Ends with 0 when it is, 1 when it is not.
 *
 *	cc options-ping.c $(pkg-config --cflags --libs trunkgate-sipio)
 *	./options-ping sip:192.0.2.1:5060 [local address]
 */
#include <stdio.h>

#include <trunkgate/sip/stack.h>
#include <trunkgate/sipio/loop.h>
#include <trunkgate/sipio/random.h>
#include <trunkgate/sipio/udp.h>

#define PATH 1 /* our number for the only socket */

struct ping {
	struct io_loop *loop;
	struct io_udp *udp;
	struct sip_stack *sip;
	tick_t began;
};

static void on_answer(struct ping *p, const struct sip_event *ev)
{
	double ms = (double)tick_diff_us(io_loop_now(p->loop), p->began) / 1000;

	printf("%u %s%s after %.1f ms\n", ev->status, sip_reason_phrase(ev->status),
	       ev->local ? " (no answer)" : "", ms);
	io_loop_stop(p->loop, ev->local);
}

/* After every input: what the stack wants to send, and what it has to tell. */
static void drain(struct ping *p)
{
	struct sip_out out;

	while (sip_stack_next_out(p->sip, &out)) {
		if (out.type == SIP_OUT_SEND)
			io_udp_send(p->udp, &out.send.to, out.send.octets);
		else if (out.event.type == SIP_EV_OPTIONS)
			on_answer(p, &out.event);
	}
}

static void on_datagram(void *self, const struct addr *from, struct str octets)
{
	struct ping *p = self;

	sip_stack_rx(p->sip, io_loop_now(p->loop), PATH, from, octets);
	drain(p);
}

static void on_failed(void *self, const struct addr *to, const char *why)
{
	struct ping *p = self;

	fprintf(stderr, "%s\n", why);
	sip_stack_send_failed(p->sip, io_loop_now(p->loop), PATH, to);
	drain(p);
}

/* Once a pass of the loop: the stack's timers. */
static tick_t on_turn(void *self, tick_t now)
{
	struct ping *p = self;

	if (tick_due(sip_stack_deadline(p->sip), now)) {
		sip_stack_tick(p->sip, now);
		drain(p);
	}
	return sip_stack_deadline(p->sip);
}

static int start(struct mem *mem, struct ping *p, const struct addr *local, struct tg_diag *diag)
{
	struct sip_cfg cfg = { .rng = io_random(), .product = STR("options-ping"), .max_calls = 1 };
	struct io_udp_user user = { on_datagram, on_failed, p };

	p->loop = io_loop_new(mem, diag);
	p->udp = p->loop ? io_udp_open(mem, p->loop, local, &user, diag) : NULL;
	if (!p->udp)
		return TG_EIO;
	p->sip = sip_stack_new(mem, &cfg);
	if (!p->sip || sip_stack_path_add(p->sip, PATH, io_udp_local(p->udp)) < 0)
		return tg_fail(diag, TG_EINVAL, 0, "", "this local address cannot be used");
	io_loop_on_turn(p->loop, on_turn, p);
	return 0;
}

static int run(struct mem *mem, struct str uri_text, struct str local_text)
{
	struct tg_diag diag = TG_DIAG_NONE;
	struct addr local, target;
	struct sip_uri uri;
	struct ping p = { 0 };
	int status = 1;

	if (sip_uri_parse(&uri, uri_text, &diag) < 0 || sip_uri_addr(&uri, &target) < 0 ||
	    addr_parse(&local, local_text, 0) < 0)
		fprintf(stderr, "not a SIP URI with an address in it: %s\n", diag.text);
	else if (start(mem, &p, &local, &diag) < 0)
		fprintf(stderr, "%s\n", diag.text);
	else {
		p.began = io_loop_now(p.loop);
		sip_options_send(p.sip, p.began, PATH, &target, uri_text, NULL);
		drain(&p);
		status = io_loop_run(p.loop);
	}
	sip_stack_free(p.sip);
	io_udp_close(p.udp);
	io_loop_free(p.loop);
	return status;
}

int main(int argc, char **argv)
{
	struct mem *mem = mem_root("options-ping");
	int status;

	if (argc < 2 || argc > 3 || !mem) {
		fprintf(stderr, "usage: %s sip:ADDRESS[:PORT] [LOCAL-ADDRESS]\n", argv[0]);
		return 2;
	}
	status = run(mem, str_of(argv[1]), str_of(argc > 2 ? argv[2] : "127.0.0.1"));
	mem_free(mem);
	return status;
}
