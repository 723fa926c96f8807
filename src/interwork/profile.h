/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * interwork/profile: what a SIP peer's signalling is made of and into, as rows: causes to statuses,
 * statuses to causes, rules (a value each) and mappings (on or off). The built-in profiles are
 * constant tables; an operator's own one is a built-in one and a list of changed rows. A profile is
 * plain data: a call copies that of its peer at the beginning.
 *
 *	struct iw_profile p = IW_PROFILE(IW_Q1912_5_B, "carrier");
 *	iw_profile_set(&p, IW_TABLE_CAUSE, 31, 480);
 *	iw_profile_rule(&p, IW_RULE_HOP_FACTOR)		(its value)
 *	iw_profile_has(&p, IW_MAP_DIVERSION)
 *
 *	struct iw_row row;				(show, documents, tests)
 *	for (unsigned pos = 0; iw_profile_walk(&p, IW_TABLE_CAUSE, &pos, &row);) ...
 *
 * Rows of Q.1912.5 were written without the ITU text at hand and say so (`unchecked`). Adding a row:
 * profile_cause.c, profile_status.c, profile_rule.c, profile_map.c; doc/interwork.md is made from them.
 */
#ifndef TRUNKGATE_INTERWORK_PROFILE_H
#define TRUNKGATE_INTERWORK_PROFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <trunkgate/base/err.h>
#include <trunkgate/base/str.h>

enum iw_base {
	IW_RFC3398,
	IW_Q1912_5_A,
	IW_Q1912_5_B,
	IW_SIP_I, /* Q.1912.5 profile C */
	IW_SIP_T, /* RFC 3372 */
	IW_NR_BASES
};

enum iw_table { IW_TABLE_CAUSE, IW_TABLE_STATUS, IW_TABLE_RULE, IW_TABLE_MAP, IW_NR_TABLES };

/* One value each. */
enum iw_rule {
	IW_RULE_REASON_IN,
	IW_RULE_REASON_OUT,
	IW_RULE_LOCATION,      /* of the REL for a 3xx-5xx */
	IW_RULE_LOCATION_USER, /* of the REL for a 6xx */
	IW_RULE_REDIRECT_CAUSE,
	IW_RULE_TIMEOUT_CAUSE,
	IW_RULE_BYE_CAUSE,
	IW_RULE_CANCEL_CAUSE,
	IW_RULE_INTERWORKING,
	IW_RULE_ALL_THE_WAY,
	IW_RULE_PREFERENCE,
	IW_RULE_ISDN_ACCESS,
	IW_RULE_SATELLITE,
	IW_RULE_CPC,
	IW_RULE_TMR,
	IW_RULE_BACKWARD_INTERWORKING,
	IW_RULE_SCREENING,
	IW_RULE_NO_CALLER,
	IW_RULE_HOP_FACTOR,
	IW_RULE_REDIRECT_MAX,
	IW_RULE_ENCAPSULATION,
	IW_RULE_ISUP_VERSION,
	IW_RULE_ISUP_HANDLING,
	IW_RULE_USER_SERVICE,
	IW_RULE_EARLY_MEDIA,
	IW_RULE_T11,
	IW_RULE_CUG_CAUSE,
	IW_RULE_DELAY,
	IW_RULE_NO_NUMBER,
	IW_RULE_ERROR_TONE,
	IW_RULE_INTERWORK_TIMER,
	IW_RULE_HEX_DIGITS,
	IW_RULE_ROUTING_NUMBER,
	IW_NR_RULES
};

/* Parameters that are carried over, or left out. What no row names is never sent. */
enum iw_map {
	IW_MAP_CALLED,
	IW_MAP_CALLING,
	IW_MAP_IDENTITY,
	IW_MAP_PRIVACY,
	IW_MAP_GENERIC_NUMBER,
	IW_MAP_TO_ORIGINAL,
	IW_MAP_CONNECTED,
	IW_MAP_DIVERSION,
	IW_MAP_HISTORY_INFO,
	IW_MAP_CPC,
	IW_MAP_OLI,
	IW_MAP_PORTABILITY,
	IW_MAP_CARRIER,
	IW_MAP_HOP_COUNTER,
	IW_MAP_UUI,
	IW_MAP_SUBADDRESS,
	IW_MAP_BEARER,
	IW_MAP_PRIORITY,
	IW_MAP_DIVERTED,
	IW_MAP_CHARGE,
	IW_MAP_JURISDICTION,
	IW_MAP_TRUNK_GROUP,
	IW_MAP_GEOLOCATION,
	IW_MAP_NAME,
	IW_MAP_REFERRED_BY,
	IW_NR_MAPS
};

