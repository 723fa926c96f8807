/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The built-in variants that are not Q.763 (12/99) itself, as differences to it: ISUP'92 (Q.763
 * 03/93), ETSI EN 300 356-1 version 3, ANSI T1.113-1995. What the older texts lack and how ANSI
 * differs was written from memory of them: `unchecked`.
 */
#include "isup/params.h"
#include "isup/tables.h"
#include "isup/variant.h"

#define S(s)  ((s)*1000u)
#define T1113 .clause = "T1.113.3", .unchecked = true
#define GONE  .removed = true, .unchecked = true

const struct isup_variant isup_itu2000 = {
	.name = "itu2000",
	.base = &isup_itu,
	.location = ISUP_LOC_PUBLIC_LOCAL,
	.cic_bits = 12,
	.unknown_msg = ISUP_CONFUSION,
	.unknown_parameter = ISUP_PASS,
	.damaged = ISUP_CONFUSION,
};

/* Came with ISUP'97 and ISUP 2000. */
/* clang-format off */
static const struct isup_msg_row itu92_msgs[] = {
	[ISUP_LOP] = { GONE },
	[ISUP_APM] = { GONE },
	[ISUP_PRI] = { GONE },
	[ISUP_SDN] = { GONE },
};

static const struct isup_param_row itu92_params[] = {
	[ISUP_P_CIRCUIT_ASSIGNMENT_MAP] = { GONE },
	[ISUP_P_HOP_COUNTER] = { GONE },
	[ISUP_P_CALL_TRANSFER_REFERENCE] = { GONE },
	[ISUP_P_LOOP_PREVENTION] = { GONE },
	[ISUP_P_CALL_TRANSFER_NUMBER] = { GONE },
	[ISUP_P_CCSS] = { GONE },
	[ISUP_P_FORWARD_GVNS] = { GONE },
	[ISUP_P_BACKWARD_GVNS] = { GONE },
	[ISUP_P_REDIRECT_CAPABILITY] = { GONE },
	[ISUP_P_NETWORK_MANAGEMENT] = { GONE },
	[ISUP_P_CORRELATION_ID] = { GONE },
	[ISUP_P_SCF_ID] = { GONE },
	[ISUP_P_DIVERSION_TREATMENT] = { GONE },
	[ISUP_P_CALLED_IN_NUMBER] = { GONE },
	[ISUP_P_OFFERING_TREATMENT] = { GONE },
	[ISUP_P_CHARGED_PARTY] = { GONE },
	[ISUP_P_CONFERENCE_TREATMENT] = { GONE },
	[ISUP_P_DISPLAY] = { GONE },
	[ISUP_P_UID_ACTION] = { GONE },
	[ISUP_P_UID_CAPABILITY] = { GONE },
	[ISUP_P_REDIRECT_COUNTER] = { GONE },
	[ISUP_P_APPLICATION_TRANSPORT] = { GONE },
	[ISUP_P_COLLECT_CALL] = { GONE },
	[ISUP_P_GEODETIC_LOCATION] = { GONE },
	[ISUP_P_FORWARD_CAT] = { GONE },
	[ISUP_P_BACKWARD_CAT] = { GONE },
	[ISUP_P_AUTOMATIC_REROUTING] = { GONE },
	[ISUP_P_IEPS] = { GONE },
	[ISUP_P_VED] = { GONE },
};

const struct isup_variant isup_itu92 = {
	.name = "itu92",
	.base = &isup_itu,
	.msgs = itu92_msgs,
	.params = itu92_params,
	.nr_msgs = sizeof(itu92_msgs) / sizeof(itu92_msgs[0]),
	.nr_params = sizeof(itu92_params) / sizeof(itu92_params[0]),
	.location = ISUP_LOC_PUBLIC_LOCAL,
	.cic_bits = 12,
	.unknown_msg = ISUP_CONFUSION,
	.unknown_parameter = ISUP_PASS,
	.damaged = ISUP_CONFUSION,
};

/* Version 3 is ISUP'97 for Europe. */
static const struct isup_msg_row etsi3_msgs[] = {
	[ISUP_PAM] = { GONE },
	[ISUP_OLM] = { GONE },
	[ISUP_SDN] = { GONE },
};

static const struct isup_param_row etsi3_params[] = {
	[ISUP_P_REDIRECT_CAPABILITY] = { GONE },
	[ISUP_P_REDIRECT_COUNTER] = { GONE },
	[ISUP_P_GEODETIC_LOCATION] = { GONE },
	[ISUP_P_FORWARD_CAT] = { GONE },
	[ISUP_P_BACKWARD_CAT] = { GONE },
	[ISUP_P_AUTOMATIC_REROUTING] = { GONE },
	[ISUP_P_IEPS] = { GONE },
	[ISUP_P_VED] = { GONE },
};

const struct isup_variant isup_etsi3 = {
	.name = "etsi3",
	.base = &isup_itu,
	.msgs = etsi3_msgs,
	.params = etsi3_params,
	.nr_msgs = sizeof(etsi3_msgs) / sizeof(etsi3_msgs[0]),
	.nr_params = sizeof(etsi3_params) / sizeof(etsi3_params[0]),
	.location = ISUP_LOC_PUBLIC_LOCAL,
	.cic_bits = 12,
	.unknown_msg = ISUP_CONFUSION,
	.unknown_parameter = ISUP_PASS,
	.damaged = ISUP_CONFUSION,
};

