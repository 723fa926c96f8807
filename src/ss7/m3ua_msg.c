/* SPDX-License-Identifier: GPL-3.0-or-later */
/* m3ua_msg: the tables of RFC 4666 clause 3 and what reads and writes by them. */
#include <string.h>

#include "ss7/m3ua_msg.h"

#define VERSION	     1	/* 3.1.1: release 1.0 */
#define PROTOCOL_MIN 12 /* 3.3.1: OPC, DPC, SI, NI, MP, SLS */

static const struct m3ua_param_row params[M3UA_NR_PARAMS] = {
	[M3UA_P_INFO] = { "INFO String", "3.4.1", 0x0004, 0, 255, 0 },
	[M3UA_P_ROUTING_CONTEXT] = { "Routing Context", "3.3.1", 0x0006, 4, 1024, 4 },
	[M3UA_P_DIAGNOSTIC] = { "Diagnostic Information", "3.8.1", 0x0007, 0, M3UA_MAX_MSG, 0 },
	[M3UA_P_HEARTBEAT] = { "Heartbeat Data", "3.5.5", 0x0009, 0, M3UA_MAX_MSG, 0 },
	[M3UA_P_TRAFFIC_MODE] = { "Traffic Mode Type", "3.7.1", 0x000b, 4, 4, 4 },
	[M3UA_P_ERROR_CODE] = { "Error Code", "3.8.1", 0x000c, 4, 4, 4 },
	[M3UA_P_STATUS] = { "Status", "3.8.2", 0x000d, 4, 4, 4 },
	[M3UA_P_ASP_ID] = { "ASP Identifier", "3.5.1", 0x0011, 4, 4, 4 },
	[M3UA_P_AFFECTED_PC] = { "Affected Point Code", "3.4.1", 0x0012, 4, 2048, 4 },
	[M3UA_P_CORRELATION_ID] = { "Correlation ID", "3.3.1", 0x0013, 4, 4, 4 },
	[M3UA_P_NETWORK_APPEARANCE] = { "Network Appearance", "3.3.1", 0x0200, 4, 4, 4 },
	[M3UA_P_USER_CAUSE] = { "User/Cause", "3.4.5", 0x0204, 4, 4, 4 },
	[M3UA_P_CONGESTION] = { "Congestion Indications", "3.4.4", 0x0205, 4, 4, 4 },
	[M3UA_P_CONCERNED] = { "Concerned Destination", "3.4.4", 0x0206, 4, 4, 4 },
	[M3UA_P_ROUTING_KEY] = { "Routing Key", "3.6.1", 0x0207, 0, M3UA_MAX_MSG, 0 },
	[M3UA_P_REG_RESULT] = { "Registration Result", "3.6.2", 0x0208, 0, M3UA_MAX_MSG, 0 },
	[M3UA_P_DEREG_RESULT] = { "Deregistration Result", "3.6.4", 0x0209, 0, M3UA_MAX_MSG, 0 },
	[M3UA_P_LOCAL_RK_ID] = { "Local Routing Key Identifier", "3.6.1", 0x020a, 4, 4, 4 },
	[M3UA_P_DPC] = { "Destination Point Code", "3.6.1", 0x020b, 4, 4, 4 },
	[M3UA_P_SI] = { "Service Indicators", "3.6.1", 0x020c, 0, 255, 0 },
	[M3UA_P_OPC_LIST] = { "Originating Point Code List", "3.6.1", 0x020e, 0, 1024, 4 },
	[M3UA_P_PROTOCOL_DATA] = { "Protocol Data", "3.3.1", 0x0210, PROTOCOL_MIN,
				   PROTOCOL_MIN + MTP_MAX_SIF, 0 },
	[M3UA_P_REG_STATUS] = { "Registration Status", "3.6.2", 0x0212, 4, 4, 4 },
	[M3UA_P_DEREG_STATUS] = { "Deregistration Status", "3.6.4", 0x0213, 4, 4, 4 },
};

#define BIT(p)	(1u << M3UA_P_##p)
#define CONTEXT (BIT(ROUTING_CONTEXT) | BIT(INFO))
#define SSNM	(CONTEXT | BIT(NETWORK_APPEARANCE) | BIT(AFFECTED_PC))

