/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * isup/msg: ISUP messages as values (Q.763): the type, the CIC and the parameters in the order of
 * the wire, each as its octets. Typed values are taken out and put in by get and put functions;
 * what nobody knows stays where it is and is encoded again octet for octet. A message is plain
 * data of a fixed size: it may be copied by assignment.
 *
 *	struct isup_msg m;
 *	if (isup_msg_dec(&m, &isup_itu, sif, &diag) < 0) ...
 *	struct isup_number called;
 *	if (isup_get_number(&m, ISUP_P_CALLED_NUMBER, &called) == 0)
 *		... called.digits is "4930123F"
 *
 *	isup_msg_init(&m, ISUP_REL, cic);
 *	isup_put_cause(&m, &(struct isup_cause){ .location = ISUP_LOC_USER, .value = 16 });
 *	len = isup_msg_enc(&m, &isup_itu, buf, sizeof(buf), &diag);
 *
 * Codes are those of Q.763 tables 4 and 5. Adding a message or a parameter: a row in tables_msg.c
 * or tables_param.c and a vector in tests/vectors/isup_msg.tsv.
 */
#ifndef TRUNKGATE_ISUP_MSG_H
#define TRUNKGATE_ISUP_MSG_H

#include <stdbool.h>
#include <stdint.h>

#include <trunkgate/base/err.h>
#include <trunkgate/base/str.h>

/* Q.763 table 4; from 0xe9 on ANSI T1.113 */
enum isup_msg_type {
	ISUP_IAM = 0x01,
	ISUP_SAM = 0x02,
	ISUP_INR = 0x03,
	ISUP_INF = 0x04,
	ISUP_COT = 0x05,
	ISUP_ACM = 0x06,
	ISUP_CON = 0x07,
	ISUP_FOT = 0x08,
	ISUP_ANM = 0x09,
	ISUP_REL = 0x0c,
	ISUP_SUS = 0x0d,
	ISUP_RES = 0x0e,
	ISUP_RLC = 0x10,
	ISUP_CCR = 0x11,
	ISUP_RSC = 0x12,
	ISUP_BLO = 0x13,
	ISUP_UBL = 0x14,
	ISUP_BLA = 0x15,
	ISUP_UBA = 0x16,
	ISUP_GRS = 0x17,
	ISUP_CGB = 0x18,
	ISUP_CGU = 0x19,
	ISUP_CGBA = 0x1a,
	ISUP_CGUA = 0x1b,
	ISUP_FAR = 0x1f,
	ISUP_FAA = 0x20,
	ISUP_FRJ = 0x21,
	ISUP_LPA = 0x24,
	ISUP_PAM = 0x28,
	ISUP_GRA = 0x29,
	ISUP_CQM = 0x2a,
	ISUP_CQR = 0x2b,
	ISUP_CPG = 0x2c,
	ISUP_USR = 0x2d,
	ISUP_UCIC = 0x2e,
	ISUP_CFN = 0x2f,
	ISUP_OLM = 0x30,
	ISUP_CRG = 0x31,
	ISUP_NRM = 0x32,
	ISUP_FAC = 0x33,
	ISUP_UPT = 0x34,
	ISUP_UPA = 0x35,
	ISUP_IDR = 0x36,
	ISUP_IRS = 0x37,
	ISUP_SGM = 0x38,
	ISUP_LOP = 0x40,
	ISUP_APM = 0x41,
	ISUP_PRI = 0x42,
	ISUP_SDN = 0x43,
	ISUP_CRA = 0xe9,
	ISUP_CRM = 0xea,
	ISUP_CVR = 0xeb,
	ISUP_CVT = 0xec,
	ISUP_EXM = 0xed,
};