static const struct isup_msg_row ansi95_msgs[] = {
	[ISUP_IAM] = { .abbr = "IAM", .name = "initial address", T1113,
		.fixed = { ISUP_P_NCI, ISUP_P_FCI, ISUP_P_CPC },
		.variable = { ISUP_P_USI, ISUP_P_CALLED_NUMBER }, .optional = true },
	[ISUP_SAM] = { GONE },
	[ISUP_CON] = { GONE },
	[ISUP_RLC] = { .abbr = "RLC", .name = "release complete", T1113 },
	[ISUP_FAR] = { GONE },
	[ISUP_FAA] = { GONE },
	[ISUP_FRJ] = { GONE },
	[ISUP_USR] = { GONE },
	[ISUP_OLM] = { GONE },
	[ISUP_CRG] = { GONE },
	[ISUP_NRM] = { GONE },
	[ISUP_UPT] = { GONE },
	[ISUP_UPA] = { GONE },
	[ISUP_IDR] = { GONE },
	[ISUP_IRS] = { GONE },
	[ISUP_SGM] = { GONE },
	[ISUP_LOP] = { GONE },
	[ISUP_APM] = { GONE },
	[ISUP_PRI] = { GONE },
	[ISUP_SDN] = { GONE },
	[ISUP_CRA] = { .abbr = "CRA", .name = "circuit reservation acknowledgement", T1113 },
	[ISUP_CRM] = { .abbr = "CRM", .name = "circuit reservation", T1113,
		.fixed = { ISUP_P_NCI } },
	[ISUP_CVR] = { .abbr = "CVR", .name = "circuit validation response", T1113,
		.fixed = { ISUP_P_VALIDATION_RESPONSE, ISUP_P_GROUP_CHARACTERISTIC },
		.optional = true },
	[ISUP_CVT] = { .abbr = "CVT", .name = "circuit validation test", T1113 },
	[ISUP_EXM] = { .abbr = "EXM", .name = "exit", T1113, .optional = true },
};

static const struct isup_param_row ansi95_params[] = {
	[ISUP_P_CALL_REFERENCE] = { .name = "call reference", T1113, .min = 6, .max = 6,
		.fields = isup_fields_call_reference_ansi,
		.size = sizeof(struct isup_call_reference) },
	[ISUP_P_CONNECTION_REQUEST] = { .name = "connection request", T1113, .min = 8, .max = 9,
		.fields = isup_fields_connection_request_ansi,
		.size = sizeof(struct isup_connection_request) },
	[ISUP_P_TRANSIT_NETWORK] = { .name = "transit network selection", T1113, .min = 4,
		.max = 4, ISUP_FIELDS(network_selection_ansi) },
	[ISUP_P_SIGNALLING_POINT_CODE] = { .name = "signalling point code", T1113, .min = 3,
		.max = 3, .fields = isup_fields_point_code_ansi,
		.size = sizeof(struct isup_point_code) },
};
/* clang-format on */

/* T1.113.4: shorter than those of Q.764. */
#define SHORT(t, text) [ISUP_##t] = { #t, "T1.113.4 (from memory)", S(4), S(15), S(15), text }
#define LONG(t, text)  [ISUP_##t] = { #t, "T1.113.4 (from memory)", S(60), S(60), S(60), text }

const struct isup_variant isup_ansi95 = {
	.name = "ansi95",
	.base = &isup_itu,
	.msgs = ansi95_msgs,
	.params = ansi95_params,
	.nr_msgs = sizeof(ansi95_msgs) / sizeof(ansi95_msgs[0]),
	.nr_params = sizeof(ansi95_params) / sizeof(ansi95_params[0]),
	.timers = {
		SHORT(T1, "REL is repeated"),
		LONG(T5, "no RLC to REL: reset of the circuit, alarm"),
		SHORT(T12, "BLO is repeated"),
		LONG(T13, "no BLA: BLO, alarm"),
		SHORT(T14, "UBL is repeated"),
		LONG(T15, "no UBA: UBL, alarm"),
		SHORT(T16, "RSC is repeated"),
		LONG(T17, "no RLC to RSC: RSC, alarm"),
		SHORT(T18, "CGB is repeated"),
		LONG(T19, "no CGBA: CGB, alarm"),
		SHORT(T20, "CGU is repeated"),
		LONG(T21, "no CGUA: CGU, alarm"),
		SHORT(T22, "GRS is repeated"),
		LONG(T23, "no GRA: GRS, alarm"),
		[ISUP_T27] = { "T27", "T1.113.4 TCCR,r (from memory)", S(20), S(20), S(20),
			"no CCR after COT, failed: reset of the circuit" },
	},
	.location = ISUP_LOC_PUBLIC_LOCAL,
	.cic_bits = 14,
	.unknown_msg = ISUP_CONFUSION,
	.unknown_parameter = ISUP_PASS,
	.damaged = ISUP_CONFUSION,
};

const struct isup_variant *const isup_variants[] = { &isup_itu,	  &isup_itu92,	&isup_itu2000,
						     &isup_etsi3, &isup_ansi95, NULL };

const struct isup_variant *isup_variant_find(struct str name)
{
	for (const struct isup_variant *const *v = isup_variants; *v; v++)
		if (str_eq(name, str_of((*v)->name)))
			return *v;
	return NULL;
}
