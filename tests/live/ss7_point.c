/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ss7_point: a signalling point of ours on a packet link: MTP2, MTP3, and ISUP on circuits 1 to 31.
 * It answers each call and releases when told; what happens is written a line each.
 *
 *	ss7_point PATH listen|connect OPC DPC [ansi]
 *
 * Commands: "call CIC", "rel CIC", "block CIC", "unblock CIC", "reset CIC", "group" (all circuits by
 * GRS), "stats", "quit".
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <trunkgate/base/rng.h>

#include "io/units.h"
#include "isup/stack.h"
#include "isup/variant.h"
#include "ss7/mtp3.h"

#define CIRCUITS 31

static struct point {
	struct mem *mem;
	struct io_loop *loop;
	struct io_units *units;
	struct io_watch in;
	struct mtp3 *mtp3;
	struct isup *isup;
	struct rng_seeded seed;
	isup_circuit_id id[CIRCUITS + 1];
	uint32_t dpc;
	uint8_t waiting[MTP2_MAX_UNIT]; /* the peer did not read */
	size_t waiting_len;
} pt;

static const struct isup_variant *variant = &isup_itu;

static struct isup_msg a_msg(uint8_t type)
{
	static const uint8_t zeros[8];
	const struct isup_msg_row *row = isup_msg_row(variant, type);
	struct isup_msg m;

	isup_msg_init(&m, type, 0);
	for (const uint8_t *c = row->fixed; *c; c++)
		isup_put(&m, *c, str_n(zeros, isup_param_row(variant, *c)->min));
	for (const uint8_t *c = row->variable; *c; c++)
		if (*c == ISUP_P_CALLED_NUMBER)
			isup_put(&m, *c, str_n("\x84\x10\x94\x03\x21\x43\x65\x0f", 8));
		else if (*c == ISUP_P_CAUSE)
			isup_put(&m, *c, str_n("\x80\x90", 2));
		else
			isup_put(&m, *c, str_n("\x80\x90\xa2", 3)); /* user service information */
	return m;
}

static void tx_call(unsigned cic, uint8_t type)
{
	struct isup_msg m = a_msg(type);
	int err = isup_tx(pt.isup, io_now(), pt.id[cic], &m);

	if (err < 0)
		printf("error %s cic=%u: %s\n", isup_msg_row(variant, type)->abbr, cic,
		       tg_strerror(err));
}

static void on_isup(const struct isup_out *o)
{
	struct mtp_prim p = { .type = MTP_TRANSFER,
			      .label = { .dpc = o->dpc, .sls = o->sls, .si = MTP_SI_ISUP, .ni = 2 },
			      .sif = o->octets };

	switch (o->type) {
	case ISUP_OUT_SEND:
		printf("sent %s cic=%u\n", isup_msg_row(variant, o->msg->type)->abbr, o->cic);
		if (mtp3_tx(pt.mtp3, io_now(), &p) < 0)
			printf("lost %s cic=%u\n", isup_msg_row(variant, o->msg->type)->abbr,
			       o->cic);
		break;
	case ISUP_OUT_CALL:
		printf("event %s cic=%u\n", isup_msg_row(variant, o->msg->type)->abbr, o->cic);
		if (o->msg->type == ISUP_IAM) {
			tx_call(o->cic, ISUP_ACM);
			tx_call(o->cic, ISUP_ANM);
		}
		break;
	case ISUP_OUT_LOST:
		printf("event LOST cic=%u\n", o->cic);
		break;
	case ISUP_OUT_IDLE:
		printf("event IDLE cic=%u\n", o->cic);
		break;
	case ISUP_OUT_ALARM:
		printf("event ALARM cic=%u\n", o->cic);
		break;
	default:
		break;
	}
}

static void on_prim(const struct mtp_prim *p)
{
	switch (p->type) {
	case MTP_TRANSFER:
		isup_rx(pt.isup, io_now(), p->label.opc, p->sif);
		break;
	case MTP_PAUSE:
	case MTP_RESUME:
		printf("event %s\n", p->type == MTP_PAUSE ? "PAUSE" : "RESUME");
		isup_mtp_available(pt.isup, io_now(), p->label.dpc, p->type == MTP_RESUME);
		break;
	case MTP_STATUS:
		printf("event STATUS cause=%d\n", (int)p->cause);
		break;
	}
}

static void send_units(void)
{
	if (pt.waiting_len &&
	    io_units_send(pt.units, str_n(pt.waiting, pt.waiting_len)) == TG_ELIMIT)
		return;
	while ((pt.waiting_len = mtp3_link_next_tx(pt.mtp3, io_now(), 0, pt.waiting)))
		if (io_units_send(pt.units, str_n(pt.waiting, pt.waiting_len)) == TG_ELIMIT)
			return;
}

static void drain(void)
{
	struct isup_out out;
	struct mtp_prim p;
	bool more = true;

	while (more) {
		more = false;
		while (isup_next_out(pt.isup, &out)) {
			on_isup(&out);
			more = true;
		}
		while (mtp3_next_out(pt.mtp3, &p)) {
			on_prim(&p);
			while (isup_next_out(pt.isup, &out))
				on_isup(&out);
			more = true;
		}
	}
	send_units();
}

