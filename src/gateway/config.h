/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * gateway/config: the whole configuration as one immutable value. The VTY (or a test) fills one,
 * gw_config_check looks at it whole, the gateway takes it. Running calls keep what they began with.
 *
 *	struct gw_config *c = gw_config_new(mem);	(all defaults)
 *	struct gw_trunk_cfg *t = gw_config_trunk_add(c, "east");
 *	...
 *	if (gw_config_check(c, &diag) < 0) ... diag.text says what is wrong
 */
#ifndef TRUNKGATE_GATEWAY_CONFIG_H
#define TRUNKGATE_GATEWAY_CONFIG_H

#include <stdbool.h>
#include <stdint.h>

#include <trunkgate/base/addr.h>
#include <trunkgate/base/err.h>
#include <trunkgate/base/mem.h>
#include <trunkgate/sdp/sdp.h>
#include <trunkgate/sip/digest.h>
#include <trunkgate/sip/stack.h>
#include "interwork/dialect.h"
#include "interwork/profile.h"
#include "interwork/release.h"
#include "gateway/config_cs7.h"
#include "isup/stack.h"
#include "isup/transit.h"
#include "isup/variant_file.h"
#include "dsp/ringback.h"
#include "media/engine.h"
#include "tdm/mac.h"
#include "tdm/span.h"

#define GW_FILE_MAX	  200
#define GW_PATH_MAX	  104 /* of a socket (sun_path) */
#define GW_DOMAIN_MAX	  64
#define GW_NAME_MAX	  32
#define GW_DIGITS_MAX	  32
#define GW_MAX_SPANS	  16
#define GW_MAX_TRUNKS	  64
#define GW_MAX_PEERS	  64
#define GW_MAX_ROUTES	  512
#define GW_MAX_USERS	  256
#define GW_HA1_MAX	  65
#define GW_MAX_RANGES	  16 /* circuit ranges of a trunk */
#define GW_MAX_TEST_LINES 16
#define GW_GAIN_MIN	  (-12) /* dB */
#define GW_GAIN_MAX	  6
#define GW_MAX_VARIANTS	  16 /* files of national variants */

#define GW_MAX_WORKERS	8 /* media threads */
#define GW_MAX_CHOICES	8 /* routes for the same numbers */
#define GW_MAX_PROFILES 32

enum gw_span_driver {
	GW_SPAN_VIRTUAL, /* memory */
	GW_SPAN_UNIX,	 /* another process on this host */
	GW_SPAN_CESOPSN, /* UDP, RFC 5086 */
	GW_SPAN_DAHDI,	 /* a card */
	GW_SPAN_SATOP,	 /* UDP, RFC 4553 */
	GW_SPAN_TDMOE,	 /* Ethernet, as DAHDI */
};

#define GW_INTERFACE_MAX 16

struct gw_span_cfg {
	unsigned number; /* 0 .. GW_MAX_SPANS - 1 */
#define GW_MAX_PROFILES 32

	enum gw_span_driver driver;
	enum tdm_kind kind;
	enum tdm_law law;
	bool clock_slave;	   /* our clock follows this span */
	uint32_t buffer_ms;	   /* what comes in waits so long; default GW_SPAN_BUFFER_MS */
	uint32_t los_ms;	   /* nothing came for so long: LOS; default GW_SPAN_LOS_MS */
	char path[GW_PATH_MAX];	   /* unix: of the socket */
	bool listen;		   /* unix: the other end connects to us */
	struct addr local, remote; /* cesopsn */
	uint8_t frames;		   /* cesopsn: a packet, 1 to 8; default 8 */
	char interface[GW_INTERFACE_MAX]; /* tdmoe: ours */
	uint8_t mac[TDM_MAC_LEN];	  /* tdmoe: the far end's */
	uint16_t subaddr;		  /* tdmoe: which of its spans; the same at both ends */
	uint16_t channel;		  /* dahdi: of timeslot 1; the others follow */
	bool crc4;			  /* satop, an E1: with the CRC-4 multiframe */
	bool octet_aligned;		  /* satop, a T1: RFC 4553 5.2 */
	uint8_t rtp_pt; /* cesopsn: payload type of its RTP header; 0: there is none */
};
#define GW_SPAN_BUFFER_MS  20
#define GW_SPAN_BUFFER_MAX 240
#define GW_SPAN_LOS_MS	   250
#define GW_SPAN_LOS_MIN	   20
#define GW_SPAN_LOS_MAX	   10000