/* What is mandatory, and what there may be besides. */
static const struct m3ua_msg_row messages[M3UA_NR_TYPES] = {
	[M3UA_ERR] = { "ERR", "3.8.1", 0, 0, BIT(ERROR_CODE),
		       BIT(ROUTING_CONTEXT) | BIT(NETWORK_APPEARANCE) | BIT(AFFECTED_PC) |
			       BIT(DIAGNOSTIC) },
	[M3UA_NTFY] = { "NTFY", "3.8.2", 0, 1, BIT(STATUS), CONTEXT | BIT(ASP_ID) },
	[M3UA_DATA] = { "DATA", "3.3.1", 1, 1, BIT(PROTOCOL_DATA),
			BIT(NETWORK_APPEARANCE) | BIT(ROUTING_CONTEXT) | BIT(CORRELATION_ID) },
	[M3UA_DUNA] = { "DUNA", "3.4.1", 2, 1, BIT(AFFECTED_PC), SSNM },
	[M3UA_DAVA] = { "DAVA", "3.4.2", 2, 2, BIT(AFFECTED_PC), SSNM },
	[M3UA_DAUD] = { "DAUD", "3.4.3", 2, 3, BIT(AFFECTED_PC), SSNM },
	[M3UA_SCON] = { "SCON", "3.4.4", 2, 4, BIT(AFFECTED_PC),
			SSNM | BIT(CONCERNED) | BIT(CONGESTION) },
	[M3UA_DUPU] = { "DUPU", "3.4.5", 2, 5, BIT(AFFECTED_PC) | BIT(USER_CAUSE), SSNM },
	[M3UA_DRST] = { "DRST", "3.4.6", 2, 6, BIT(AFFECTED_PC), SSNM },
	[M3UA_ASPUP] = { "ASPUP", "3.5.1", 3, 1, 0, BIT(ASP_ID) | BIT(INFO) },
	[M3UA_ASPDN] = { "ASPDN", "3.5.3", 3, 2, 0, BIT(INFO) },
	[M3UA_BEAT] = { "BEAT", "3.5.5", 3, 3, 0, BIT(HEARTBEAT) },
	[M3UA_ASPUP_ACK] = { "ASPUP ACK", "3.5.2", 3, 4, 0, BIT(ASP_ID) | BIT(INFO) },
	[M3UA_ASPDN_ACK] = { "ASPDN ACK", "3.5.4", 3, 5, 0, BIT(INFO) },
	[M3UA_BEAT_ACK] = { "BEAT ACK", "3.5.6", 3, 6, 0, BIT(HEARTBEAT) },
	[M3UA_ASPAC] = { "ASPAC", "3.7.1", 4, 1, 0, CONTEXT | BIT(TRAFFIC_MODE) },
	[M3UA_ASPIA] = { "ASPIA", "3.7.3", 4, 2, 0, CONTEXT },
	[M3UA_ASPAC_ACK] = { "ASPAC ACK", "3.7.2", 4, 3, 0, CONTEXT | BIT(TRAFFIC_MODE) },
	[M3UA_ASPIA_ACK] = { "ASPIA ACK", "3.7.4", 4, 4, 0, CONTEXT },
	[M3UA_REG_REQ] = { "REG REQ", "3.6.1", 9, 1, BIT(ROUTING_KEY), 0 },
	[M3UA_REG_RSP] = { "REG RSP", "3.6.2", 9, 2, BIT(REG_RESULT), 0 },
	[M3UA_DEREG_REQ] = { "DEREG REQ", "3.6.3", 9, 3, BIT(ROUTING_CONTEXT), 0 },
	[M3UA_DEREG_RSP] = { "DEREG RSP", "3.6.4", 9, 4, BIT(DEREG_RESULT), 0 },
};

