/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * answering-machine: answers a call and plays a tone of 1 kHz until the caller hangs up; one call
 * at a time.
 *
 *	cc answering-machine.c $(pkg-config --cflags --libs trunkgate-sipio)
 *	./answering-machine 192.0.2.1:5060
 */
#include <stdio.h>
#include <trunkgate/sdp/sdp.h>
#include <trunkgate/sip/multipart.h>
#include <trunkgate/sip/stack.h>
#include <trunkgate/sipio/loop.h>
#include <trunkgate/sipio/random.h>
#include <trunkgate/sipio/udp.h>

#define PATH	  1 /* our number for the only SIP socket */
#define PACKET_MS 20
#define SAMPLES	  160

struct machine {
	struct io_loop *loop;
	struct io_udp *sip_udp, *rtp_udp;
	struct sip_stack *sip;
	struct io_timer packet;
	sip_call_id call; /* 0: none */
	struct sdp_choice media;
	uint32_t packets, ssrc;
	tick_t packet_at;
};

static void on_invite(struct machine *m, const struct sip_event *ev)
{
	struct sdp_caps caps = { .local = *io_udp_local(m->rtp_udp),
				 .session_id = 1,
				 .nr_codecs = 2,
				 .codec = { SDP_PCMA, SDP_PCMU },
				 .ptime_ms = PACKET_MS,
				 .dir = SDP_SENDRECV };
	struct sip_body answer = { .content_type = STR("application/sdp") };
	unsigned refuse = m->call && m->call != ev->call ? 486 : 0;
	tick_t now = io_loop_now(m->loop);
	char text[1024];
	struct sdp offer;
	struct str theirs;

	if (!refuse &&
	    (!sip_msg_description(ev->msg, &theirs) || sdp_parse(&offer, theirs, NULL) < 0 ||
	     sdp_answer(&caps, &offer, &m->media, NULL) < 0 ||
	     sdp_print_answer(&caps, &offer, &m->media, text, sizeof(text), &answer.octets) < 0))
		refuse = 488;
	if (refuse) {
		sip_call_reject(m->sip, now, ev->call, refuse, NULL);
		return;
	}
	if (m->call != ev->call)
		io_timer_arm(m->loop, &m->packet, m->packet_at = now);
	m->call = ev->call;
	sip_call_answer(m->sip, now, ev->call, &answer);
}

static void drain(struct machine *m)
{
	struct sip_out out;

	while (sip_stack_next_out(m->sip, &out)) {
		const struct sip_event *ev = &out.event;
		if (out.type == SIP_OUT_SEND)
			io_udp_send(m->sip_udp, &out.send.to, out.send.octets);
		else if (ev->type == SIP_EV_INVITE || ev->type == SIP_EV_REINVITE)
			on_invite(m, ev);
		else if (ev->type == SIP_EV_ENDED && ev->call == m->call) {
			io_timer_cancel(m->loop, &m->packet);
			m->call = 0;
		}
	}
}

static void on_sip(void *self, const struct addr *from, struct str octets)
{
	struct machine *m = self;

	sip_stack_rx(m->sip, io_loop_now(m->loop), PATH, from, octets);
	drain(m);
}

static void on_rtp(void *self, const struct addr *from, struct str octets)
{
	(void)self, (void)from, (void)octets; /* whatever the caller says */
}

static tick_t on_turn(void *self, tick_t now)
{
	struct machine *m = self;

	sip_stack_tick(m->sip, now);
	drain(m);
	return sip_stack_deadline(m->sip);
}

/* RFC 3550 5.1: version 2, payload type, number, time stamp, source; then the digital milliwatt of
 * G.711 tables 5 and 6, whose eight octets are a period of 1 kHz. */
static void on_packet(void *self)
{
	static const char milliwatt[2][9] = { "\x34\x21\x21\x34\xb4\xa1\xa1\xb4",
					      "\x1e\x0b\x0b\x1e\x9e\x8b\x8b\x9e" };
	struct machine *m = self;
	const char *period = milliwatt[m->media.codec == SDP_PCMU];
	uint32_t word[3] = { 2u << 30 | (uint32_t)m->media.pt_tx << 16 | (m->packets & 0xffff),
			     m->packets * SAMPLES, m->ssrc };
	char rtp[12 + SAMPLES];

	for (int i = 0; i < 12; i++)
		rtp[i] = (char)(word[i / 4] >> (24 - i % 4 * 8));
	for (int i = 0; i < SAMPLES; i++)
		rtp[12 + i] = period[i % 8];
	m->packets++;
	if (m->media.remote.port && (m->media.dir == SDP_SENDRECV || m->media.dir == SDP_SENDONLY))
		io_udp_send(m->rtp_udp, &m->media.remote, str_n(rtp, sizeof(rtp)));
	m->packet_at = tick_add_ms(m->packet_at, PACKET_MS);
	io_timer_arm(m->loop, &m->packet, m->packet_at);
}

int main(int argc, char **argv)
{
	struct machine m = { .packet = { .fire = on_packet, .self = &m } };
	struct sip_cfg cfg = { .rng = io_random(), .max_calls = 4 };
	struct io_udp_user sip = { .rx = on_sip, .self = &m }, rtp = { .rx = on_rtp };
	struct mem *mem = mem_root("answering-machine");
	struct tg_diag diag = TG_DIAG_NONE;
	struct addr at, rtp_at;
	char text[ADDR_TEXT_MAX];

	if (argc != 2 || !mem || addr_parse(&at, str_of(argv[1]), 5060) < 0)
		return fprintf(stderr, "usage: %s ADDRESS[:PORT]\n", argv[0]), 2;
	rtp_at = at, rtp_at.port = 0;
	if (!(m.loop = io_loop_new(mem, &diag)) ||
	    !(m.sip_udp = io_udp_open(mem, m.loop, &at, &sip, &diag)) ||
	    !(m.rtp_udp = io_udp_open(mem, m.loop, &rtp_at, &rtp, &diag)) ||
	    !(m.sip = sip_stack_new(mem, &cfg)) ||
	    sip_stack_path_add(m.sip, PATH, io_udp_local(m.sip_udp)) < 0)
		return fprintf(stderr, "cannot start: %s\n", diag.text), 1;
	m.ssrc = rng_u32(&cfg.rng);
	io_loop_on_turn(m.loop, on_turn, &m);
	printf("ready %s\n", addr_print(io_udp_local(m.sip_udp), text));
	fflush(stdout);
	return io_loop_run(m.loop);
}
