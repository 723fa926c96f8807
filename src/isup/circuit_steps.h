/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * isup/circuit_steps: the steps and guards of a circuit's machine, for the files that hold its rows
 * (circuit.c), its steps (circuit_steps.c) and those about the continuity check (circuit_cont.c) and
 * about overlap and segments (circuit_overlap.c). A step gets the circuit, and with an event that
 * brings something a struct isup_input.
 *
 *	{ ISUP_IDLE, ISUP_RX_REL, NULL, FSM_SAME, { { isup_do_send, ISUP_RLC } } },
 */
#ifndef TRUNKGATE_ISUP_CIRCUIT_STEPS_H
#define TRUNKGATE_ISUP_CIRCUIT_STEPS_H

#include "isup/supervision.h"

#define ISUP_CAUSE_NO_ANSWER	 19
#define ISUP_CAUSE_INCOMPLETE	 28
#define ISUP_CAUSE_NORMAL	 31
#define ISUP_CAUSE_TEMPORARY	 41
#define ISUP_CAUSE_CONGESTION	 42
#define ISUP_CAUSE_NOT_AVAILABLE 44
#define ISUP_CAUSE_NOT_IN_STATE	 101
#define ISUP_CAUSE_TIMER	 102
#define ISUP_CAUSE_PROTOCOL	 111

/* isup_do_bar: the peer has forgotten all of its blocking; bars the circuit; seizes it itself. */
enum { ISUP_FORGET, ISUP_BAR, ISUP_TAKEN };

/* circuit_steps.c */
bool isup_timer_is_slow(int which);
void isup_forget_rel(struct isup_circuit *c);
void isup_do_send(void *self, int type, const void *ev);
void isup_do_forward(void *self, int arg, const void *ev); /* the user's message goes out */
void isup_do_present(void *self, int arg, const void *ev); /* the peer's message goes up */
void isup_do_tell(void *self, int cause, const void *ev);  /* a REL that nobody sent goes up */
void isup_do_release(void *self, int cause, const void *ev);
void isup_do_keep(void *self, int arg, const void *ev); /* the user's REL, for repetition */
void isup_do_repeat(void *self, int arg, const void *ev);
void isup_do_start(void *self, int which, const void *ev);
void isup_do_stop(void *self, int which, const void *ev);
void isup_do_stop_all(void *self, int arg, const void *ev);
void isup_do_suspend(void *self, int sent, const void *ev);
void isup_do_bar(void *self, int arg, const void *ev);
void isup_do_rest(void *self, int arg, const void *ev);
void isup_do_unequip(void *self, int arg, const void *ev);
void isup_do_block(void *self, int event, const void *ev);
void isup_do_out(void *self, int type, const void *ev);
void isup_do_refuse(void *self, int arg, const void *ev);
bool isup_is_test_call(const void *self, const void *ev);
bool isup_may_seize(const void *self, const void *ev);
bool isup_is_iam_away(const void *self, const void *ev); /* ours may still be under way */
bool isup_is_rel_away(const void *self, const void *ev); /* or its RLC */
bool isup_is_in_group(const void *self, const void *ev);
bool isup_is_blocked_here(const void *self, const void *ev);
bool isup_is_unusable(const void *self, const void *ev);
bool isup_we_control(const void *self, const void *ev);

/* circuit_cont.c */
void isup_do_announce(void *self, int arg, const void *ev);  /* our IAM: what it announces */
void isup_do_await_cot(void *self, int arg, const void *ev); /* the peer's: the same */
void isup_do_tone(void *self, int arg, const void *ev);
void isup_do_loop(void *self, int arg, const void *ev);
void isup_do_cot(void *self, int good, const void *ev);
void isup_do_passed(void *self, int arg, const void *ev);   /* our check: COT, or it waits */
void isup_do_previous(void *self, int arg, const void *ev); /* the user's COT: the same */
void isup_do_cot_came(void *self, int arg, const void *ev);
bool isup_awaits_any(const void *self, const void *ev);
bool isup_awaits_check(const void *self, const void *ev);
bool isup_awaits_previous(const void *self, const void *ev); /* and it is good */
bool isup_awaits_cot(const void *self, const void *ev);
bool isup_is_cot_good(const void *self, const void *ev); /* awaited, and good */
bool isup_is_loop_bad(const void *self, const void *ev); /* awaited for our loop, and failed */
/* What was done for a check is over, in whatever way. */
void isup_check_over(struct isup_circuit *c);

/* ansi.c */
void isup_do_reserve(void *self, int arg, const void *ev);	    /* CRM; the IAM is kept */
void isup_do_forward_reserved(void *self, int arg, const void *ev); /* the IAM follows */
void isup_do_drop_reserved(void *self, int arg, const void *ev);
bool isup_may_reserve(const void *self, const void *ev);
bool isup_has_lpa(const void *self, const void *ev);
bool isup_awaits_lpa(const void *self, const void *ev);

/* circuit_overlap.c */
bool isup_is_incomplete(const void *self, const void *ev);
bool isup_is_complete_now(const void *self, const void *ev);
void isup_do_collect(void *self, int arg, const void *ev);
void isup_do_collect_more(void *self, int arg, const void *ev);
void isup_do_present_collected(void *self, int arg, const void *ev);

#endif
