/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "isup/variant.h"
#include "sim/world.h"

#define OPC 2 /* its own point code, and the gateway's */
#define DPC 1

struct sim_office *sim_office_new(struct world *w, unsigned nr_circuits)
{
	struct isup_cfg cfg = { .opc = OPC, .max_circuits = nr_circuits, .rng = w->rng };

	if (w->cfg.variant)
		cfg.variant = isup_variant_find(str_of(w->cfg.variant));
	struct sim_office *o = MEM_NEW(w->mem, struct sim_office);
	isup_circuit_id id;

	assert_non_null(o);
	o->w = w;
	o->isup = isup_new(w->mem, &cfg);
	assert_non_null(o->isup);
	for (unsigned i = 0; i < nr_circuits; i++) {
		struct isup_circuit_cfg c = { .dpc = DPC,
					      .cic = (uint16_t)(i < 15 ? i + 1 : i + 2) };
		assert_int_equal(isup_circuit_add(o->isup, &c, &id), 0);
	}
	return o;
}

void sim_office_rx(struct sim_office *o, const struct mtp_prim *p)
{
	if (p->type == MTP_TRANSFER)
		isup_rx(o->isup, o->w->now, p->label.opc, p->sif);
}

static void event(struct sim_office *o, const struct isup_out *out)
{
	if (out->type != ISUP_OUT_CALL)
		return;
	if (out->msg->type == ISUP_IAM) {
		o->iam = *out->msg;
		o->cic = out->cic;
	}
	o->nr_rel += out->msg->type == ISUP_REL;
}

bool sim_office_next_out(struct sim_office *o, struct mtp_prim *p)
{
	struct isup_out out;

	while (isup_next_out(o->isup, &out)) {
		if (out.type != ISUP_OUT_SEND) {
			event(o, &out);
			continue;
		}
		*p = (struct mtp_prim){ .type = MTP_TRANSFER,
					.label = { .opc = OPC,
						   .dpc = out.dpc,
						   .sls = out.sls,
						   .si = MTP_SI_ISUP,
						   .ni = 2 },
					.sif = out.octets };
		return true;
	}
	return false;
}

void office_tx(struct world *w, const struct isup_msg *m)
{
	struct sim_office *o = w->office;
	isup_circuit_id id = isup_circuit_find(o->isup, DPC, o->cic);
	char name[8];
	int err;

	err = isup_tx(o->isup, w->now, id, m);
	world_check(w, err == 0, "the office cannot send %s on CIC %u: %s",
		    isup_msg_name(m->type, name), o->cic, tg_strerror(err));
	world_run_ms(w, 50);
}

/* Q.763 3.5: charge, ordinary subscriber, ISUP all the way. */
static void put_bci(struct isup_msg *m, uint8_t called_status)
{
	isup_put_bci(m, &(struct isup_bci){ .charge = 2,
					    .called_status = called_status,
					    .called_category = 1,
					    .isup_all_the_way = 1,
					    .isdn_access = 1 });
}

void office_acm(struct world *w, uint8_t called_status, bool in_band)
{
	struct isup_msg m;

	isup_msg_init(&m, ISUP_ACM, 0);
	put_bci(&m, called_status);
	if (in_band)
		isup_put_obci(&m, &(struct isup_obci){ .in_band = 1 });
	office_tx(w, &m);
}

void office_cpg(struct world *w, uint8_t event_nr)
{
	struct isup_msg m;

	isup_msg_init(&m, ISUP_CPG, 0);
	isup_put_event(&m, &(struct isup_event){ .event = event_nr });
	office_tx(w, &m);
}

void office_anm(struct world *w)
{
	struct isup_msg m;

	isup_msg_init(&m, ISUP_ANM, 0);
	office_tx(w, &m);
}

void office_con(struct world *w)
{
	struct isup_msg m;

	isup_msg_init(&m, ISUP_CON, 0);
	put_bci(&m, OFFICE_FREE);
	office_tx(w, &m);
}

void office_suspend(struct world *w, uint8_t type)
{
	struct isup_msg m;

	isup_msg_init(&m, type, 0);
	isup_put_u8(&m, ISUP_P_SUSPEND_RESUME, 1); /* by the network */
	office_tx(w, &m);
}

void office_sam(struct world *w, const char *digits)
{
	struct isup_number n = { 0 };
	struct isup_msg m;

	isup_msg_init(&m, ISUP_SAM, 0);
	snprintf(n.digits, sizeof(n.digits), "%s", digits);
	isup_put_number(&m, ISUP_P_SUBSEQUENT_NUMBER, &n);
	office_tx(w, &m);
}

void office_rel(struct world *w, uint8_t cause, uint8_t location)
{
	struct isup_msg m;

	isup_msg_init(&m, ISUP_REL, 0);
	isup_put_cause(&m, &(struct isup_cause){ .location = location, .value = cause });
	office_tx(w, &m);
}

static uint16_t free_cic(struct world *w)
{
	for (uint16_t cic = 1; cic < 32; cic++) {
		isup_circuit_id id = isup_circuit_find(w->office->isup, DPC, cic);
		if (id && isup_circuit_is_free(w->office->isup, id))
			return cic;
	}
	world_fail(w, "the office has no free circuit");
	return 0;
}

static void iam(struct world *w, const struct isup_number *called,
		const struct isup_number *calling, uint8_t continuity)
{
	struct isup_msg m;

	isup_msg_init(&m, ISUP_IAM, 0);
	isup_put_nci(&m, &(struct isup_nci){ .continuity = continuity });
	isup_put_fci(&m, &(struct isup_fci){ .isup_all_the_way = 1, .isdn_access = 1 });
	isup_put_u8(&m, ISUP_P_CPC, 10);
	isup_put_u8(&m, ISUP_P_TMR, 3);
	isup_put_number(&m, ISUP_P_CALLED_NUMBER, called);
	if (calling)
		isup_put_number(&m, ISUP_P_CALLING_NUMBER, calling);
	w->office->cic = free_cic(w);
	office_tx(w, &m);
}

void office_iam(struct world *w, const struct isup_number *called,
		const struct isup_number *calling)
{
	iam(w, called, calling, 0);
}

static void call(struct world *w, const char *called, uint8_t continuity)
{
	struct isup_number to = { .noa = ISUP_NOA_NATIONAL, .npi = 1, .inn = 1 };
	struct isup_number from = {
		.noa = ISUP_NOA_INTERNATIONAL, .npi = 1, .si = 3, .digits = "4930555"
	};

	snprintf(to.digits, sizeof(to.digits), "%sF", called);
	iam(w, &to, &from, continuity);
}

void office_call(struct world *w, const char *called)
{
	call(w, called, 0);
}

void office_call_with_check(struct world *w, const char *called)
{
	call(w, called, 2); /* Q.763 3.35: on a previous circuit */
}

void office_cot(struct world *w)
{
	struct isup_msg m;

	isup_msg_init(&m, ISUP_COT, 0);
	isup_put_u8(&m, ISUP_P_CONTINUITY, 1);
	office_tx(w, &m);
}

void office_reset(struct world *w, uint16_t cic)
{
	isup_circuit_reset(w->office->isup, w->now, isup_circuit_find(w->office->isup, DPC, cic));
	world_run_ms(w, 50);
}
