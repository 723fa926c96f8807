/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * wire_internal: what wire.c (moving things) and setup.c (building things) share. Spans are dealt
 * out to the media workers in turn; the lab's end of its span is with the gateway's.
 *
 *	if (setup_sockets(w, diag) < 0) ...
 */
#ifndef TRUNKGATE_DAEMON_WIRE_INTERNAL_H
#define TRUNKGATE_DAEMON_WIRE_INTERNAL_H

#include "base/list.h"
#include "base/ring.h"
#include "daemon/lab.h"
#include "daemon/wire.h"
#include "gateway/gateway.h"
#include "sip/classify.h"
#include "io/loop.h"
#include "io/rtp_ports.h"
#include "io/signalling.h"
#include "io/span.h"
#include "io/dtls.h"
#include "io/udp.h"
#include "io/worker.h"
#include <trunkgate/sipio/dns.h>
#include <trunkgate/sipio/tcp.h>
#include <trunkgate/sipio/tls.h>
#include "media/between.h"
#include "media/engine.h"
#include "ss7/mtp.h"
#include "ops/vty.h"
#include "tdm/span.h"

#define WIRE_AGENTS	2
#define WIRE_LINE_AGENT 1 /* the lab's line; the engine is IO_WORKER_ENGINE */
#define WIRE_MAX_FAILED 32

/* A place where connections are accepted and opened from. */
struct wire_stream {
	struct wire *wire;
	sip_path_id path;
	struct io_tcp *tcp; /* NULL: it is not configured */
	struct io_tls *tls;
	struct addr shown;
};
#define WIRE_STREAMS 3 /* GW_SIP_TCP_PATH, GW_SIP_TLS_PATH, GW_SIP_SCTP_PATH */

/* A thread for speech with its engine: it serves some of the spans, and the calls on them. */
struct wire_worker {
	struct med_engine *engine;
	struct io_worker *io;
	struct ring *late[WIRE_AGENTS]; /* records for which its ring had no room */
	unsigned nr_spans;
	bool overloaded;
};

struct wire {
	struct mem *mem;
	struct wire_cfg cfg;
	struct gw_config *running; /* with the real ports where 0 was asked for */
	struct io_loop *loop;
	struct io_udp *sip;
	struct io_dns *dns;
	struct sip_classify *inbox; /* datagrams wait here, in the order in which they matter */
	struct addr sip_shown;	    /* what Via and Contact show */
	struct wire_stream stream[WIRE_STREAMS];
	struct io_rtp_ports rtp;
	struct addr *rtp_shown;
	struct tdm_virtual *cable[GW_MAX_SPANS]; /* of virtual spans; or */
	struct io_span *span[GW_MAX_SPANS];
	bool span_up[GW_MAX_SPANS];
	struct med_between *between; /* the workers' engines */
	unsigned nr_workers;
	struct wire_worker worker[GW_MAX_WORKERS];
	/* Of the configuration's n-th span: who serves it, as which of his lines. */
	uint8_t span_worker[GW_MAX_SPANS], span_line[GW_MAX_SPANS];
	unsigned first_inside; /* spans from this number on are inside the engines, in pairs */
	struct io_dtls *dtls;
	struct list handshakes;
	struct mtp_local *mtp;
	struct io_signalling *signalling; /* its associations as the ASPs of the configuration */
	uint32_t stranger[2];		  /* who last spoke to whom without a trunk: OPC, DPC */
	struct gw *gw;
	struct daemon_lab *lab;		     /* NULL: not in lab mode */
	struct addr failed[WIRE_MAX_FAILED]; /* where SIP could not be sent to at once */
	unsigned nr_failed;
	struct io_timer media_query;
	bool stopping;
	tick_t stop_by;
};

/* Each builds its part, or says why it cannot (TG_E* and *diag). In this order. */
int setup_loop(struct wire *w, struct tg_diag *diag);
int setup_sockets(struct wire *w, struct tg_diag *diag);
/* Asks others from now on; what was asked before counts as unanswered. Without any (w->dns NULL) nothing
 * is answered. */
void setup_dns(struct wire *w, const struct gw_config *c);
int setup_media(struct wire *w, struct tg_diag *diag);
int setup_gateway(struct wire *w, struct tg_diag *diag);

/* What setup gives to the objects: calls into wire.c. */
void wire_on_sip(void *self, const struct addr *from, struct str octets);
void wire_on_sip_failed(void *self, const struct addr *to, const char *why);
void wire_on_worker(void *self);
void wire_on_signal(void *self, int number);
tick_t wire_turn(void *self, tick_t now);
/* spans.c: opens all, or says why not; the gateway's end of the n-th; what became of them. */
int wire_spans_open(struct wire *w, struct tg_diag *diag);
void wire_spans_close(struct wire *w);
struct tdm_span wire_span_end(const struct wire *w, unsigned n);
void wire_spans_look(struct wire *w, tick_t now);
bool wire_span_info(void *self, unsigned n, struct ops_span_info *out);
/* After each input: what the cores have put out. */
void wire_drain(struct wire *w, tick_t now);

/* workers.c: to whom a record of the gateway's, or of the lab's, is for; what was late. */
void wire_to_engine(struct wire *w, const struct gw_out *out);
void wire_to_lab_line(struct wire *w, const struct ring_rec *rec);
bool wire_retry_late(struct wire *w); /* true: some are late still */
/* A record that a worker has for us; false: none. */
bool wire_from_engines(struct wire *w, struct ring_rec *rec);
bool wire_from_lab_line(struct wire *w, struct ring_rec *rec);
/* Who serves a span of this number; 0 when nobody does. */
unsigned wire_worker_of(const struct wire *w, unsigned number);
int wire_workers_start(struct wire *w, struct tg_diag *diag);
void wire_workers_look(struct wire *w, tick_t now); /* are they in time? */
bool wire_worker_info(void *self, unsigned n, struct ops_worker_info *out);

/* signalling.c */
int setup_signalling(struct wire *w, struct tg_diag *diag);

/* links.c: MTP3_MAX_LINKS at most; how many */
unsigned wire_links_fill(const struct gw_cs7_cfg *c, struct io_link_cfg *out);
/* Those on spans of this worker. */
void wire_links_timeslots(struct wire *w, unsigned worker, struct io_worker_cfg *k);

/* handshakes.c */
void wire_handshake_out(struct wire *w, const struct gw_dtls *d);
void wire_handshakes_rx(struct wire *w, tick_t now);
void wire_handshakes_close(struct wire *w);

/* streams.c */
int wire_streams_open(struct wire *w, struct tg_diag *diag);
void wire_streams_close(struct wire *w);
void wire_streams_out(struct wire *w, const struct gw_out *out);
/* Certificates are read again; a bad one is logged and the one in use stays. */
void wire_streams_reload(struct wire *w);

#endif
