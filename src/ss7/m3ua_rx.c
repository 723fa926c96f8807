/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * m3ua_rx: a message that came in: what is wrong with it (RFC 4666 3.8.1), what it is answered
 * with, which machine hears of it. A request is answered first (4.3.4.5).
 */
#include "ss7/m3ua_core.h"

/* The membership in the AS of a routing context; NULL: none. */
static struct m3ua_member *member_of_rc(struct m3ua_asp *a, uint32_t rc)
{
	struct m3ua_member *mb;

	for (unsigned i = 0; (mb = m3ua_member_of(a, i)); i++)
		if (mb->as->cfg.has_rc && mb->as->cfg.rc == rc)
			return mb;
	return NULL;
}

/* The i-th membership that a message is about: those of its routing contexts, or all; NULL for
 * a context that is not ours. False at the end. */
static bool subject(struct m3ua_asp *a, const struct m3ua_msg *m, unsigned i,
		    struct m3ua_member **mb)
{
	uint32_t rc;

	if (!m3ua_has(m, M3UA_P_ROUTING_CONTEXT)) {
		*mb = m3ua_member_of(a, i);
		return *mb != NULL;
	}
	if (i >= M3UA_MAX_AS || !m3ua_get_u32(m, M3UA_P_ROUTING_CONTEXT, i, &rc))
		return false;
	*mb = member_of_rc(a, rc);
	return true;
}

static void refuse(struct m3ua_asp *a, const struct m3ua_msg *m, enum m3ua_error code)
{
	m3ua_trouble(a, "%s refused: %s", m3ua_msg_row(m->type)->name, m3ua_error_name(code));
	m3ua_send_error(a, code, m, m->octets);
}

static void send_ack(struct m3ua_asp *a, enum m3ua_type t)
{
	struct wr w;

	m3ua_msg_begin(a, t, &w);
	m3ua_msg_send(a, &w, 0);
}

static void feed_peer(struct m3ua_asp *a, uint8_t event)
{
	struct m3ua_member *mb;

	for (unsigned i = 0; (mb = m3ua_member_of(a, i)); i++) {
		fsm_feed(&mb->peer, event, NULL);
		m3ua_as_update(mb->as);
	}
}

/* ASPSM: 3.5, 4.3.4.1, 4.3.4.2, 4.3.4.6. -------------------------------------------------------- */

static bool peer_is(struct m3ua_asp *a, uint8_t state)
{
	struct m3ua_member *mb;

	for (unsigned i = 0; (mb = m3ua_member_of(a, i)); i++)
		if (mb->peer.state == state)
			return true;
	return false;
}

static void rx_aspup(struct m3ua_asp *a, const struct m3ua_msg *m)
{
	bool was_active = peer_is(a, M3UA_PEER_ACTIVE);

	if (!m3ua_follows(a)) {
		refuse(a, m, M3UA_E_UNEXPECTED);
		return;
	}
	if (a->blocked) {
		refuse(a, m, M3UA_E_BLOCKING);
		return;
	}
	send_ack(a, M3UA_ASPUP_ACK);
	if (was_active)
		refuse(a, m, M3UA_E_UNEXPECTED);
	feed_peer(a, M3UA_PEER_EV_ASPUP);
}

static void rx_aspdn(struct m3ua_asp *a, const struct m3ua_msg *m)
{
	if (!m3ua_follows(a)) {
		refuse(a, m, M3UA_E_UNEXPECTED);
		return;
	}
	send_ack(a, M3UA_ASPDN_ACK);
	feed_peer(a, M3UA_PEER_EV_ASPDN);
}

static void rx_beat(struct m3ua_asp *a, const struct m3ua_msg *m)
{
	struct wr w;

	if (m->param[M3UA_P_HEARTBEAT].len > M3UA_HEARTBEAT_MAX && m3ua_has(m, M3UA_P_HEARTBEAT)) {
		refuse(a, m, M3UA_E_VALUE);
		return;
	}
	m3ua_msg_begin(a, M3UA_BEAT_ACK, &w);
	if (m3ua_has(m, M3UA_P_HEARTBEAT))
		m3ua_put_str(&w, M3UA_P_HEARTBEAT, m->param[M3UA_P_HEARTBEAT]);
	m3ua_msg_send(a, &w, 0);
}