static inline bool gw_span_is_udp(const struct gw_span_cfg *s)
{
	return s->driver == GW_SPAN_CESOPSN || s->driver == GW_SPAN_SATOP;
}

/* Timeslots first..last of a span carry CICs from first_cic on. */
struct gw_range_cfg {
	unsigned span;
	uint8_t first_ts, last_ts;
	uint16_t first_cic;
	enum isup_direction direction; /* who may seize them */
};

/* How a free circuit is chosen. */
enum gw_hunt {
	GW_HUNT_LONGEST_IDLE, /* of those we control first, the one idle for longest (Q.764 2.9.1) */
	GW_HUNT_ASCENDING,
	GW_HUNT_DESCENDING,
	GW_HUNT_ROUND_ROBIN,
	GW_HUNT_METHOD_1, /* Q.764 2.9.1.3: up with the higher point code, else down */
};

/* A national variant from a file. What the file said is kept: a copy needs no file. */
struct gw_variant_cfg {
	char path[GW_FILE_MAX];
	struct str text;
	const struct isup_variant *v; /* of the text; as the configuration, it lives */
};

#define GW_VARIANT_DEFAULT "itu2000"
#define GW_GROUP_MAX	   32
#define GW_REPEATS_DEFAULT 3
#define GW_REPEATS_MAX	   30
#define GW_RINGBACK_TRUNK  DSP_RINGBACK_ETSI /* its default; a peer has none */

struct gw_trunk_cfg {
	char name[GW_NAME_MAX];
	char variant[GW_FILE_MAX]; /* a built-in one, or a path; "": GW_VARIANT_DEFAULT */
	bool variant_is_file;
	uint32_t opc, dpc; /* ours and theirs */
	uint8_t ni;	   /* network indicator, 0-3 */
	enum gw_hunt hunt;
	unsigned nr_ranges;
	struct gw_range_cfg range[GW_MAX_RANGES];
	uint32_t timer_ms[ISUP_NR_TIMERS]; /* 0: default */
	uint8_t check_percent;		   /* of the calls out, whose circuit is checked first */
	bool two_wire;	    /* its circuits are somewhere: checks with two tones (Q.724 7) */
	uint8_t overlap_s;  /* T10: to SIP a number without ST waits so long for more; 0: not */
	uint8_t min_digits; /* of a called number from there; 0: any */
	uint8_t sls_bits;   /* 4, 5, 8; 0: as the variant has it */
	uint8_t repeats;    /* other circuits that a call may try */
	/* What its callers hear while a SIP user rings, until there is something real (RFC 3398 8.2.3). */
	enum dsp_ringback_kind ringback;
	bool reserve;		     /* ANSI: CRM before an IAM */
	bool incoming_international; /* calls from there enter the country here: T38 */
	struct isup_transit transit; /* what its circuits add to a call between trunks */
	/* RFC 4904: its name in URIs and where that is known; "": it has none. */
	char group[GW_GROUP_MAX], group_context[IW_CONTEXT_MAX];
	/* Of speech, never of data; may change while there are calls, and is for those from then on. */
	int8_t gain_receive_db, gain_transmit_db;
	struct iw_numbering numbering; /* of its numbers; it may change while there are calls */
	struct iw_dialect dialect;     /* the same of other parameters */
};

/* Where SIP over TLS is received; bind.family ADDR_NONE: nowhere. File names. */
struct gw_tls_cfg {
	struct addr bind;
	char certificate[GW_FILE_MAX], key[GW_FILE_MAX], ca[GW_FILE_MAX];
	bool verify_client;
};

/* Who we are at a peer that asks for a password. */
struct gw_login_cfg {
	char user[GW_NAME_MAX]; /* "": nobody */
	char realm[GW_DOMAIN_MAX];
	struct sip_digest_ha1 ha1;
};

/* SRTP with a peer: what our offers have, and which of its offers we take. */
enum gw_srtp {
	GW_SRTP_REFUSE,	     /* plain RTP only */
	GW_SRTP_ACCEPT,	     /* ours are plain; its offers as they come */
	GW_SRTP_BEST_EFFORT, /* ours are RTP/AVP with a=crypto; its offers as they come */
	GW_SRTP_SDES,	     /* nothing without a=crypto (RFC 4568) */
	GW_SRTP_DTLS,	     /* nothing without DTLS-SRTP (RFC 5763) */
	GW_NR_SRTP
};

