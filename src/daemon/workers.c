/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * workers: records between the signalling thread and the media workers: each goes to whom the span
 * is that it names; a join of timeslots of two workers goes to both. Whether they are in time.
 */
#include <string.h>

#include "base/log.h"
#include "daemon/wire_internal.h"

unsigned wire_worker_of(const struct wire *w, unsigned number)
{
	if (number >= w->first_inside)
		return (number - w->first_inside) / 2 % w->nr_workers;
	for (unsigned i = 0; i < w->running->nr_spans; i++)
		if (w->running->span[i].number == number)
			return w->span_worker[i];
	return 0;
}

/* In order: behind what is late already. */
static void put(struct wire_worker *k, unsigned agent, const struct ring_rec *rec)
{
	if (!ring_used(k->late[agent]) && io_worker_put(k->io, agent, rec))
		return;
	if (!ring_put(k->late[agent], rec))
		log_error(LOG_MEDIA, NULL, "a record for the media worker is lost: it takes none");
}

static unsigned span_of(const struct ring_rec *rec)
{
	struct med_open open;
	struct med_ring ring;
	struct med_ref ref;

	if (rec->kind == MED_CMD_RING) {
		memcpy(&ring, rec->body, sizeof(ring));
		return ring.span;
	}
	if (rec->kind == MED_CMD_OPEN || rec->kind == MED_CMD_MODIFY) {
		memcpy(&open, rec->body, sizeof(open));
		return open.span;
	}
	memcpy(&ref, rec->body, sizeof(ref));
	return ref.span;
}

static void put_timeslot(struct wire *w, const struct ring_rec *rec)
{
	struct med_timeslot t;
	unsigned first, second;

	memcpy(&t, rec->body, sizeof(t));
	first = wire_worker_of(w, t.span);
	second = t.timeslot2 ? wire_worker_of(w, t.span2) : first;
	put(&w->worker[first], IO_WORKER_ENGINE, rec);
	if (second != first)
		put(&w->worker[second], IO_WORKER_ENGINE, rec);
}

void wire_to_engine(struct wire *w, const struct gw_out *out)
{
	struct wire_worker *k;

	if (out->media.kind == MED_CMD_TIMESLOT) {
		put_timeslot(w, &out->media);
		return;
	}
	k = &w->worker[wire_worker_of(w, span_of(&out->media))];
	if (out->slot)
		med_engine_set_objects(k->engine, out->slot, &out->objects);
	put(k, IO_WORKER_ENGINE, &out->media);
}

static struct wire_worker *lab_worker(struct wire *w)
{
	return &w->worker[wire_worker_of(w, w->lab->span)];
}

void wire_to_lab_line(struct wire *w, const struct ring_rec *rec)
{
	put(lab_worker(w), WIRE_LINE_AGENT, rec);
}

/* Room is looked for first, so that the order is kept. */
bool wire_retry_late(struct wire *w)
{
	bool late = false;
	struct ring_rec rec;

	for (unsigned n = 0; n < w->nr_workers * WIRE_AGENTS; n++) {
		struct wire_worker *k = &w->worker[n / WIRE_AGENTS];
		struct ring *r = k->late[n % WIRE_AGENTS];

		while (ring_used(r) && io_worker_room(k->io, n % WIRE_AGENTS) && ring_get(r, &rec))
			io_worker_put(k->io, n % WIRE_AGENTS, &rec);
		late = late || ring_used(r);
	}
	return late;
}

bool wire_from_engines(struct wire *w, struct ring_rec *rec)
{
	for (unsigned n = 0; n < w->nr_workers; n++)
		if (io_worker_get(w->worker[n].io, IO_WORKER_ENGINE, rec))
			return true;
	return false;
}

bool wire_from_lab_line(struct wire *w, struct ring_rec *rec)
{
	return w->lab && io_worker_get(lab_worker(w)->io, WIRE_LINE_AGENT, rec);
}

/* What the system refuses is said; speech goes on without it. */
int wire_workers_start(struct wire *w, struct tg_diag *diag)
{
	const struct gw_workers_cfg *c = &w->running->workers;
	struct io_worker_stats s;
	int err = TG_OK;

	for (unsigned n = 0; n < w->nr_workers && err == 0; n++) {
		err = io_worker_start(w->worker[n].io, diag);
		io_worker_stats(w->worker[n].io, &s);
		if (c->nr_cores && !s.pinned)
			log_error(LOG_MEDIA, NULL,
				  "media worker %u cannot have core %u: it runs on any "
				  "(worker-cores)",
				  n + 1, c->core[n]);
		if (c->priority && !s.realtime)
			log_error(LOG_MEDIA, NULL,
				  "media worker %u gets no real-time priority: it needs "
				  "CAP_SYS_NICE or a limit (ulimit -r) of %u",
				  n + 1, c->priority);
		if (c->send_link && !s.link)
			log_error(LOG_MEDIA, NULL,
				  "media worker %u sends by its sockets: packets straight to the "
				  "interface need CAP_NET_RAW (rtp-send link)",
				  n + 1);
	}
	return err;
}

static void tell(struct wire *w, tick_t now, unsigned n, bool overloaded)
{
	log_notice(LOG_MEDIA, NULL,
		   overloaded ? "media worker %u has too much to do: no new calls on its spans"
			      : "media worker %u is in time again",
		   n + 1);
	for (unsigned i = 0; i < w->running->nr_spans; i++)
		if (w->span_worker[i] == n)
			gw_media_overload(w->gw, now, w->running->span[i].number, overloaded);
	wire_drain(w, now);
}

void wire_workers_look(struct wire *w, tick_t now)
{
	for (unsigned n = 0; n < w->nr_workers; n++) {
		bool overloaded = io_worker_overloaded(w->worker[n].io);

		if (overloaded == w->worker[n].overloaded)
			continue;
		w->worker[n].overloaded = overloaded;
		tell(w, now, n, overloaded);
	}
}

bool wire_worker_info(void *self, unsigned n, struct ops_worker_info *out)
{
	const struct wire *w = self;
	struct io_worker_stats s;

	if (n >= w->nr_workers)
		return false;
	io_worker_stats(w->worker[n].io, &s);
	*out = (struct ops_worker_info){
		.core = s.pinned ? w->running->workers.core[n] : -1,
		.realtime = s.realtime,
		.nr_spans = w->worker[n].nr_spans,
		.overloaded = w->worker[n].overloaded,
		.overloads = s.overloads,
		.ticks = s.ticks,
		.late = s.late_ticks,
		.skipped = s.skipped,
		.late_p999_us = s.late_p999_us,
		.cpu_us = s.cpu_us,
		.rx_datagrams = s.rx_datagrams,
		.tx_datagrams = s.tx_datagrams,
		.tx_failed = s.tx_failed,
		.tx_link = s.tx_link,
	};
	return true;
}