/* Q.763 table 5, with the clause of the layout; from 0xc2 on ANSI T1.113 */
enum isup_param_code {
	ISUP_P_END = 0x00,
	ISUP_P_CALL_REFERENCE = 0x01,		/* 3.8 */
	ISUP_P_TMR = 0x02,			/* 3.54 */
	ISUP_P_ACCESS_TRANSPORT = 0x03,		/* 3.3 */
	ISUP_P_CALLED_NUMBER = 0x04,		/* 3.9 */
	ISUP_P_SUBSEQUENT_NUMBER = 0x05,	/* 3.51 */
	ISUP_P_NCI = 0x06,			/* 3.35 */
	ISUP_P_FCI = 0x07,			/* 3.23 */
	ISUP_P_OFCI = 0x08,			/* 3.38 */
	ISUP_P_CPC = 0x09,			/* 3.11 */
	ISUP_P_CALLING_NUMBER = 0x0a,		/* 3.10 */
	ISUP_P_REDIRECTING_NUMBER = 0x0b,	/* 3.44 */
	ISUP_P_REDIRECTION_NUMBER = 0x0c,	/* 3.46 */
	ISUP_P_CONNECTION_REQUEST = 0x0d,	/* 3.17 */
	ISUP_P_INFORMATION_REQUEST = 0x0e,	/* 3.29 */
	ISUP_P_INFORMATION = 0x0f,		/* 3.28 */
	ISUP_P_CONTINUITY = 0x10,		/* 3.18 */
	ISUP_P_BCI = 0x11,			/* 3.5 */
	ISUP_P_CAUSE = 0x12,			/* 3.12 */
	ISUP_P_REDIRECTION_INFORMATION = 0x13,	/* 3.45 */
	ISUP_P_CGS_TYPE = 0x15,			/* 3.13 */
	ISUP_P_RANGE_AND_STATUS = 0x16,		/* 3.43 */
	ISUP_P_FACILITY = 0x18,			/* 3.22 */
	ISUP_P_CUG_INTERLOCK = 0x1a,		/* 3.15 */
	ISUP_P_USI = 0x1d,			/* 3.57 */
	ISUP_P_SIGNALLING_POINT_CODE = 0x1e,	/* 3.50 */
	ISUP_P_USER_TO_USER_INFORMATION = 0x20, /* 3.61 */
	ISUP_P_CONNECTED_NUMBER = 0x21,		/* 3.16 */
	ISUP_P_SUSPEND_RESUME = 0x22,		/* 3.52 */
	ISUP_P_TRANSIT_NETWORK = 0x23,		/* 3.53 */
	ISUP_P_EVENT = 0x24,			/* 3.21 */
	ISUP_P_CIRCUIT_ASSIGNMENT_MAP = 0x25,	/* 3.69 */
	ISUP_P_CIRCUIT_STATE = 0x26,		/* 3.14 */
	ISUP_P_CONGESTION_LEVEL = 0x27,		/* 3.4 */
	ISUP_P_ORIGINAL_CALLED_NUMBER = 0x28,	/* 3.39 */
	ISUP_P_OBCI = 0x29,			/* 3.37 */
	ISUP_P_USER_TO_USER_INDICATORS = 0x2a,	/* 3.60 */
	ISUP_P_ORIGINATION_ISC = 0x2b,		/* 3.40 */
	ISUP_P_NOTIFICATION = 0x2c,		/* 3.25 */
	ISUP_P_CALL_HISTORY = 0x2d,		/* 3.7 */
	ISUP_P_ACCESS_DELIVERY = 0x2e,		/* 3.2 */
	ISUP_P_NETWORK_FACILITY = 0x2f,		/* 3.36 */
	ISUP_P_USI_PRIME = 0x30,		/* 3.58 */
	ISUP_P_PROPAGATION_DELAY = 0x31,	/* 3.42 */
	ISUP_P_REMOTE_OPERATIONS = 0x32,	/* 3.48 */
	ISUP_P_SERVICE_ACTIVATION = 0x33,	/* 3.49 */
	ISUP_P_USER_TELESERVICE = 0x34,		/* 3.59 */
	ISUP_P_TMU = 0x35,			/* 3.56 */
	ISUP_P_CALL_DIVERSION = 0x36,		/* 3.6 */
	ISUP_P_ECHO_CONTROL = 0x37,		/* 3.19 */
	ISUP_P_MESSAGE_COMPATIBILITY = 0x38,	/* 3.33 */
	ISUP_P_PARAMETER_COMPATIBILITY = 0x39,	/* 3.41 */
	ISUP_P_MLPP_PRECEDENCE = 0x3a,		/* 3.34 */
	ISUP_P_MCID_REQUEST = 0x3b,		/* 3.31 */
	ISUP_P_MCID_RESPONSE = 0x3c,		/* 3.32 */
	ISUP_P_HOP_COUNTER = 0x3d,		/* 3.80 */
	ISUP_P_TMR_PRIME = 0x3e,		/* 3.55 */
	ISUP_P_LOCATION_NUMBER = 0x3f,		/* 3.30 */
	ISUP_P_REDIRECTION_RESTRICTION = 0x40,	/* 3.47 */
	ISUP_P_CALL_TRANSFER_REFERENCE = 0x43,	/* 3.65 */
	ISUP_P_LOOP_PREVENTION = 0x44,		/* 3.67 */
	ISUP_P_CALL_TRANSFER_NUMBER = 0x45,	/* 3.64 */
	ISUP_P_CCSS = 0x4b,			/* 3.63 */
	ISUP_P_FORWARD_GVNS = 0x4c,		/* 3.66 */
	ISUP_P_BACKWARD_GVNS = 0x4d,		/* 3.62 */
	ISUP_P_REDIRECT_CAPABILITY = 0x4e,	/* 3.96 */
	ISUP_P_NETWORK_MANAGEMENT = 0x5b,	/* 3.68 */
	ISUP_P_CORRELATION_ID = 0x65,		/* 3.70 */
	ISUP_P_SCF_ID = 0x66,			/* 3.71 */
	ISUP_P_DIVERSION_TREATMENT = 0x6e,	/* 3.72 */
	ISUP_P_CALLED_IN_NUMBER = 0x6f,		/* 3.73 */
	ISUP_P_OFFERING_TREATMENT = 0x70,	/* 3.74 */
	ISUP_P_CHARGED_PARTY = 0x71,		/* 3.75 */
	ISUP_P_CONFERENCE_TREATMENT = 0x72,	/* 3.76 */
	ISUP_P_DISPLAY = 0x73,			/* 3.77 */
	ISUP_P_UID_ACTION = 0x74,		/* 3.78 */
	ISUP_P_UID_CAPABILITY = 0x75,		/* 3.79 */
	ISUP_P_REDIRECT_COUNTER = 0x77,		/* 3.97 */
	ISUP_P_APPLICATION_TRANSPORT = 0x78,	/* 3.82 */
	ISUP_P_COLLECT_CALL = 0x79,		/* 3.81 */
	ISUP_P_GEODETIC_LOCATION = 0x81,	/* 3.88 */
	ISUP_P_FORWARD_CAT = 0x8e,		/* table 5 */
	ISUP_P_BACKWARD_CAT = 0x8f,		/* table 5 */
	ISUP_P_AUTOMATIC_REROUTING = 0x96,	/* table 5 */
	ISUP_P_IEPS = 0xa6,			/* table 5 */
	ISUP_P_VED = 0xa8,			/* table 5 */
	ISUP_P_GENERIC_NUMBER = 0xc0,		/* 3.26 */
	ISUP_P_GENERIC_DIGITS = 0xc1,		/* 3.24 */
	ISUP_P_OPERATOR_SERVICES = 0xc2,	/* T1.113 */
	ISUP_P_EGRESS = 0xc3,			/* T1.113 */
	ISUP_P_JURISDICTION = 0xc4,		/* T1.113 */
	ISUP_P_CARRIER_IDENTIFICATION = 0xc5,	/* T1.113 */
	ISUP_P_BUSINESS_GROUP = 0xc6,		/* T1.113 */
	ISUP_P_GENERIC_NAME = 0xc7,		/* T1.113 */
	ISUP_P_NOTIFICATION_INDICATOR = 0xe1,	/* T1.113 */
	ISUP_P_GROUP_CHARACTERISTIC = 0xe5,	/* T1.113 */
	ISUP_P_VALIDATION_RESPONSE = 0xe6,	/* T1.113 */
	ISUP_P_OUTGOING_TRUNK_GROUP = 0xe7,	/* T1.113 */
	ISUP_P_CIRCUIT_NAME = 0xe8,		/* T1.113 */
	ISUP_P_CLLI = 0xe9,			/* T1.113 */
	ISUP_P_ORIGINATING_LINE = 0xea,		/* T1.113 */
	ISUP_P_CHARGE_NUMBER = 0xeb,		/* T1.113 */
	ISUP_P_SERVICE_CODE = 0xec,		/* T1.113 */
	ISUP_P_SPECIAL_PROCESSING = 0xed,	/* T1.113 */
	ISUP_P_CARRIER_SELECTION = 0xee,	/* T1.113 */
	ISUP_P_NETWORK_TRANSPORT = 0xef,	/* T1.113 */
};