/* How speech goes to and from a peer, beside its codecs. */
struct gw_media_cfg {
	enum gw_srtp srtp;
	bool learn;	      /* send to where packets come from, if it is the host of SDP */
	bool no_rtcp;	      /* no reports */
	bool metrics;	      /* reports have VoIP metrics (RFC 3611) */
	bool rtcp_mux;	      /* on the port of RTP, when the peer can (RFC 5761) */
	bool comfort_noise;   /* RFC 3389: silence is not sent as speech */
	bool no_modem_detect; /* an answering tone does not make it a call of data */
	bool fixed_buffer; /* buffer_ms stays; else the receive buffer follows the stream, for speech */
};

/* A number in pieces (RFC 3578), and each piece an INVITE with all of them, or an INFO. */
enum gw_overlap { GW_OVERLAP_NONE, GW_OVERLAP_INVITES, GW_OVERLAP_INFO, GW_NR_OVERLAP };

/* What a 3xx of the peer does (RFC 3398 8.2.5). */
enum gw_redirect {
	GW_REDIRECT_RELEASE, /* REL with the cause of the profile, and the new number */
	GW_REDIRECT_ROUTE,   /* its numbers go as the routes say */
	GW_REDIRECT_FOLLOW,  /* the same for ours and for tel; others go where they point */
	GW_NR_REDIRECT
};

/* Where a call may be signalled in more than one way. */
struct gw_flow_cfg {
	enum sip_rel100 rel100; /* RFC 3262; default GW_REL100_DEFAULT */
	bool bare_progress;	/* 18x have SDP only when there is something to be heard */
	bool asks_early_media;	/* RFC 5009: our INVITEs say that we know P-Early-Media */
	bool quiet_hold;	/* RFC 3398 9.2: a hold is not told to the trunk */
	/* To it, from a trunk with T10; NONE: they are collected, and one INVITE has them all. */
	enum gw_overlap overlap_out;
	enum gw_overlap overlap; /* from it */
	enum gw_redirect redirects;
	bool preconditions; /* RFC 3312: as the continuity check of a trunk */
	bool no_transfers;  /* RFC 3515, RFC 3891: REFER and Replaces are refused */
	bool quiet_suspend; /* RFC 3398 9.1: SUS and hold from the trunk are not told to SIP */
	/* What its callers hear while a trunk's user rings and the trunk has announced no sound. */
	enum dsp_ringback_kind ringback;
};
#define GW_REL100_DEFAULT SIP_REL100_SUPPORTED

struct gw_peer_cfg {
	char name[GW_NAME_MAX];
	struct gw_media_cfg media;
	struct addr addr;	  /* with a host name: family ADDR_NONE, and a port or 0 */
	char host[GW_DOMAIN_MAX]; /* found by RFC 3263; "": it has an address */
	enum sip_transport transport;
	bool any_transport; /* with a host name: the one that the DNS prefers */
	bool large_by_udp;  /* requests over 1300 octets too (RFC 3261 18.1.1 asks for TCP) */
	char domain
		[GW_DOMAIN_MAX]; /* in its URIs, and what its certificate must say; "": host, addr */
	unsigned nr_codecs;
	enum sdp_codec_id codec[SDP_NR_CODECS]; /* order of preference */
	uint32_t ptime_ms;
	uint32_t
		keep_alive_s; /* OPTIONS that often, and no calls while there is no answer; 0: none */
	struct gw_login_cfg login;
	char register_as[GW_NAME_MAX]; /* our name at its registrar; "": we do not register */
	uint32_t register_expires_s;   /* what we ask for, default 3600 */
	/* A built-in profile, or one of ours; "": rfc3398. */
	char interworking[IW_PROFILE_NAME_MAX];
	struct gw_flow_cfg flow;
};

/* Who may register here: its name is a number that trunks can call. */
struct gw_user_cfg {
	char name[GW_NAME_MAX];
	/* Of name:trunkgate:password in hexadecimal, 32 digits for MD5 or 64 for SHA-256; "": anybody
	 * may be him. */
	char ha1[GW_HA1_MAX];
};

