/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * lab/phone: a telephone without sound card or keys: one call at a time, placed or answered, on the
 * public SIP stack. No I/O: it is told datagrams and time, and asked what to send and when to wake;
 * phone_main joins it to sockets, tests join two of them in virtual time.
 *
 *	struct phone *p = phone_new(mem, &env);
 *	phone_start(p, now);
 *	phone_sip_rx(p, now, &from, octets);		(or phone_rtp_rx, phone_tick ...)
 *	while (phone_next_out(p, &out)) ...
 *	wake at phone_deadline(p);
 *
 * Packets of speech are sent at start + n times the packet time, however late the wake-ups are.
 */
#ifndef TRUNKGATE_LAB_PHONE_H
#define TRUNKGATE_LAB_PHONE_H

#include <trunkgate/base/mem.h>
#include <trunkgate/base/rng.h>
#include <trunkgate/base/tick.h>
#include "lab/phone_args.h"
#include "lab/phone_report.h"
#include "lab/phone_sound.h"

struct phone;

struct phone_env {
	const struct phone_cfg *cfg; /* must outlive the phone, and all that it points to */
	struct phone_sound *sound;   /* made by phone_sound_init */
	const struct dsp_law *law;
	struct addr sip_local, rtp_local; /* with their ports */
	struct rng rng;
};

struct phone *phone_new(struct mem *parent, const struct phone_env *env);
void phone_free(struct phone *p);

/* Inputs. */
void phone_start(struct phone *p, tick_t now); /* places the call, or begins to wait for one */
void phone_sip_rx(struct phone *p, tick_t now, const struct addr *from, struct str octets);
void phone_sip_failed(struct phone *p, tick_t now, const struct addr *to);
void phone_rtp_rx(struct phone *p, tick_t now, const struct addr *from, struct str octets);
void phone_tick(struct phone *p, tick_t now);
tick_t phone_deadline(const struct phone *p);
/* The user wants to go: hangs up and takes no more calls. */
void phone_stop(struct phone *p, tick_t now);

/* Outputs; views are valid until the next input. */
enum phone_out_type {
	PHONE_OUT_SIP,
	PHONE_OUT_RTP,
	PHONE_OUT_RESULT, /* a call is over */
	PHONE_OUT_DONE,	  /* the last one is over, or the wait for it */
};

struct phone_out {
	enum phone_out_type type;
	struct addr to;
	struct str octets;
	const struct phone_result *result;
	struct str recorded; /* RESULT: octets heard, from the first packet on */
	enum dsp_law_kind law;
	const char *why; /* DONE: why it ended without the calls asked for, or NULL */
};
bool phone_next_out(struct phone *p, struct phone_out *out);

#endif
