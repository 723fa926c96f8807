/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ss7/m3ua_msg: messages of M3UA as values (RFC 4666 clause 3): a table of messages, a table of
 * parameters, one decoder and one encoder. A decoded message holds views of its octets.
 *
 *	struct m3ua_msg m;
 *	if (m3ua_msg_dec(&m, octets, &diag) == 0 && m.row == M3UA_ROW_DATA)
 *		m3ua_get_transfer(&m, &prim);
 *
 *	struct wr w = wr_init(buf, sizeof(buf));
 *	m3ua_put_header(&w, M3UA_ASPAC);
 *	m3ua_put_u32(&w, M3UA_P_ROUTING_CONTEXT, 7);
 *	m3ua_put_end(&w);		(the length)
 */
#ifndef TRUNKGATE_M3UA_MSG_H
#define TRUNKGATE_M3UA_MSG_H

#include <trunkgate/base/err.h>

#include "base/cursor.h"
#include "ss7/mtp.h"

#define M3UA_HEADER  8	  /* octets: RFC 4666 3.1 */
#define M3UA_MAX_MSG 4096 /* octets that we take; nothing that has a use is longer */

/* By row of the message table. */
enum m3ua_type {
	M3UA_ERR,
	M3UA_NTFY,
	M3UA_DATA,
	M3UA_DUNA,
	M3UA_DAVA,
	M3UA_DAUD,
	M3UA_SCON,
	M3UA_DUPU,
	M3UA_DRST,
	M3UA_ASPUP,
	M3UA_ASPDN,
	M3UA_BEAT,
	M3UA_ASPUP_ACK,
	M3UA_ASPDN_ACK,
	M3UA_BEAT_ACK,
	M3UA_ASPAC,
	M3UA_ASPIA,
	M3UA_ASPAC_ACK,
	M3UA_ASPIA_ACK,
	M3UA_REG_REQ,
	M3UA_REG_RSP,
	M3UA_DEREG_REQ,
	M3UA_DEREG_RSP,
	M3UA_NR_TYPES
};

/* By row of the parameter table. */
enum m3ua_param {
	M3UA_P_INFO,
	M3UA_P_ROUTING_CONTEXT,
	M3UA_P_DIAGNOSTIC,
	M3UA_P_HEARTBEAT,
	M3UA_P_TRAFFIC_MODE,
	M3UA_P_ERROR_CODE,
	M3UA_P_STATUS,
	M3UA_P_ASP_ID,
	M3UA_P_AFFECTED_PC,
	M3UA_P_CORRELATION_ID,
	M3UA_P_NETWORK_APPEARANCE,
	M3UA_P_USER_CAUSE,
	M3UA_P_CONGESTION,
	M3UA_P_CONCERNED,
	M3UA_P_ROUTING_KEY,
	M3UA_P_REG_RESULT,
	M3UA_P_DEREG_RESULT,
	M3UA_P_LOCAL_RK_ID,
	M3UA_P_DPC,
	M3UA_P_SI,
	M3UA_P_OPC_LIST,
	M3UA_P_PROTOCOL_DATA,
	M3UA_P_REG_STATUS,
	M3UA_P_DEREG_STATUS,
	M3UA_NR_PARAMS
};

enum m3ua_error { /* RFC 4666 3.8.1 */
		  M3UA_E_VERSION = 0x01,
		  M3UA_E_CLASS = 0x03,
		  M3UA_E_TYPE = 0x04,
		  M3UA_E_TRAFFIC_MODE = 0x05,
		  M3UA_E_UNEXPECTED = 0x06,
		  M3UA_E_PROTOCOL = 0x07,
		  M3UA_E_STREAM = 0x09,
		  M3UA_E_BLOCKING = 0x0d,
		  M3UA_E_ASP_ID_REQUIRED = 0x0e,
		  M3UA_E_ASP_ID = 0x0f,
		  M3UA_E_VALUE = 0x11,
		  M3UA_E_FIELD = 0x12,
		  M3UA_E_PARAM = 0x13,
		  M3UA_E_DESTINATION = 0x14,
		  M3UA_E_APPEARANCE = 0x15,
		  M3UA_E_MISSING = 0x16,
		  M3UA_E_ROUTING_CONTEXT = 0x19,
		  M3UA_E_NO_AS = 0x1a
};

#define M3UA_STATUS_AS	  1 /* RFC 4666 3.8.2: status types and informations */
#define M3UA_STATUS_OTHER 2
enum m3ua_as_status { M3UA_AS_STATUS_INACTIVE = 2, M3UA_AS_STATUS_ACTIVE, M3UA_AS_STATUS_PENDING };
enum m3ua_other_status { M3UA_OTHER_INSUFFICIENT = 1, M3UA_OTHER_ALTERNATE, M3UA_OTHER_FAILURE };

struct m3ua_msg_row {
	const char *name, *clause;
	uint8_t class, type;
	uint32_t mandatory, allowed; /* bits of enum m3ua_param */
};

struct m3ua_param_row {
	const char *name, *clause;
	uint16_t tag;
	uint16_t min, max; /* octets of the value */
	uint8_t multiple;  /* of so many octets; 0: of any number */
};

const struct m3ua_msg_row *m3ua_msg_row(enum m3ua_type t);
const struct m3ua_param_row *m3ua_param_row(enum m3ua_param p);
const char *m3ua_error_name(uint32_t code); /* "code" when it is unknown */

struct m3ua_msg {
	enum m3ua_type type;
	uint32_t present;		  /* bits of enum m3ua_param */
	struct str param[M3UA_NR_PARAMS]; /* values; of one that stands there twice the first */
	struct str octets;		  /* all of it */
};

static inline bool m3ua_has(const struct m3ua_msg *m, enum m3ua_param p)
{
	return m->present >> p & 1;
}

/* TG_EPROTO with the code for the ERR message in *error and a text in *diag. Unknown parameters
 * are skipped; a known one in a message that has no use for it is kept. */
int m3ua_msg_dec(struct m3ua_msg *m, struct str octets, enum m3ua_error *error,
		 struct tg_diag *diag);
/* How long the message is that begins so; 0: more octets are needed to know; TG_EPROTO: no message
 * of M3UA, or longer than M3UA_MAX_MSG: the stream has no use any more. */
int m3ua_frame_len(struct str octets);

/* The i-th 32 bits of a list; false at the end. */
bool m3ua_get_u32(const struct m3ua_msg *m, enum m3ua_param p, unsigned i, uint32_t *v);
/* The MSU of a DATA message (3.3.1). */
void m3ua_get_transfer(const struct m3ua_msg *m, struct mtp_prim *p);

void m3ua_put_header(struct wr *w, enum m3ua_type t);
void m3ua_put_u32(struct wr *w, enum m3ua_param p, uint32_t v);
void m3ua_put_str(struct wr *w, enum m3ua_param p, struct str value);
void m3ua_put_transfer(struct wr *w, const struct mtp_prim *p);
void m3ua_put_end(struct wr *w); /* writes the length of the message */

#endif
