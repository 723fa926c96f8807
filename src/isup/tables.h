/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * isup/tables: the field rows of tables_field.c for the parameter rows of the variants.
 *
 *	[ISUP_P_NCI] = { .name = ..., .fields = isup_fields_nci, .size = sizeof(struct isup_nci) },
 */
#ifndef TRUNKGATE_ISUP_TABLES_H
#define TRUNKGATE_ISUP_TABLES_H

#include "isup/field.h"

extern const struct isup_field isup_fields_u8[];
extern const struct isup_field isup_fields_tmr[];
extern const struct isup_field isup_fields_cpc[];
extern const struct isup_field isup_fields_nci[];
extern const struct isup_field isup_fields_fci[];
extern const struct isup_field isup_fields_bci[];
extern const struct isup_field isup_fields_obci[];
extern const struct isup_field isup_fields_event[];
extern const struct isup_field isup_fields_ofci[];
extern const struct isup_field isup_fields_usi[];
extern const struct isup_field isup_fields_information_request[];
extern const struct isup_field isup_fields_information[];
extern const struct isup_field isup_fields_continuity[];
extern const struct isup_field isup_fields_redirection[];
extern const struct isup_field isup_fields_cgs_type[];
extern const struct isup_field isup_fields_range[];
extern const struct isup_field isup_fields_cug[];
extern const struct isup_field isup_fields_point_code[];
extern const struct isup_field isup_fields_uui[];
extern const struct isup_field isup_fields_suspend[];
extern const struct isup_field isup_fields_network_selection[];
extern const struct isup_field isup_fields_network_selection_ansi[];
extern const struct isup_field isup_fields_carrier_identification[];
extern const struct isup_field isup_fields_circuit_map[];
extern const struct isup_field isup_fields_congestion[];
extern const struct isup_field isup_fields_uus[];
extern const struct isup_field isup_fields_notification[];
extern const struct isup_field isup_fields_delay[];
extern const struct isup_field isup_fields_access_delivery[];
extern const struct isup_field isup_fields_network_facility[];
extern const struct isup_field isup_fields_octets[];
extern const struct isup_field isup_fields_text[];
extern const struct isup_field isup_fields_digits3[];
extern const struct isup_field isup_fields_service[];
extern const struct isup_field isup_fields_teleservice[];
extern const struct isup_field isup_fields_diversion[];
extern const struct isup_field isup_fields_echo_control[];
extern const struct isup_field isup_fields_msg_compat[];
extern const struct isup_field isup_fields_param_compat[];
extern const struct isup_field isup_fields_mlpp[];
extern const struct isup_field isup_fields_mcid_request[];
extern const struct isup_field isup_fields_mcid_response[];
extern const struct isup_field isup_fields_hop_counter[];
extern const struct isup_field isup_fields_redirection_restriction[];
extern const struct isup_field isup_fields_loop_prevention[];
extern const struct isup_field isup_fields_ccss[];
extern const struct isup_field isup_fields_backward_gvns[];
extern const struct isup_field isup_fields_redirect_capability[];
extern const struct isup_field isup_fields_network_management[];
extern const struct isup_field isup_fields_treatment[];
extern const struct isup_field isup_fields_charged_party[];
extern const struct isup_field isup_fields_uid_action[];
extern const struct isup_field isup_fields_uid_capability[];
extern const struct isup_field isup_fields_redirect_counter[];
extern const struct isup_field isup_fields_app[];
extern const struct isup_field isup_fields_collect_call[];
extern const struct isup_field isup_fields_geodetic[];
extern const struct isup_field isup_fields_generic_digits[];
extern const struct isup_field isup_fields_cause_fields[];
extern const struct isup_field isup_fields_call_reference[];
extern const struct isup_field isup_fields_call_reference_ansi[];
extern const struct isup_field isup_fields_connection_request[];
extern const struct isup_field isup_fields_connection_request_ansi[];
extern const struct isup_field isup_fields_point_code_ansi[];
extern const struct isup_field isup_fields_state_indicator[];
extern const struct isup_field isup_fields_operator_services[];
extern const struct isup_field isup_fields_generic_name[];
extern const struct isup_field isup_fields_originating_line[];
extern const struct isup_field isup_fields_group_characteristic[];
extern const struct isup_field isup_fields_validation_response[];
extern const struct isup_field isup_fields_carrier_selection[];
extern const struct isup_field isup_fields_digits[];

/* The same in a parameter row, with the type of the value. */
#define ISUP_FIELDS(value) .fields = isup_fields_##value, .size = sizeof(struct isup_##value)
#define ISUP_EACH(value, at, octets)                                                          \
	.each = isup_fields_##value, .each_size = sizeof(struct isup_##value), .each_at = at, \
	.each_octets = octets

#endif
