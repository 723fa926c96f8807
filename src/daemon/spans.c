/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spans: the gateway's spans: memory, or a driver's; what becomes of them is told to the gateway and
 * to the lab's exchange. */
#include "base/log.h"
#include "daemon/wire_internal.h"

int wire_spans_open(struct wire *w, struct tg_diag *diag)
{
	for (unsigned i = 0; i < w->running->nr_spans; i++) {
		const struct gw_span_cfg *c = &w->running->span[i];

		if (c->driver == GW_SPAN_VIRTUAL)
			w->cable[i] = tdm_virtual_new(w->mem, c->kind, c->law);
		else
			w->span[i] = io_span_open(w->mem, w->loop, c, diag);
		if (!w->cable[i] && c->driver == GW_SPAN_VIRTUAL)
			return tg_fail(diag, TG_ENOMEM, 0, "", "no memory for the spans");
		if (!w->cable[i] && !w->span[i])
			return TG_EIO;
	}
	return TG_OK;
}

void wire_spans_close(struct wire *w)
{
	for (unsigned i = 0; i < GW_MAX_SPANS; i++)
		io_span_close(w->span[i]);
}

struct tdm_span wire_span_end(const struct wire *w, unsigned n)
{
	return w->cable[n] ? tdm_virtual_end(w->cable[n], 0) : io_span_end(w->span[n]);
}

static void tell(struct wire *w, tick_t now, unsigned n, bool up)
{
	unsigned number = w->running->span[n].number;
	struct tdm_span end = wire_span_end(w, n);
	char text[TDM_ALARM_TEXT_MAX];
	struct tdm_status st = { 0 };

	if (end.ops->status)
		end.ops->status(end.self, &st);
	log_notice(LOG_IO, NULL, "span %u is %s, alarms: %s", number, up ? "up" : "down",
		   tdm_alarm_text(st.alarms, text));
	gw_span_state(w->gw, now, number, up);
	wire_drain(w, now);
	if (!w->lab || w->lab->span != number)
		return;
	lab_exchange_span_state(w->lab->exchange, now, up);
	wire_drain(w, now);
}

void wire_spans_look(struct wire *w, tick_t now)
{
	for (unsigned i = 0; i < w->running->nr_spans; i++) {
		bool up = io_worker_line_up(w->worker[w->span_worker[i]].io, w->span_line[i]);

		if (w->span[i])
			io_span_look(w->span[i]);
		if (up == w->span_up[i])
			continue;
		w->span_up[i] = up;
		tell(w, now, i, up);
	}
}

bool wire_span_info(void *self, unsigned n, struct ops_span_info *out)
{
	struct wire *w = self;
	struct tdm_span end;

	if (n >= w->running->nr_spans)
		return false;
	end = wire_span_end(w, n);
	*out = (struct ops_span_info){ .cfg = &w->running->span[n], .up = w->span_up[n] };
	out->text = w->span[n] ? io_span_text(w->span[n]) : "";
	out->has_status = w->span[n] != NULL;
	if (end.ops->status)
		end.ops->status(end.self, &out->status);
	return true;
}