/* ASPTM: 3.7, 4.3.4.3, 4.3.4.4. ----------------------------------------------------------------- */

static bool mode_fits(const struct m3ua_as *as, const struct m3ua_msg *m)
{
	uint32_t mode;

	if (!m3ua_get_u32(m, M3UA_P_TRAFFIC_MODE, 0, &mode))
		return true;
	if (as->cfg.has_mode)
		return mode == (uint32_t)as->cfg.mode;
	return mode == M3UA_OVERRIDE || mode == M3UA_LOADSHARE;
}

static void error_rc(struct m3ua_asp *a, enum m3ua_error code, uint32_t rc)
{
	struct wr w;

	m3ua_trouble(a, "routing context %u: %s", rc, m3ua_error_name(code));
	m3ua_msg_begin(a, M3UA_ERR, &w);
	m3ua_put_u32(&w, M3UA_P_ERROR_CODE, code);
	m3ua_put_u32(&w, M3UA_P_ROUTING_CONTEXT, rc);
	m3ua_msg_send(a, &w, 0);
}

static void ack_traffic(struct m3ua_member *mb, const struct m3ua_msg *m, bool active)
{
	uint32_t mode;
	struct wr w;

	m3ua_msg_begin(mb->asp, active ? M3UA_ASPAC_ACK : M3UA_ASPIA_ACK, &w);
	if (active && m3ua_get_u32(m, M3UA_P_TRAFFIC_MODE, 0, &mode))
		m3ua_put_u32(&w, M3UA_P_TRAFFIC_MODE, mode);
	if (m3ua_has(m, M3UA_P_ROUTING_CONTEXT))
		m3ua_put_u32(&w, M3UA_P_ROUTING_CONTEXT, mb->as->cfg.rc);
	m3ua_msg_send(mb->asp, &w, 0);
}

/* Without a routing context one acknowledgement stands for all. */
static void rx_traffic(struct m3ua_asp *a, const struct m3ua_msg *m, bool active)
{
	bool listed = m3ua_has(m, M3UA_P_ROUTING_CONTEXT);
	struct m3ua_member *mb;
	uint32_t rc = 0;

	if (!m3ua_follows(a) || !m3ua_member_of(a, 0) || peer_is(a, M3UA_PEER_DOWN)) {
		refuse(a, m, m3ua_member_of(a, 0) ? M3UA_E_UNEXPECTED : M3UA_E_ROUTING_CONTEXT);
		return;
	}
	for (unsigned i = 0; subject(a, m, i, &mb); i++) {
		m3ua_get_u32(m, M3UA_P_ROUTING_CONTEXT, i, &rc);
		if (!mb) {
			error_rc(a, active ? M3UA_E_NO_AS : M3UA_E_ROUTING_CONTEXT, rc);
			continue;
		}
		if (active && !mode_fits(mb->as, m)) {
			refuse(a, m, M3UA_E_TRAFFIC_MODE);
			return;
		}
		if (listed || i == 0)
			ack_traffic(mb, m, active);
		fsm_feed(&mb->peer, active ? M3UA_PEER_EV_ASPAC : M3UA_PEER_EV_ASPIA, NULL);
		m3ua_as_update(mb->as);
	}
}

static void rx_traffic_ack(struct m3ua_asp *a, const struct m3ua_msg *m, uint8_t event)
{
	struct m3ua_member *mb;

	for (unsigned i = 0; subject(a, m, i, &mb); i++) {
		if (!mb)
			continue;
		fsm_feed(&mb->traffic, event, NULL);
		m3ua_as_update(mb->as);
	}
}

/* MGMT: 3.8. ------------------------------------------------------------------------------------ */