#define ISUP_MAX_PARAMS	 40
#define ISUP_MAX_OCTETS	 272 /* of a message on the wire */
#define ISUP_MAX_CONTENT 512 /* of a message that came in two segments */
#define ISUP_MAX_DIGITS	 32

/* A set of messages, parameters and timers: a national variant. ITU-T is built in; more of them
 * are named in variant.h. */
struct isup_variant;
extern const struct isup_variant isup_itu;

struct isup_param {
	uint8_t code, len;
	uint16_t at; /* in octets[] */
};

struct isup_msg {
	uint8_t type; /* enum isup_msg_type, or what the wire said */
	uint8_t nr_params;
	uint16_t cic;
	uint16_t nr_octets;
	const struct isup_variant *v; /* whose numbers it holds; NULL: isup_itu. Set by decoding */
	struct isup_param param[ISUP_MAX_PARAMS];
	uint8_t octets[ISUP_MAX_CONTENT];
};

/* 3.9, 3.10, 3.16 ...: fields that a parameter lacks are 0 */
struct isup_number {
	uint8_t noa;  /* nature of address: 1 subscriber, 3 national, 4 international ... */
	uint8_t npi;  /* numbering plan: 1 E.164 */
	uint8_t inn;  /* called: 1 routing to internal network number not allowed */
	uint8_t ni;   /* calling: number incomplete */
	uint8_t apri; /* presentation: 0 allowed, 1 restricted, 2 not available */
	uint8_t si;   /* screening: 1 user provided verified and passed, 3 network provided */
	uint8_t nqi; /* generic number: number qualifier, 3.26; 6 additional calling party number */
	char digits[ISUP_MAX_DIGITS + 1]; /* '0'-'9', 'A'-'F'; 'F' is ST; NUL behind */
};

