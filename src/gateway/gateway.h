/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * gateway: calls between SIP and trunks: a call is two legs and a join; every leg speaks the call
 * plane (ISUP messages as values) and the media plane (doc/architecture.md). No I/O: it is told
 * what came in and asked what goes out.
 *
 *	struct gw *g = gw_new(mem, cfg, &env);
 *	gw_sip_rx(g, now, path, &from, octets);		(or gw_mtp_rx, gw_media_rx, gw_tick ...)
 *	while (gw_next_out(g, &out))
 *		switch (out.type) ...
 *	wake at gw_deadline(g);
 *
 * After every input the caller drains gw_next_out to empty; the octets of an input stay in place
 * until then. Views in an output are valid until the next call of gw_next_out or the next input.
 * While draining no input may be given, and none is needed.
 */
#ifndef TRUNKGATE_GATEWAY_H
#define TRUNKGATE_GATEWAY_H

#include <stdbool.h>
#include <stdint.h>

#include <trunkgate/base/rng.h>
#include <trunkgate/sip/registrar.h>
#include <trunkgate/sip/stack.h>
#include "base/ring.h"
#include "gateway/config.h"
#include "interwork/diagnostic.h"
#include "interwork/explain.h"
#include "media/engine.h"
#include "rtp/srtp.h"
#include "sip/classify.h"
#include "ss7/mtp.h"

/* SRTP keys of an end, ours and theirs: master key and salt, in a row. */
struct gw_keys {
	enum rtp_srtp_suite suite;
	uint8_t len;	    /* 0: there are none */
	uint8_t rx_mki_len; /* of what is received: octets; 0: there is none */
	uint8_t tx[RTP_SRTP_KEY_MAX], rx[RTP_SRTP_KEY_MAX];
	uint64_t rx_mki;
};

struct gw;

#define GW_SIP_PATH	 1 /* the UDP socket at sip_bind */
#define GW_SIP_TCP_PATH	 2 /* at sip_tcp_bind, when there is one */
#define GW_SIP_TLS_PATH	 3 /* at sip_tls.bind */
#define GW_SIP_SCTP_PATH 4 /* at sip_sctp_bind */

/* What the outside has made ready: RTP sockets are bound before the first call, channel n is
 * rtp[n] (host: what SDP shows). */
struct gw_env {
	struct rng rng;
	const char *product;			/* "trunkgate/0.1.0" */
	struct addr sip_local;			/* what Via and Contact show */
	struct addr sip_tcp, sip_tls, sip_sctp; /* the same; family ADDR_NONE: there is none */
	const struct addr *rtp;
	unsigned nr_rtp;
	/* Spans inside the media side, for RTP to RTP, A-law and mu-law in turn; may be none. */
	unsigned first_inside, nr_inside;
	const char
		*fingerprint; /* SHA-256 of our certificate, for DTLS-SRTP; NULL: there is none */
	/* What comes by datagram waits there; what comes by streams is counted there. May be NULL. */
	struct sip_classify *inbox;
};

/* Slots that a gateway of so many channels names: med_cfg.nr_objects. */
unsigned gw_nr_objects(unsigned nr_channels);
struct gw *gw_new(struct mem *parent, const struct gw_config *cfg, const struct gw_env *env);
void gw_free(struct gw *g);
/* New peers, routes and call limits for calls from now on. Trunks, spans and sockets are as at the
 * start: a difference in them gives TG_ENOTSUP and changes nothing. */
int gw_config_swap(struct gw *g, const struct gw_config *cfg, struct tg_diag *diag);

/* Inputs. */
void gw_start(struct gw *g, tick_t now); /* resets all circuits (RSC), then calls may come */
int gw_sip_rx(struct gw *g, tick_t now, sip_path_id path, const struct addr *from,
	      struct str octets);
/* Connections, as in <trunkgate/sip/stack.h>. */
int gw_sip_accept(struct gw *g, tick_t now, sip_path_id path, const struct addr *from,
		  sip_path_id *conn);
void gw_sip_path(struct gw *g, tick_t now, sip_path_id conn, const struct sip_path_event *ev);
size_t gw_sip_room(const struct gw *g, sip_path_id conn);
void gw_sip_send_failed(struct gw *g, tick_t now, sip_path_id path, const struct addr *to);
void gw_sip_resolved(struct gw *g, tick_t now, uint32_t id, const struct sip_dns_answer *answer);
int gw_mtp_rx(struct gw *g, tick_t now, const struct mtp_prim *p);
void gw_media_rx(struct gw *g, tick_t now, const struct ring_rec *rec);
/* A handshake is done, or has failed (keys NULL). */
void gw_dtls_done(struct gw *g, tick_t now, uint32_t leg, const struct gw_keys *keys,
		  const char *why);