static void rx_notify(struct m3ua_asp *a, const struct m3ua_msg *m)
{
	uint32_t status = 0;
	uint8_t event;

	m3ua_get_u32(m, M3UA_P_STATUS, 0, &status);
	log_info(LOG_SS7, NULL, "ASP %s: NTFY %u/%u", a->cfg.name, status >> 16, status & 0xffff);
	if (status == (M3UA_STATUS_AS << 16 | M3UA_AS_STATUS_INACTIVE) ||
	    status == (M3UA_STATUS_AS << 16 | M3UA_AS_STATUS_PENDING))
		event = M3UA_TRAFFIC_EV_AS_IDLE;
	else if (status == (M3UA_STATUS_OTHER << 16 | M3UA_OTHER_ALTERNATE))
		event = M3UA_TRAFFIC_EV_ALTERNATE;
	else
		return;
	rx_traffic_ack(a, m, event);
}

static void rx_error(struct m3ua_asp *a, const struct m3ua_msg *m)
{
	uint32_t code = 0, rc;

	m3ua_get_u32(m, M3UA_P_ERROR_CODE, 0, &code);
	if (m3ua_get_u32(m, M3UA_P_ROUTING_CONTEXT, 0, &rc))
		m3ua_trouble(a, "the other end says: %s (%u), routing context %u",
			     m3ua_error_name(code), code, rc);
	else
		m3ua_trouble(a, "the other end says: %s (%u)", m3ua_error_name(code), code);
}

/* Transfer: 3.3.1. ------------------------------------------------------------------------------ */

static bool appearance_fits(const struct m3ua_as *as, const struct m3ua_msg *m)
{
	uint32_t na;

	return !as->cfg.has_na || !m3ua_get_u32(m, M3UA_P_NETWORK_APPEARANCE, 0, &na) ||
	       na == as->cfg.na;
}

/* DATA may overtake the acknowledgement of our ASPAC (4.3.4.3), or have been on its way when our
 * ASPIA came: it is then taken. */
static bool takes_data(const struct m3ua_member *mb)
{
	return m3ua_member_usable(mb) || mb->traffic.state == M3UA_TRAFFIC_ACTIVATING ||
	       mb->traffic.state == M3UA_TRAFFIC_LEAVING ||
	       (mb->asp->cfg.role == M3UA_ROLE_IPSP && mb->traffic.state == M3UA_TRAFFIC_ACTIVE);
}

static void rx_data(struct m3ua_asp *a, const struct m3ua_msg *m)
{
	struct m3ua_member *mb = NULL;
	struct m3ua_out *o;

	if (!m3ua_has(m, M3UA_P_ROUTING_CONTEXT) && m3ua_member_of(a, 1)) {
		refuse(a, m, M3UA_E_MISSING); /* conditional, and here needed */
		return;
	}
	if (!subject(a, m, 0, &mb) || !mb) {
		refuse(a, m,
		       mb || m3ua_has(m, M3UA_P_ROUTING_CONTEXT) ? M3UA_E_ROUTING_CONTEXT
								 : M3UA_E_NO_AS);
		return;
	}
	if (!appearance_fits(mb->as, m)) {
		refuse(a, m, M3UA_E_APPEARANCE);
		return;
	}
	if (!takes_data(mb)) {
		a->dropped++; /* 3.8.1: without a word */
		return;
	}
	mb->as->rx++;
	o = m3ua_put_out(a->m, M3UA_OUT_TRANSFER, a->number, mb->as->number);
	if (o)
		m3ua_get_transfer(m, &o->prim);
}

/* SSNM: 3.4, 4.5. ------------------------------------------------------------------------------- */

static void put_ssnm(struct m3ua_member *mb, const struct m3ua_msg *m, uint32_t affected)
{
	static const enum m3ua_out_type type[M3UA_NR_TYPES] = {
		[M3UA_DUNA] = M3UA_OUT_DEST, [M3UA_DAVA] = M3UA_OUT_DEST,
		[M3UA_DRST] = M3UA_OUT_DEST, [M3UA_SCON] = M3UA_OUT_CONGESTION,
		[M3UA_DUPU] = M3UA_OUT_USER, [M3UA_DAUD] = M3UA_OUT_AUDIT,
	};
	struct m3ua_out *o =
		m3ua_put_out(mb->as->m, type[m->type], mb->asp->number, mb->as->number);
	uint32_t v = 0;

	if (!o)
		return;
	o->affected = affected;
	o->dest = m->type == M3UA_DAVA	 ? M3UA_DEST_AVAILABLE
		  : m->type == M3UA_DRST ? M3UA_DEST_RESTRICTED
					 : M3UA_DEST_UNAVAILABLE;
	/* without a level there are none in this network, and it is congested */
	o->active = !m3ua_get_u32(m, M3UA_P_CONGESTION, 0, &v) || (v & 0xff);
	o->level = (uint8_t)v;
	m3ua_get_u32(m, M3UA_P_USER_CAUSE, 0, &v);
	o->si = (uint8_t)(m->type == M3UA_DUPU ? v & 0xff : 0);
	o->cause = v >> 16 == 1	  ? MTP_STATUS_UPU_UNEQUIPPED
		   : v >> 16 == 2 ? MTP_STATUS_UPU_INACCESSIBLE
				  : MTP_STATUS_UPU_UNKNOWN;
}