static const struct {
	enum m3ua_error code;
	const char *name;
} errors[] = {
	{ M3UA_E_VERSION, "Invalid Version" },
	{ M3UA_E_CLASS, "Unsupported Message Class" },
	{ M3UA_E_TYPE, "Unsupported Message Type" },
	{ M3UA_E_TRAFFIC_MODE, "Unsupported Traffic Mode Type" },
	{ M3UA_E_UNEXPECTED, "Unexpected Message" },
	{ M3UA_E_PROTOCOL, "Protocol Error" },
	{ M3UA_E_STREAM, "Invalid Stream Identifier" },
	{ M3UA_E_BLOCKING, "Refused - Management Blocking" },
	{ M3UA_E_ASP_ID_REQUIRED, "ASP Identifier Required" },
	{ M3UA_E_ASP_ID, "Invalid ASP Identifier" },
	{ M3UA_E_VALUE, "Invalid Parameter Value" },
	{ M3UA_E_FIELD, "Parameter Field Error" },
	{ M3UA_E_PARAM, "Unexpected Parameter" },
	{ M3UA_E_DESTINATION, "Destination Status Unknown" },
	{ M3UA_E_APPEARANCE, "Invalid Network Appearance" },
	{ M3UA_E_MISSING, "Missing Parameter" },
	{ M3UA_E_ROUTING_CONTEXT, "Invalid Routing Context" },
	{ M3UA_E_NO_AS, "No Configured AS for ASP" },
};

const struct m3ua_msg_row *m3ua_msg_row(enum m3ua_type t)
{
	return &messages[t];
}

const struct m3ua_param_row *m3ua_param_row(enum m3ua_param p)
{
	return &params[p];
}

const char *m3ua_error_name(uint32_t code)
{
	for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++)
		if (errors[i].code == code)
			return errors[i].name;
	return "code";
}

/* Reading. -------------------------------------------------------------------------------------- */

static int fail(enum m3ua_error *error, enum m3ua_error code, struct tg_diag *d, size_t at,
		const char *clause, const char *what)
{
	*error = code;
	return tg_fail(d, TG_EPROTO, at, clause, "%s", what);
}

static int find_type(uint8_t class, uint8_t type, bool *class_known)
{
	*class_known = false;
	for (int i = 0; i < M3UA_NR_TYPES; i++) {
		if (messages[i].class != class)
			continue;
		*class_known = true;
		if (messages[i].type == type)
			return i;
	}
	return -1;
}

static int find_param(uint16_t tag)
{
	for (int i = 0; i < M3UA_NR_PARAMS; i++)
		if (params[i].tag == tag)
			return i;
	return -1;
}

static int read_header(struct m3ua_msg *m, struct rd *r, enum m3ua_error *error, struct tg_diag *d)
{
	uint8_t version = rd_u8(r), class, type;
	bool known;
	uint32_t len;
	int row;

	rd_u8(r); /* 3.1.3: ignored */
	class = rd_u8(r);
	type = rd_u8(r);
	len = rd_be32(r);
	if (r->err)
		return fail(error, M3UA_E_PROTOCOL, d, 0, "3.1", "shorter than the header");
	if (version != VERSION)
		return fail(error, M3UA_E_VERSION, d, 0, "3.1.1", "the version is not 1");
	row = find_type(class, type, &known);
	if (row < 0)
		return fail(error, known ? M3UA_E_TYPE : M3UA_E_CLASS, d, 2, "3.1.2",
			    "no such message");
	/* 3.1.4: the last padding may be missing in the length */
	if (len < M3UA_HEADER || len > m->octets.len || m->octets.len - len > 3)
		return fail(error, M3UA_E_PROTOCOL, d, 4, "3.1.4", "the length is wrong");
	m->type = (enum m3ua_type)row;
	r->end = r->start + len;
	return 0;
}

static int read_param(struct m3ua_msg *m, struct rd *r, enum m3ua_error *error, struct tg_diag *d)
{
	size_t at = rd_at(r);
	uint16_t tag = rd_be16(r), len = rd_be16(r);
	const struct m3ua_param_row *row;
	struct str value;
	int p;

	value = rd_bytes(r, len < 4 ? 0 : len - 4u);
	if (r->err || len < 4)
		return fail(error, M3UA_E_FIELD, d, at, "3.2", "a parameter of a wrong length");
	if (len % 4)
		rd_bytes(r, rd_left(r) < 4u - len % 4 ? rd_left(r) : 4u - len % 4);
	p = find_param(tag);
	if (p < 0)
		return 0; /* 3.2: of others, or of later versions */
	row = &params[p];
	if (value.len < row->min || value.len > row->max ||
	    (row->multiple && value.len % row->multiple))
		return fail(error, M3UA_E_FIELD, d, at, row->clause, row->name);
	if (m3ua_has(m, (enum m3ua_param)p))
		return 0;
	m->present |= 1u << p;
	m->param[p] = value;
	return 0;
}