void gw_span_state(struct gw *g, tick_t now, unsigned span, bool up);
/* The media side has too much to do on a span, or no longer: no new calls on it meanwhile. */
void gw_media_overload(struct gw *g, tick_t now, unsigned span, bool overloaded);
void gw_tick(struct gw *g, tick_t now);
tick_t gw_deadline(const struct gw *g);
/* Refuses new calls from now on (503, REL 42) and, with `now_all`, ends those there are. */
void gw_shutdown(struct gw *g, tick_t now, bool now_all);

/* Outputs. */
enum gw_out_type {
	GW_OUT_SIP,
	GW_OUT_MTP,
	GW_OUT_MEDIA,
	GW_OUT_DTLS,
	GW_OUT_RESOLVE,
	GW_OUT_CALL_ENDED
};

/* A handshake on a channel's RTP socket: begin it, ending one that there is, or end it. */
struct gw_dtls {
	uint32_t leg;
	uint16_t channel;
	bool begin, active;
	struct addr remote;
	struct str hash, fingerprint;
};

struct gw_out {
	enum gw_out_type type;
	struct {
		enum sip_out_type what; /* SEND; on streams OPEN and CLOSE too */
		sip_path_id path;	/* or the connection */
		sip_path_id stream;	/* that it belongs to; 0: a datagram */
		struct addr to;
		struct str octets;
		struct str identity; /* OPEN */
	} sip;
	struct {
		uint32_t id;
		enum sip_dns_type type;
		struct str name;
	} resolve; /* a question for the DNS: gw_sip_resolved */
	struct mtp_prim mtp;
	struct ring_rec media;
	/* Before the record goes to the media side: med_engine_set_objects; slot 0: there are none. */
	uint16_t slot;
	struct med_objects objects;
	struct gw_dtls dtls;
	uint32_t call_nr; /* CALL_ENDED */
};

bool gw_next_out(struct gw *g, struct gw_out *out);

/* What the operator sees. ---------------------------------------------------------------------- */
enum gw_call_state {
	GW_CALL_SETUP,
	GW_CALL_ALERTING,
	GW_CALL_ANSWERED,
	GW_CALL_ENDING,
	GW_CALL_ENDED
};

struct gw_leg_info {
	enum gw_side side;
	char name[GW_NAME_MAX]; /* trunk or peer; an address when it is no peer */
	uint16_t cic;		/* trunk legs */
	unsigned span;
	uint8_t timeslot;
	char sip_call_id[128];
};

struct gw_call_info {
	uint32_t nr;
	enum gw_call_state state;
	char calling[GW_DIGITS_MAX + 2], called[GW_DIGITS_MAX + 2];
	struct gw_leg_info leg[2];	     /* who called, who is called */
	tick_t started, answered, ended;     /* TICK_NEVER: not yet */
	uint8_t cause;			     /* Q.850, 0: none yet */
	uint8_t location;		     /* of the cause */
	char diagnostics[IW_DIAGNOSTIC_MAX]; /* the same, in words; "": none */
	unsigned sip_status;		     /* the final one, 0: none */
	enum gw_side ended_by;		     /* NONE: here */
	char codec[16];
	struct med_counters media; /* as last reported */
	bool media_known;
	uint32_t rejected[MED_NR_REJECTS]; /* datagrams thrown away, by reason */
	char cipher[32]; /* of SRTP, or that it waits for keys; "": there is none */
};

/* Newest first when `pos` starts at 0; false at the end. Ended calls of the history come last. */
bool gw_call_walk(const struct gw *g, unsigned *pos, struct gw_call_info *info);
bool gw_call_find(const struct gw *g, uint32_t nr, struct gw_call_info *info);
/* Asks the media side for fresh counters of a call (they come by gw_media_rx). */
void gw_call_query(struct gw *g, uint32_t nr);
/* Ends a call from here (cause 31 both ways). */
int gw_call_clear(struct gw *g, tick_t now, uint32_t nr);

/* The call log: what happened to a call on both legs, on one time line. */
enum gw_log_kind { GW_LOG_SIP, GW_LOG_ISUP, GW_LOG_MEDIA, GW_LOG_NOTE };