static void rx_ssnm(struct m3ua_asp *a, const struct m3ua_msg *m)
{
	struct m3ua_member *mb;
	unsigned max = m->type == M3UA_DAUD ? M3UA_MAX_AUDIT : M3UA_MAX_PCS;
	uint32_t affected;

	if (m->type == M3UA_DAUD && !m3ua_follows(a)) {
		refuse(a, m, M3UA_E_UNEXPECTED);
		return;
	}
	for (unsigned i = 0; subject(a, m, i, &mb); i++) {
		if (!mb || !takes_data(mb))
			continue;
		for (unsigned k = 0; k < max && m3ua_get_u32(m, M3UA_P_AFFECTED_PC, k, &affected);
		     k++)
			put_ssnm(mb, m, affected);
		if (m->type == M3UA_DAUD)
			return; /* one answer is enough */
	}
}

static void dispatch(struct m3ua_asp *a, const struct m3ua_msg *m)
{
	switch (m->type) {
	case M3UA_DATA:
		rx_data(a, m);
		break;
	case M3UA_ERR:
		rx_error(a, m);
		break;
	case M3UA_NTFY:
		rx_notify(a, m);
		break;
	case M3UA_DUNA:
	case M3UA_DAVA:
	case M3UA_DAUD:
	case M3UA_SCON:
	case M3UA_DUPU:
	case M3UA_DRST:
		rx_ssnm(a, m);
		break;
	case M3UA_ASPUP:
		rx_aspup(a, m);
		break;
	case M3UA_ASPDN:
		rx_aspdn(a, m);
		break;
	case M3UA_BEAT:
		rx_beat(a, m);
		break;
	case M3UA_ASPUP_ACK:
		m3ua_up_feed(a, M3UA_UP_EV_ACK);
		break;
	case M3UA_ASPDN_ACK:
		m3ua_up_feed(a, M3UA_UP_EV_DOWN_ACK);
		break;
	case M3UA_BEAT_ACK:
		break; /* that it came is all that counts */
	case M3UA_ASPAC:
	case M3UA_ASPIA:
		rx_traffic(a, m, m->type == M3UA_ASPAC);
		break;
	case M3UA_ASPAC_ACK:
		rx_traffic_ack(a, m, M3UA_TRAFFIC_EV_AC_ACK);
		break;
	case M3UA_ASPIA_ACK:
		rx_traffic_ack(a, m, M3UA_TRAFFIC_EV_IA_ACK);
		break;
	default: /* 4.4: registration is optional, and not here */
		refuse(a, m, M3UA_E_CLASS);
	}
}

static bool is_error(struct str octets)
{
	return octets.len >= 4 && octets.p[2] == 0 && octets.p[3] == 0;
}

void m3ua_rx_msg(struct m3ua_asp *a, struct str octets)
{
	struct tg_diag diag = TG_DIAG_NONE;
	enum m3ua_error error = M3UA_E_PROTOCOL;
	struct m3ua_msg m;

	a->heard = a->m->now;
	if (m3ua_msg_dec(&m, octets, &error, &diag) == 0) {
		a->rx[m.type]++;
		dispatch(a, &m);
		return;
	}
	a->dropped++;
	m3ua_trouble(a, "bad message at octet %zu: %s (RFC 4666 %s)", diag.offset, diag.text,
		     diag.clause);
	if (!is_error(octets)) /* never an error about an error */
		m3ua_send_error(a, error, NULL, octets);
}