#define ISUP_NOA_SUBSCRIBER    1
#define ISUP_NOA_NATIONAL      3
#define ISUP_NOA_INTERNATIONAL 4

/* 3.12 and Q.850 */
enum isup_location {
	ISUP_LOC_USER = 0,
	ISUP_LOC_PRIVATE_LOCAL = 1,
	ISUP_LOC_PUBLIC_LOCAL = 2,
	ISUP_LOC_TRANSIT = 3,
	ISUP_LOC_PUBLIC_REMOTE = 4,
	ISUP_LOC_PRIVATE_REMOTE = 5,
	ISUP_LOC_INTERNATIONAL = 7,
	ISUP_LOC_BEYOND = 10,
};

struct isup_cause {
	uint8_t coding; /* 0 ITU-T */
	uint8_t location;
	uint8_t value; /* 1-127 */
	uint8_t nr_diagnostics;
	uint8_t diagnostics[30];
};

/* 3.35 */
struct isup_nci {
	uint8_t satellite, continuity, echo_device;
};

/* 3.23 */
struct isup_fci {
	uint8_t international, end_to_end_method, interworking, end_to_end_info, isup_all_the_way,
		isup_preference, isdn_access, sccp_method,
		ported, /* ported number translated: the M bit of RFC 3398 8.2.1.1 */
		qor;	/* query on release attempt */
};

/* 3.5 */
struct isup_bci {
	uint8_t charge, called_status, called_category, end_to_end_method, interworking,
		end_to_end_info, isup_all_the_way, holding, isdn_access, echo_device, sccp_method;
};

/* 3.37 */
struct isup_obci {
	uint8_t in_band, diversion, segmentation, mlpp;
};