enum gw_side { GW_SIDE_NONE, GW_SIDE_SIP, GW_SIDE_TRUNK };

/* The longest prefix wins; of equal ones the first that matches `from`. A '+' belongs to the number:
 * a prefix with it matches international numbers only, one without it the others;  matches all. */
struct gw_route_cfg {
	char prefix[GW_DIGITS_MAX + 2]; /* digits, a leading + allowed; "" matches all */
	enum gw_side from;		/* NONE: from either side */
	char from_name[GW_NAME_MAX];	/* the one trunk that it is for; "": any */
	enum gw_side to;		/* TRUNK: a trunk's name; SIP: a peer's name */
	char to_name[GW_NAME_MAX];
	uint8_t choice; /* 0: the first; 1 to GW_MAX_CHOICES - 1: tried when those before it fail */
	uint8_t strip;	/* digits taken off the front */
	char prepend[GW_DIGITS_MAX + 1];
};

/* A number that answers calls from trunks by itself. */
struct gw_test_line_cfg {
	char number[GW_DIGITS_MAX + 2]; /* a leading + allowed */
	enum med_timeslot_use use;	/* MILLIWATT, LOOP, SILENCE */
};

/* Media threads: spans, and the calls on them, are dealt out to them in turn. */
struct gw_workers_cfg {
	uint32_t nr;		       /* 1 to GW_MAX_WORKERS, default 1 */
	unsigned nr_cores;	       /* 0: they run where the system puts them; else nr */
	uint16_t core[GW_MAX_WORKERS]; /* of each; the first core of the machine is 0 */
	uint32_t priority;	       /* of SCHED_FIFO, 1-99; 0: they have none, default */
	bool send_link;		       /* RTP goes straight to the network interface; default not */
};
#define GW_CORE_MAX 1023

#define GW_JOINS_MAX	 240
#define GW_JOINS_DEFAULT 30 /* where a route leads from SIP to a peer, else none */
#define GW_JOINS_AUTO	 UINT32_MAX

struct gw_config {
	struct mem *mem;
	struct addr sip_bind;	   /* default 0.0.0.0:5060 */
	struct addr sip_tcp_bind;  /* family ADDR_NONE: no TCP */
	struct addr sip_sctp_bind; /* the same */
	struct gw_tls_cfg sip_tls;
	bool sip_accept_any;	   /* INVITEs from addresses that are no peer; they get defaults */
	struct addr dns_server;	   /* family ADDR_NONE: those of /etc/resolv.conf */
	uint32_t sip_source_limit; /* new requests per second from one address; 0: no limit */
	bool registrar;		   /* phones may register: `user` says which */
	struct addr rtp_bind;	   /* port unused */
	uint16_t rtp_port_first, rtp_port_last; /* even ports in it, default 10000-19999 */
	uint32_t rtp_buffer_ms;			/* receive buffer, default 40 */
	struct gw_workers_cfg workers;
	uint32_t rtp_joins; /* calls between SIP peers at once; GW_JOINS_AUTO: as routes need it */
	struct addr vty_bind;		/* default 127.0.0.1:4290 */
	uint32_t max_calls;		/* default 1000 */
	uint32_t call_history;		/* ended calls that `show call` still knows, default 200 */
	uint32_t sip_t1_ms;		/* default 500 */
	uint32_t sip_session_expires_s; /* RFC 4028, default 1800; 0: we do not ask for it */
	uint32_t sip_min_se_s;		/* shorter ones are refused (422), default 90 */
	struct iw_cause_set advance;	/* causes after which the next choice of a route is tried */
	bool sip_messages;		/* MESSAGE goes to the log, default; else 405 */
	enum sip_sips sip_sips;		/* RFC 5630 5.1.2, default SIP_SIPS_BEST_EFFORT */
	bool sip_presence;		/* SUBSCRIBE to a trunk's state, default; else 405 */
	struct gw_peer_cfg peer_default; /* codecs and ptime for those that are no peer */
	unsigned nr_spans, nr_trunks, nr_peers, nr_routes, nr_users, nr_variants, nr_profiles;
	struct gw_variant_cfg variant[GW_MAX_VARIANTS];
	struct gw_cs7_cfg cs7;
	struct gw_span_cfg span[GW_MAX_SPANS];
	struct gw_trunk_cfg trunk[GW_MAX_TRUNKS];
	struct gw_peer_cfg peer[GW_MAX_PEERS];
	struct gw_route_cfg route[GW_MAX_ROUTES];
	unsigned nr_test_lines;
	struct gw_test_line_cfg test_line[GW_MAX_TEST_LINES];
	struct gw_user_cfg user[GW_MAX_USERS];
	struct iw_profile profile[GW_MAX_PROFILES]; /* of the operator */
};