int m3ua_msg_dec(struct m3ua_msg *m, struct str octets, enum m3ua_error *error,
		 struct tg_diag *diag)
{
	struct rd r = rd_init(octets);
	const struct m3ua_msg_row *row;

	m->present = 0;
	m->octets = octets;
	if (read_header(m, &r, error, diag) < 0)
		return TG_EPROTO;
	while (rd_left(&r))
		if (read_param(m, &r, error, diag) < 0)
			return TG_EPROTO;
	row = &messages[m->type];
	if ((m->present & row->mandatory) != row->mandatory)
		return fail(error, M3UA_E_MISSING, diag, M3UA_HEADER, row->clause,
			    "a mandatory parameter is missing");
	return 0;
}

int m3ua_frame_len(struct str octets)
{
	struct rd r = rd_init(octets);
	uint32_t len;

	if (octets.len < M3UA_HEADER)
		return 0;
	rd_be32(&r);
	len = rd_be32(&r);
	return len < M3UA_HEADER || len > M3UA_MAX_MSG ? TG_EPROTO : (int)len;
}

bool m3ua_get_u32(const struct m3ua_msg *m, enum m3ua_param p, unsigned i, uint32_t *v)
{
	struct rd r;

	if (!m3ua_has(m, p) || i >= m->param[p].len / 4)
		return false;
	r = rd_init(str_from(m->param[p], i * 4u));
	*v = rd_be32(&r);
	return true;
}

void m3ua_get_transfer(const struct m3ua_msg *m, struct mtp_prim *p)
{
	struct rd r = rd_init(m->param[M3UA_P_PROTOCOL_DATA]);

	*p = (struct mtp_prim){ .type = MTP_TRANSFER };
	p->label.opc = rd_be32(&r);
	p->label.dpc = rd_be32(&r);
	p->label.si = rd_u8(&r);
	p->label.ni = rd_u8(&r);
	p->label.priority = rd_u8(&r);
	p->label.sls = rd_u8(&r);
	p->sif = rd_rest(&r);
}

/* Writing. -------------------------------------------------------------------------------------- */

void m3ua_put_header(struct wr *w, enum m3ua_type t)
{
	wr_u8(w, VERSION);
	wr_u8(w, 0);
	wr_u8(w, messages[t].class);
	wr_u8(w, messages[t].type);
	wr_be32(w, 0); /* m3ua_put_end knows */
}

static void put_param_header(struct wr *w, enum m3ua_param p, size_t len)
{
	wr_be16(w, params[p].tag);
	wr_be16(w, (uint16_t)(len + 4));
}

static void put_padding(struct wr *w)
{
	while (w->len % 4 && !w->err)
		wr_u8(w, 0);
}

void m3ua_put_u32(struct wr *w, enum m3ua_param p, uint32_t v)
{
	put_param_header(w, p, 4);
	wr_be32(w, v);
}

void m3ua_put_str(struct wr *w, enum m3ua_param p, struct str value)
{
	put_param_header(w, p, value.len);
	wr_s(w, value);
	put_padding(w);
}

void m3ua_put_transfer(struct wr *w, const struct mtp_prim *p)
{
	put_param_header(w, M3UA_P_PROTOCOL_DATA, PROTOCOL_MIN + p->sif.len);
	wr_be32(w, p->label.opc);
	wr_be32(w, p->label.dpc);
	wr_u8(w, p->label.si);
	wr_u8(w, p->label.ni);
	wr_u8(w, p->label.priority);
	wr_u8(w, p->label.sls);
	wr_s(w, p->sif);
	put_padding(w);
}

void m3ua_put_end(struct wr *w)
{
	for (unsigned i = 0; i < 4; i++)
		wr_set_u8(w, 4 + i, (uint8_t)(w->len >> (24 - 8 * i)));
}