/* 3.21: 1 alerting, 2 progress, 3 in-band information or pattern now available ... */
struct isup_event {
	uint8_t event, restricted;
};

#define ISUP_EVENT_ALERTING  1
#define ISUP_EVENT_PROGRESS  2
#define ISUP_EVENT_IN_BAND   3
#define ISUP_EVENT_FORWARDED 6 /* unconditionally */

/* From the CIC on (what follows the routing label). Unknown message types decode to type and CIC
 * with TG_ENOTSUP, and their optional part when they have one (1.4.6: it is all they may have);
 * more than a message holds is TG_ELIMIT; damaged ones give TG_ETRUNC or TG_EINVAL with the place in diag, and
 * m->cic and m->type as far as known. */
int isup_msg_dec(struct isup_msg *m, const struct isup_variant *v, struct str octets,
		 struct tg_diag *diag);
/* Length, or TG_E*: a mandatory parameter is missing or out of its length (TG_EINVAL), no room in
 * buf (TG_ELIMIT), an unknown type that was not decoded so (TG_ENOTSUP). What isup_msg_dec accepts is encoded again octet
 * for octet, but for what the canonical form has not: gaps between the parts, octets behind the
 * end of the optional part, spare bits of the CIC, an optional part with nothing in it, an omitted
 * pointer to none. */
int isup_msg_enc(const struct isup_msg *m, const struct isup_variant *v, uint8_t *buf, size_t size,
		 struct tg_diag *diag);
void isup_msg_init(struct isup_msg *m, uint8_t type, uint16_t cic);
/* For a message that comes from one variant and goes out in another: its numbers are laid out as
 * `v` has them. TG_EINVAL: one has no such form; TG_ENOTSUP: `v` has no such
 * message; TG_ELIMIT. */
int isup_msg_adapt(struct isup_msg *m, const struct isup_variant *v);
/* In words, a parameter per line through `say`. */
void isup_msg_print(const struct isup_msg *m, const struct isup_variant *v,
		    void (*say)(void *ctx, const char *line), void *ctx);
/* "IAM"; "0x7f" style for unknown ones into buf (8 octets). */
const char *isup_msg_name(uint8_t type, char *buf);

/* The octets of a parameter; false when it is not there. */
bool isup_get(const struct isup_msg *m, enum isup_param_code code, struct str *octets);
/* Adds, or replaces in place. TG_ELIMIT when there is no room. */
int isup_put(struct isup_msg *m, enum isup_param_code code, struct str octets);
/* Adds one more, also when there is one already. */
int isup_add(struct isup_msg *m, enum isup_param_code code, struct str octets);
void isup_del(struct isup_msg *m, enum isup_param_code code);

/* Typed: TG_ENOENT not there, TG_EINVAL octets that cannot be this. */
int isup_get_u8(const struct isup_msg *m, enum isup_param_code code, uint8_t *v);
int isup_put_u8(struct isup_msg *m, enum isup_param_code code, uint8_t v);
int isup_get_number(const struct isup_msg *m, enum isup_param_code code, struct isup_number *n);
int isup_put_number(struct isup_msg *m, enum isup_param_code code, const struct isup_number *n);
int isup_get_cause(const struct isup_msg *m, struct isup_cause *c);
int isup_put_cause(struct isup_msg *m, const struct isup_cause *c);
int isup_get_nci(const struct isup_msg *m, struct isup_nci *v);
int isup_put_nci(struct isup_msg *m, const struct isup_nci *v);
int isup_get_fci(const struct isup_msg *m, struct isup_fci *v);
int isup_put_fci(struct isup_msg *m, const struct isup_fci *v);
int isup_get_bci(const struct isup_msg *m, struct isup_bci *v);
int isup_put_bci(struct isup_msg *m, const struct isup_bci *v);
int isup_get_obci(const struct isup_msg *m, struct isup_obci *v);
int isup_put_obci(struct isup_msg *m, const struct isup_obci *v);
int isup_get_event(const struct isup_msg *m, struct isup_event *v);
int isup_put_event(struct isup_msg *m, const struct isup_event *v);

/* Q.850's name of a cause, "" when it has none. */
const char *isup_cause_name(uint8_t value);

#endif