/* Where a value comes from. `unchecked`: not checked against the ITU text. */
struct iw_source {
	const char *clause;
	bool unchecked;
};

/* Cause to status. Status 0: none; status_if_none is what a caller that waits for a final response
 * gets nevertheless. Cause 0: all others. */
struct iw_cause_row {
	uint8_t cause;
	uint16_t status, status_if_none;
	uint16_t status_user;	    /* with the location 'user'; 0: the same */
	uint16_t status_diagnostic; /* with a new number in the diagnostics; 0: the same */
	struct iw_source source;
};

/* Status to cause. Cause 0: no mapping, or the Warning tells (`warning`). Status 0: all others. */
struct iw_status_row {
	uint16_t status;
	uint8_t cause;
	bool warning;
	struct iw_source source;
};

struct iw_rule_row {
	const char *name; /* the configuration's word */
	const char *what;
	const char *const *words; /* of its values, ends with NULL; NULL: a number */
	uint16_t min, max;
	uint16_t value[IW_NR_BASES];
	struct iw_source source[IW_NR_BASES];
};

#define IW_HANDLING_PREFERRED 2 /* of IW_RULE_ISUP_HANDLING */

enum iw_direction { IW_BOTH, IW_TO_SIP, IW_TO_ISUP };

struct iw_map_row {
	const char *name;
	const char *isup, *sip; /* what on either side */
	uint8_t direction;
	uint8_t on; /* a bit for each base */
	struct iw_source source;
};

struct iw_cause_table {
	const struct iw_cause_row *row;
	size_t nr;
};
struct iw_status_table {
	const struct iw_status_row *row;
	size_t nr;
};

extern const struct iw_cause_table iw_causes_rfc3398, iw_causes_q1912;
extern const struct iw_status_table iw_statuses_rfc3398, iw_statuses_q1912;
extern const struct iw_rule_row iw_rule_rows[IW_NR_RULES];
extern const struct iw_map_row iw_map_rows[IW_NR_MAPS];
extern const char *const iw_base_names[IW_NR_BASES];
extern const char *const iw_table_names[IW_NR_TABLES];

#define IW_PROFILE_NAME_MAX 32
#define IW_MAX_CHANGES	    64

struct iw_change {
	uint8_t table;
	uint16_t key, value; /* cause, status, rule, mapping */
};

struct iw_profile {
	char name[IW_PROFILE_NAME_MAX];
	uint8_t base;
	uint8_t nr_changes;
	struct iw_change change[IW_MAX_CHANGES];
};

#define IW_PROFILE(b, n) ((struct iw_profile){ .name = n, .base = b })

/* What a lookup found. A changed row has the clause "configured". */
struct iw_row {
	uint16_t key, value;
	uint16_t value_if_none, value_user, value_diagnostic; /* causes only */
	bool warning;					      /* statuses only */
	bool changed;
	struct iw_source source;
};

/* The row of this key; else that of all others (key 0). */
struct iw_row iw_profile_find(const struct iw_profile *p, enum iw_table t, uint16_t key);
uint16_t iw_profile_rule(const struct iw_profile *p, enum iw_rule rule);
bool iw_profile_has(const struct iw_profile *p, enum iw_map map);
/* Every row in order, the changed ones in their places; false behind the last. */
bool iw_profile_walk(const struct iw_profile *p, enum iw_table t, unsigned *pos,
		     struct iw_row *row);

/* Changes a row, also one that the base has not. TG_ELIMIT: no room for one more. The other columns
 * of a changed cause (user, diagnostics) are gone: the value counts in every case. */
int iw_profile_set(struct iw_profile *p, enum iw_table t, uint16_t key, uint16_t value);
/* Back to the base's; TG_ENOENT: it was not changed. */
int iw_profile_unset(struct iw_profile *p, enum iw_table t, uint16_t key);

/* -1: no such word. */
int iw_base_find(const char *name);
int iw_rule_find(const char *name);
int iw_map_find(const char *name);
/* The value of a rule as its word or number; -1: out of its words or range. */
int iw_rule_value(enum iw_rule rule, const char *word);
#define IW_WORD_MAX 16
/* The value in words; buf has IW_WORD_MAX octets and may be what is returned. */
const char *iw_rule_word(enum iw_rule rule, uint16_t value, char *buf);
/* The table of this base. */
const struct iw_cause_table *iw_base_causes(enum iw_base base);
const struct iw_status_table *iw_base_statuses(enum iw_base base);

#endif
