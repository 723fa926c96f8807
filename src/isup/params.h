/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * isup/params: the contents of parameters as typed values, for isup_get_value and isup_put_value
 * (isup_get_element and isup_add_element for an element of a list). Names are those of Q.763's
 * fields; members hold the codes of the standard. Views point into the message they were read
 * from. Numbers, cause and the most used indicators stand in msg.h; which parameter holds which
 * value is said by its row in tables_param.c and by the table in doc/isup-messages.md.
 *
 *	struct isup_redirection r = { .indicator = 3, .counter = 1, .reason = 1 };
 *	isup_put_value(&m, v, ISUP_P_REDIRECTION_INFORMATION, &r, sizeof(r));
 */
#ifndef TRUNKGATE_ISUP_PARAMS_H
#define TRUNKGATE_ISUP_PARAMS_H

#include "isup/field.h"

/* an octet */
struct isup_u8 {
	uint8_t value;
};

/* 3.54, 3.55, 3.56 */
struct isup_tmr {
	uint8_t value;
};

/* 3.11 */
struct isup_cpc {
	uint8_t value;
};

/* 3.38 */
struct isup_ofci {
	uint8_t cug_call, segmentation, connected_line;
};

/* 3.57, 3.58: Q.931 4.5.5 from octet 3 on */
struct isup_usi {
	uint8_t capability, coding, rate, mode;
	struct str rest;
};

/* 3.29 */
struct isup_information_request {
	uint8_t calling_address, holding, calling_category, charge, malicious_call;
	struct str spare;
};

/* 3.28 */
struct isup_information {
	uint8_t calling_address, hold_provided, calling_category, charge, solicited;
	struct str spare;
};

/* 3.18 */
struct isup_continuity {
	uint8_t successful;
};

/* 3.45 */
struct isup_redirection {
	uint8_t indicator, original_reason, counter, reason;
};

/* 3.13 */
struct isup_cgs_type {
	uint8_t type;
};

/* 3.43 */
struct isup_range {
	uint8_t range;
	struct str status;
};

/* 3.15 */
struct isup_cug {
	char network[ISUP_DIGITS_SIZE];
	uint32_t code;
};

/* 3.40, 3.50 */
struct isup_point_code {
	uint32_t point_code;
};

/* 3.61 */
struct isup_uui {
	uint8_t discriminator;
	struct str information;
};

/* 3.52 */
struct isup_suspend {
	uint8_t network;
};

/* 3.53; T1.113 carrier identification */
struct isup_network_selection {
	uint8_t plan, type;
	char digits[ISUP_DIGITS_SIZE];
};

/* T1.113: four digits and the circuit code */
struct isup_network_selection_ansi {
	uint8_t plan, type;
	char digits[ISUP_DIGITS_SIZE];
	uint8_t circuit_code;
};

/* 3.69 */
struct isup_circuit_map {
	uint8_t type;
	struct str map;
};

/* 3.4 */
struct isup_congestion {
	uint8_t level;
};

/* 3.60 */
struct isup_uus {
	uint8_t type, service1, service2, service3, discarded;
};

/* 3.25 */
struct isup_notification {
	uint8_t notification, last;
};

/* 3.7, 3.42 */
struct isup_delay {
	uint32_t ms;
};

/* 3.2 */
struct isup_access_delivery {
	uint8_t no_setup;
};

/* 3.36 */
struct isup_network_facility {
	uint8_t length;
	struct str rest;
};

/* opaque content */
struct isup_octets {
	struct str octets;
};

/* IA5 */
struct isup_text {
	struct str text;
};

/* T1.113 jurisdiction information: three octets of digits */
struct isup_digits3 {
	char digits[ISUP_DIGITS_SIZE];
};

/* 3.49 */
struct isup_service {
	uint8_t feature;
};

/* 3.59: Q.931 4.5.17 */
struct isup_teleservice {
	uint8_t presentation, interpretation, coding, high_layer;
};

/* 3.6 */
struct isup_diversion {
	uint8_t subscription, reason;
};

/* 3.19 */
struct isup_echo_control {
	uint8_t outgoing_info, incoming_info, outgoing_request, incoming_request;
};

/* 3.33 */
struct isup_msg_compat {
	uint8_t end_node, release, notify, discard, no_pass_on, broadband, last;
};

/* 3.41: an element for each upgraded parameter */
struct isup_param_compat {
	uint8_t code, end_node, release, notify, discard_message, discard_parameter, no_pass_on,
		last;
};

/* 3.34 */
struct isup_mlpp {
	uint8_t level, look_forward;
	char network[ISUP_DIGITS_SIZE];
	uint32_t domain;
};

/* 3.31 */
struct isup_mcid_request {
	uint8_t request, holding;
};

/* 3.32 */
struct isup_mcid_response {
	uint8_t included, holding;
};

/* 3.80 */
struct isup_hop_counter {
	uint8_t hops;
};

/* 3.47 */
struct isup_redirection_restriction {
	uint8_t presentation;
};

/* 3.67 */
struct isup_loop_prevention {
	uint8_t response, response_indicator;
};

/* 3.63 */
struct isup_ccss {
	uint8_t ccss_call;
};

/* 3.62 */
struct isup_backward_gvns {
	uint8_t terminating_access;
};

/* 3.96 */
struct isup_redirect_capability {
	uint8_t possible;
};

/* 3.68 */
struct isup_network_management {
	uint8_t alternative_routing;
};

/* 3.72, 3.74, 3.76: no indication, allowed, not allowed */
struct isup_treatment {
	uint8_t treatment;
};

/* 3.75: a national matter */
struct isup_charged_party {
	struct str information;
};

/* 3.78 */
struct isup_uid_action {
	uint8_t through_connection, stop_t9;
};

/* 3.79 */
struct isup_uid_capability {
	uint8_t through_connection, stop_t9;
};

/* 3.97 */
struct isup_redirect_counter {
	uint8_t counter;
};

/* 3.82: context and instructions of one octet each, one segment or the first, with its reference */
struct isup_app {
	uint8_t context, release, notify, segments, new_sequence, complete;
	struct str information;
};

/* 3.81 */
struct isup_collect_call {
	uint8_t request;
};

/* 3.88 */
struct isup_geodetic {
	uint8_t screening, presentation, shape;
	struct str description;
};

/* 3.24 */
struct isup_generic_digits {
	uint8_t type, encoding;
	struct str digits;
};

/* 3.12, when there is no octet 1a */
struct isup_cause_fields {
	uint8_t location, coding, value;
	struct str diagnostics;
};

/* 3.8 */
struct isup_call_reference {
	uint32_t identity;
	uint32_t point_code;
};

/* 3.17 */
struct isup_connection_request {
	uint32_t reference;
	uint32_t point_code;
	uint8_t protocol_class, credit;
};

/* 3.14: an octet a circuit */
struct isup_state_indicator {
	uint8_t maintenance, call, hardware;
};

/* T1.113: an octet each */
struct isup_operator_services {
	uint8_t type, value;
};

/* T1.113 */
struct isup_generic_name {
	uint8_t presentation, not_available, type;
	struct str name;
};

/* T1.113 */
struct isup_originating_line {
	uint8_t ii_digits;
};

/* T1.113 */
struct isup_group_characteristic {
	uint8_t carrier, double_seizing, alarm, continuity;
};

/* T1.113 */
struct isup_validation_response {
	uint8_t failed;
};

/* T1.113 */
struct isup_carrier_selection {
	uint8_t selection;
};

/* digits of whole octets */
struct isup_digits {
	char digits[ISUP_DIGITS_SIZE];
};

#endif