/* The trunk with these (any case); NULL: none. *ours: some trunk has this context. */
const struct gw_trunk_cfg *gw_config_group_find(const struct gw_config *c, struct str group,
						struct str context, bool *ours);
/* The ringing tone of a trunk's callers. */
enum dsp_ringback_kind gw_config_ringback(const struct gw_config *c, const char *trunk);
/* Calls between SIP peers that there is room for; spans inside the media side for them, A-law and
 * mu-law in turn. */
unsigned gw_config_joins(const struct gw_config *c);
unsigned gw_config_nr_inside(const struct gw_config *c);
/* By called number; NULL: it is none. */
const struct gw_test_line_cfg *gw_config_test_line(const struct gw_config *c, const char *number);
struct gw_test_line_cfg *gw_config_test_line_add(struct gw_config *c, const char *number);
/* The trunk of this name; NULL: there is none. */
const struct gw_trunk_cfg *gw_config_trunk_find(const struct gw_config *c, const char *name);
/* What a trunk has in other parameters. */
struct iw_dialect gw_config_dialect(const struct gw_config *c, const char *trunk);
/* The numbering plan of a trunk. */
struct iw_numbering gw_config_numbering(const struct gw_config *c, const char *trunk);

/* With all defaults; NULL when out of memory. Freed by mem_free(c->mem). */
struct gw_config *gw_config_new(struct mem *parent);
struct gw_config *gw_config_copy(struct mem *parent, const struct gw_config *c);
/* Finds or adds by name; NULL when there is no room or the name is bad. */
struct gw_trunk_cfg *gw_config_trunk_add(struct gw_config *c, const char *name);
/* What a variant file says, in place of what it said before; the text is copied. TG_EINVAL with
 * "path:line: why" in diag. Those that no trunk names are forgotten first. */
int gw_config_variant_set(struct gw_config *c, const char *path, struct str text,
			  struct tg_diag *diag);
/* A trunk's ISUP; NULL: there is none of that name, or its file was not read. */
const struct isup_variant *gw_config_variant(const struct gw_config *c,
					     const struct gw_trunk_cfg *t);
/* By name, and for a file by what it said. */
bool gw_config_variant_same(const struct gw_config *a, const struct gw_trunk_cfg *ta,
			    const struct gw_config *b, const struct gw_trunk_cfg *tb);
/* As gw_config_variant, for as long as `m` lives; NULL when out of memory. */
const struct isup_variant *gw_config_variant_keep(struct mem *m, const struct gw_config *c,
						  const struct gw_trunk_cfg *t);
struct gw_peer_cfg *gw_config_peer_add(struct gw_config *c, const char *name);
struct gw_user_cfg *gw_config_user_add(struct gw_config *c, const char *name);
/* NULL also for the name of a built-in one. */
struct iw_profile *gw_config_profile_add(struct gw_config *c, const char *name);
/* Built in or the operator's; "" is rfc3398. False: there is none. */
bool gw_config_profile_find(const struct gw_config *c, const char *name, struct iw_profile *out);
/* The same; rfc3398 when there is none. */
struct iw_profile gw_config_profile(const struct gw_config *c, const char *name);
struct gw_span_cfg *gw_config_span_add(struct gw_config *c, unsigned number);
struct gw_route_cfg *gw_config_route_add(struct gw_config *c);
/* Everything that one line alone cannot show: ranges that overlap or leave the span, two trunks
 * with one CIC, routes to nowhere, bounds. The text names the thing that is wrong. */
int gw_config_check(const struct gw_config *c, struct tg_diag *diag);
/* Between the same two points of one network: they have one ISUP. */
bool gw_config_same_points(const struct gw_trunk_cfg *a, const struct gw_trunk_cfg *b);
unsigned gw_config_trunk_circuits(const struct gw_trunk_cfg *t);
/* Circuits of all trunks. */
unsigned gw_config_nr_circuits(const struct gw_config *c);

#endif