struct gw_log_line {
	tick_t at;
	enum gw_log_kind kind;
	bool out;	/* sent by us */
	uint8_t leg;	/* 0: the calling one */
	char label[40]; /* "INVITE", "180 Ringing", "IAM", "REL 16" */
	char text[120]; /* what matters of it; may be empty */
};
bool gw_log_walk(const struct gw *g, uint32_t call_nr, unsigned *pos, struct gw_log_line *line);

/* Which row of which table decided what was mapped in a call, in order; `lost`: how many more there
 * were than are kept. */
bool gw_explain_walk(const struct gw *g, uint32_t call_nr, unsigned *pos, struct iw_explained *row,
		     unsigned *lost);

struct gw_circuit_info {
	char trunk[GW_NAME_MAX];
	uint16_t cic;
	unsigned span;
	uint8_t timeslot;
	enum isup_circuit_state state;
	bool usable, ours;
	bool ready; /* has been reset since our start, or a call came; before that no call goes out */
	bool continuity; /* a check has failed, and is repeated (Q.764 2.1.8) */
	enum isup_direction direction;
	enum isup_test test;
	struct isup_circuit_blocked blocked;
	uint32_t call_nr; /* 0: none */
};
bool gw_circuit_walk(const struct gw *g, unsigned *pos, struct gw_circuit_info *info);
int gw_circuit_reset(struct gw *g, tick_t now, const char *trunk, uint16_t cic);
/* For each circuit of the trunk from CIC `first` to `last`; what is asked for together is told to
 * the exchange together. How many there are, or TG_ENOENT. */
int gw_circuits_reset(struct gw *g, tick_t now, const char *trunk, uint16_t first, uint16_t last);
/* The peer is asked about each (CQM, ANSI CVT): gw_circuit_info.test. */
int gw_circuits_test(struct gw *g, tick_t now, const char *trunk, uint16_t first, uint16_t last);
int gw_circuits_block(struct gw *g, tick_t now, const char *trunk, uint16_t first, uint16_t last,
		      enum isup_blocking kind, bool block);

struct gw_trunk_info {
	char name[GW_NAME_MAX];
	uint32_t opc, dpc;
	bool available; /* MTP says the destination can be reached */
	unsigned circuits, idle, busy, other;
	uint64_t calls_in, calls_out, overflow;
};
bool gw_trunk_walk(const struct gw *g, unsigned *pos, struct gw_trunk_info *info);

struct gw_registration_info {
	char user[GW_NAME_MAX];
	char contact[SIP_REGISTRAR_URI_MAX + 1];
	struct addr source;
	uint32_t left_s;
};
bool gw_registration_walk(const struct gw *g, tick_t now, unsigned *pos,
			  struct gw_registration_info *info);

/* Where the gateway itself has registered. */
struct gw_upstream_info {
	char peer[GW_NAME_MAX], user[GW_NAME_MAX];
	bool up, leaving;
	unsigned status; /* of the last response, 0: none yet */
	tick_t expires;	 /* of the registration, when it is up */
};
bool gw_upstream_walk(const struct gw *g, tick_t now, unsigned *pos, struct gw_upstream_info *info);

/* Who is told whether a trunk is open (RFC 3856). */
struct gw_subscription_info {
	char trunk[GW_NAME_MAX];
	struct addr from;
	tick_t since;
	bool open; /* as it has been told last */
};
bool gw_subscription_walk(const struct gw *g, unsigned *pos, struct gw_subscription_info *info);

enum gw_peer_state { GW_PEER_UNWATCHED, GW_PEER_UNKNOWN, GW_PEER_UP, GW_PEER_DOWN };

struct gw_peer_info {
	char name[GW_NAME_MAX];
	struct addr addr;	      /* of one with a host name: where it was asked last */
	char host[GW_DOMAIN_MAX + 8]; /* "sip.example.net:5060"; "": none */
	uint32_t keep_alive_s;
	enum gw_peer_state state;
	tick_t since;	 /* UP, DOWN */
	unsigned status; /* of the last answer, 0: none yet */
};
bool gw_peer_walk(const struct gw *g, unsigned *pos, struct gw_peer_info *info);

/* For tests: what is alive. All 0 when nothing happens, but circuits. */
struct gw_stats {
	uint32_t calls, legs, channels_busy;
	uint64_t media_refused; /* calls, because the media side had too much to do */
	struct sip_stats sip;
	struct sip_classify_stats inbox;
	struct isup_stats isup;
};
void gw_stats(const struct gw *g, struct gw_stats *out);
/* The longest waits are measured anew. */
void gw_forget_ages(struct gw *g);

#endif
