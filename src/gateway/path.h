/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * gateway/path: the speech path of a call: which two ends it joins, what is through, and what the
 * media side has been told of it. Whoever changes it calls gw_path_changed; the command that
 * brings the media side up to date is made when the outputs are drained.
 *
 *	path->end[0] = offer.end; gw_path_changed(call);
 *	if (gw_path_next(call, &rec)) ... an output
 */
#ifndef TRUNKGATE_GATEWAY_PATH_H
#define TRUNKGATE_GATEWAY_PATH_H

#include "gateway/inside.h"
#include "gateway/leg.h"

enum gw_path_state { GW_PATH_CLOSED, GW_PATH_OPEN, GW_PATH_CLOSING };

/* An RTP end at the media side. */
struct gw_stream {
	enum gw_path_state state;
	struct med_open open; /* as the media side knows it */
	bool query;	      /* counters are asked for */
	/* What open.objects was made for; keys: by SDP, or what a handshake gave. */
	enum sdp_codec_id coded;
	struct sdp_opus opus;
	struct gw_keys keys;
	/* DTLS: with whom the handshake is, or was, "": with nobody; and what it gave. */
	struct gw_keys handshake;
	char fingerprint[GW_FINGERPRINT_MAX];
	enum sdp_setup setup;
	struct addr dtls_remote;
	bool dtls_due, dtls_open; /* it is to be begun anew; there is one */
};

struct gw_path {
	struct gw_end end[2]; /* of who called, of who is called */
	enum gw_through through;
	enum dsp_ringback_kind ring; /* who called is to hear it */
	struct med_ring rung;	     /* as the media side knows it */
	bool released;		     /* the call is over: close it */
	bool joined;		     /* two timeslots are joined, as the media side knows it */
	struct med_timeslot join;
	struct gw_pair pair;	    /* both ends are RTP: their timeslots */
	struct gw_stream stream[2]; /* of the ends that are, or were, RTP */
};

/* Can these two be joined? */
bool gw_path_joinable(enum gw_end_kind a, enum gw_end_kind b);
void gw_path_changed(struct gw_call *call);
/* The next command for the media side, if there is one. */
bool gw_path_next(struct gw_call *call, struct ring_rec *rec);
/* The handshake of DTLS to begin or to end, if there is one. */
bool gw_path_next_dtls(struct gw_call *call, struct gw_dtls *out);
/* Its outcome for a leg of the media side; keys NULL: it failed. */
void gw_path_dtls_done(struct gw_call *call, uint32_t leg, const struct gw_keys *keys,
		       const char *why);
/* The stream that the media side knows by this leg; NULL: none. */
struct gw_stream *gw_path_stream(struct gw_call *call, uint32_t leg);
void gw_path_query(struct gw_call *call);
/* The call is over: keys are wiped, its pair of timeslots is free. */
void gw_path_fini(struct gw_call *call);
/* Nothing of it is left at the media side. */
bool gw_path_is_closed(const struct gw_path *p);
/* A report for this call's channel. */
void gw_path_report(struct gw_call *call, enum med_report_kind kind, const struct med_counters *c);

#endif
