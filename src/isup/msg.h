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
 * Codes are those of Q.763 tables 4 and 5. Adding a message or a parameter: a row in tables.c and
 * a vector.
 */
#ifndef TRUNKGATE_ISUP_MSG_H
#define TRUNKGATE_ISUP_MSG_H

#include <stdbool.h>
#include <stdint.h>

#include <trunkgate/base/err.h>
#include <trunkgate/base/str.h>

/* Q.763 table 4 */
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
	ISUP_GRA = 0x29,
	ISUP_CPG = 0x2c,
	ISUP_UCIC = 0x2e,
	ISUP_CFN = 0x2f,
};

/* Q.763 table 5 */
enum isup_param_code {
	ISUP_P_END = 0x00,
	ISUP_P_TMR = 0x02,		/* transmission medium requirement, 3.54 */
	ISUP_P_ACCESS_TRANSPORT = 0x03, /* 3.3 */
	ISUP_P_CALLED_NUMBER = 0x04,	/* 3.9 */
	ISUP_P_NCI = 0x06,		/* nature of connection indicators, 3.35 */
	ISUP_P_FCI = 0x07,		/* forward call indicators, 3.23 */
	ISUP_P_OFCI = 0x08,		/* optional forward call indicators, 3.38 */
	ISUP_P_CPC = 0x09,		/* calling party's category, 3.11 */
	ISUP_P_CALLING_NUMBER = 0x0a,	/* 3.10 */
	ISUP_P_REDIRECTING_NUMBER = 0x0b,
	ISUP_P_CONTINUITY = 0x10,
	ISUP_P_BCI = 0x11,   /* backward call indicators, 3.5 */
	ISUP_P_CAUSE = 0x12, /* 3.12 */
	ISUP_P_REDIRECTION_INFORMATION = 0x13,
	ISUP_P_RANGE_AND_STATUS = 0x16, /* 3.43 */
	ISUP_P_USI = 0x1d,		/* user service information, 3.57 */
	ISUP_P_CONNECTED_NUMBER = 0x21, /* 3.16 */
	ISUP_P_EVENT = 0x24,		/* event information, 3.21 */
	ISUP_P_ORIGINAL_CALLED_NUMBER = 0x28,
	ISUP_P_OBCI = 0x29, /* optional backward call indicators, 3.37 */
};

#define ISUP_MAX_PARAMS 40
#define ISUP_MAX_OCTETS 272
#define ISUP_MAX_DIGITS 32

struct isup_param {
	uint8_t code, len;
	uint16_t at; /* in octets[] */
};

struct isup_msg {
	uint8_t type; /* enum isup_msg_type, or what the wire said */
	uint8_t nr_params;
	uint16_t cic;
	uint16_t nr_octets;
	struct isup_param param[ISUP_MAX_PARAMS];
	uint8_t octets[ISUP_MAX_OCTETS];
};

/* 3.9, 3.10, 3.16 ...: fields that a parameter lacks are 0 */
struct isup_number {
	uint8_t noa;  /* nature of address: 1 subscriber, 3 national, 4 international ... */
	uint8_t npi;  /* numbering plan: 1 E.164 */
	uint8_t inn;  /* called: 1 routing to internal network number not allowed */
	uint8_t ni;   /* calling: number incomplete */
	uint8_t apri; /* presentation: 0 allowed, 1 restricted, 2 not available */
	uint8_t si;   /* screening: 1 user provided verified and passed, 3 network provided */
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
		isup_preference, isdn_access, sccp_method;
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

#define ISUP_EVENT_ALERTING 1
#define ISUP_EVENT_PROGRESS 2
#define ISUP_EVENT_IN_BAND  3

/* A set of messages, parameters and timers: a national variant. ITU-T is built in. */
struct isup_variant;
extern const struct isup_variant isup_itu;

/* From the CIC on (what follows the routing label). Unknown message types decode to type and CIC
 * with TG_ENOTSUP; damaged ones give TG_ETRUNC or TG_EINVAL with the place in diag, and
 * m->cic and m->type as far as known. */
int isup_msg_dec(struct isup_msg *m, const struct isup_variant *v, struct str octets,
		 struct tg_diag *diag);
/* Length, or TG_E* (a mandatory parameter is missing, too long). */
int isup_msg_enc(const struct isup_msg *m, const struct isup_variant *v, uint8_t *buf, size_t size,
		 struct tg_diag *diag);
void isup_msg_init(struct isup_msg *m, uint8_t type, uint16_t cic);
/* In words, a parameter per line through `say`. */
void isup_msg_print(const struct isup_msg *m, const struct isup_variant *v,
		    void (*say)(void *ctx, const char *line), void *ctx);
/* "IAM"; "0x7f" style for unknown ones into buf (8 octets). */
const char *isup_msg_name(uint8_t type, char *buf);

/* The octets of a parameter; false when it is not there. */
bool isup_get(const struct isup_msg *m, enum isup_param_code code, struct str *octets);
/* Adds, or replaces in place. TG_ELIMIT when there is no room. */
int isup_put(struct isup_msg *m, enum isup_param_code code, struct str octets);
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