static void on_unit(void *self, struct str unit)
{
	(void)self;
	mtp3_link_rx(pt.mtp3, io_now(), 0, unit);
	drain();
}

/* Nobody there: as a line without a signal. */
static void on_up(void *self, bool up)
{
	(void)self;
	printf("socket %s\n", up ? "up" : "down");
	if (!up)
		mtp3_link_rx_errors(pt.mtp3, io_now(), 0, 64);
	else
		mtp3_activate_all(pt.mtp3, io_now());
	drain();
}

static void on_room(void *self)
{
	(void)self;
	drain();
}

static void stats(void)
{
	struct mtp3_link_info i;

	mtp3_link_info(pt.mtp3, 0, &i);
	printf("link %s, %s, available %d, MSUs %llu sent %llu received, %llu again, reason %s\n",
	       i.level2, i.state, i.available, (unsigned long long)i.l2.tx_msu,
	       (unsigned long long)i.l2.rx_msu, (unsigned long long)i.l2.retransmitted,
	       mtp2_reason_text(i.last_reason));
}

static void command(const char *line)
{
	unsigned cic = 0;
	char word[16];

	if (sscanf(line, "%15s %u", word, &cic) < 1 || cic > CIRCUITS)
		return;
	if (strcmp(word, "call") == 0)
		tx_call(cic, ISUP_IAM);
	else if (strcmp(word, "rel") == 0)
		tx_call(cic, ISUP_REL);
	else if (strcmp(word, "block") == 0 || strcmp(word, "unblock") == 0)
		isup_circuit_block(pt.isup, io_now(), pt.id[cic], ISUP_MAINTENANCE, word[0] == 'b');
	else if (strcmp(word, "reset") == 0)
		isup_circuit_reset(pt.isup, io_now(), pt.id[cic]);
	else if (strcmp(word, "group") == 0)
		for (cic = 1; cic <= CIRCUITS; cic++)
			isup_circuit_reset_soon(pt.isup, io_now(), pt.id[cic]);
	else if (strcmp(word, "stats") == 0)
		stats();
	else if (strcmp(word, "quit") == 0)
		io_loop_stop(pt.loop, 0);
	drain();
}

static void on_input(void *self, unsigned what)
{
	char line[100];

	(void)self;
	(void)what;
	if (fgets(line, sizeof(line), stdin))
		command(line);
	else
		io_loop_stop(pt.loop, 0);
}

static tick_t turn(void *self, tick_t now)
{
	(void)self;
	if (tick_due(mtp3_deadline(pt.mtp3), now))
		mtp3_tick(pt.mtp3, now);
	if (tick_due(isup_deadline(pt.isup), now))
		isup_tick(pt.isup, now);
	drain();
	return tick_min(mtp3_deadline(pt.mtp3), isup_deadline(pt.isup));
}

static bool make(const char *path, bool listens, uint32_t opc, bool ansi, struct tg_diag *diag)
{
	struct io_units_user user = { on_unit, on_up, on_room, NULL };
	struct mtp3_cfg cfg = { .variant = ansi ? MTP3_ANSI : MTP3_ITU,
				.own_pc = opc,
				.ni = 2,
				.nr_linksets = 1,
				.nr_links = 1,
				.linkset = { { .name = "peer", .adjacent_pc = pt.dpc } },
				.link = { { .mtp2 = { .ansi = ansi } } } };
	struct isup_cfg icfg = { .opc = opc,
				 .variant = variant,
				 .sls_bits = ansi ? 5 : 4,
				 .rng = rng_seeded_init(&pt.seed, 1) };

	pt.loop = io_loop_new(pt.mem, diag);
	pt.mtp3 = mtp3_new(pt.mem, &cfg);
	pt.isup = isup_new(pt.mem, &icfg);
	if (!pt.loop || !pt.mtp3 || !pt.isup)
		return false;
	for (uint16_t cic = 1; cic <= CIRCUITS; cic++)
		if (isup_circuit_add(pt.isup,
				     &(struct isup_circuit_cfg){ .dpc = pt.dpc, .cic = cic },
				     &pt.id[cic]) < 0)
			return false;
	pt.units = io_units_open(pt.mem, pt.loop, path, listens, &user, diag);
	return pt.units != NULL;
}

int main(int argc, char **argv)
{
	struct tg_diag diag = TG_DIAG_NONE;
	bool ansi = argc > 5 && strcmp(argv[5], "ansi") == 0;

	if (argc < 5)
		return 2;
	setvbuf(stdin, NULL, _IONBF, 0);
	setvbuf(stdout, NULL, _IOLBF, 0);
	variant = ansi ? &isup_ansi95 : &isup_itu;
	pt.mem = mem_root("point");
	pt.dpc = (uint32_t)atoi(argv[4]);
	if (!pt.mem ||
	    !make(argv[1], strcmp(argv[2], "listen") == 0, (uint32_t)atoi(argv[3]), ansi, &diag)) {
		fprintf(stderr, "%s\n", diag.text);
		return 1;
	}
	pt.in = (struct io_watch){ .fd = 0, .ready = on_input };
	io_loop_watch(pt.loop, &pt.in, IO_READ);
	io_loop_on_turn(pt.loop, turn, NULL);
	printf("started\n");
	return io_loop_run(pt.loop);
}
