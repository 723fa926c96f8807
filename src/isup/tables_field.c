/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The fields of the parameters of Q.763 section 3 and T1.113: where they lie, their names and the
 * words for their values. A word of "" says nothing; octets
 * with a word are never said. Bits are named as in Q.763: 0 is A.
 */
#include <stddef.h>

#include "isup/params.h"
#include "isup/tables.h"

/* clang-format off */
#define WORDS(...) .words = (const char *const[]){ __VA_ARGS__ }, \
	.nr_words = sizeof((const char *const[]){ __VA_ARGS__ }) / sizeof(char *)
#define FIELD(value, member, kind_, name_, octet_, shift_, width_, ...) \
	{ .name = name_, .kind = ISUP_FIELD_##kind_, .octet = octet_, .shift = shift_, \
	  .width = width_, .at = offsetof(struct isup_##value, member), __VA_ARGS__ }
#define BITS(value, member, ...) FIELD(value, member, BITS, __VA_ARGS__)
/* An extension bit that says: the last octet. */
#define LAST(octet_) { .name = "extension indicator", .kind = ISUP_FIELD_ONE, .octet = octet_, \
		       .shift = 7, .width = 1 }

/* an octet */
const struct isup_field isup_fields_u8[] = {
	BITS(u8, value, "value", 0, 0, 8),
	{ 0 },
};

/* 3.54, 3.55, 3.56 */
const struct isup_field isup_fields_tmr[] = {
	BITS(tmr, value, "transmission medium", 0, 0, 8, WORDS("speech", NULL,
		"64 kbit/s unrestricted", "3.1 kHz audio", NULL, NULL, "64 kbit/s preferred",
		"2x64 kbit/s unrestricted", "384 kbit/s unrestricted",
		"1536 kbit/s unrestricted", "1920 kbit/s unrestricted")),
	{ 0 },
};

/* 3.11 */
const struct isup_field isup_fields_cpc[] = {
	BITS(cpc, value, "category", 0, 0, 8, WORDS([0] = "unknown", [1] = "operator, French",
		[2] = "operator, English", [3] = "operator, German", [4] = "operator, Russian",
		[5] = "operator, Spanish", [10] = "ordinary subscriber", [11] =
		"priority subscriber", [12] = "data call", [13] = "test call", [14] =
		"IEPS call", [15] = "payphone")),
	{ 0 },
};

/* 3.35 */
const struct isup_field isup_fields_nci[] = {
	BITS(nci, satellite, "satellite indicator", 0, 0, 2, WORDS("no satellite",
		"1 satellite", "2 satellites")),
	BITS(nci, continuity, "continuity check indicator", 0, 2, 2,
		WORDS("no continuity check", "continuity check required",
		"continuity check on a previous circuit")),
	BITS(nci, echo_device, "echo control device indicator", 0, 4, 1, WORDS("",
		"echo control device")),
	{ 0 },
};

/* 3.23 */
const struct isup_field isup_fields_fci[] = {
	BITS(fci, international, "national/international call indicator", 0, 0, 1,
		WORDS("national", "international")),
	BITS(fci, end_to_end_method, "end-to-end method", 0, 1, 2, WORDS("")),
	BITS(fci, end_to_end_info, "end-to-end information indicator", 0, 4, 1, WORDS("",
		"end-to-end information")),
	BITS(fci, interworking, "interworking indicator", 0, 3, 1, WORDS("no interworking",
		"interworking")),
	BITS(fci, isup_all_the_way, "ISDN user part indicator", 0, 5, 1,
		WORDS("ISUP not all the way", "ISUP all the way")),
	BITS(fci, isup_preference, "ISDN user part preference indicator", 0, 6, 2,
		WORDS("ISUP preferred", "ISUP not required", "ISUP required")),
	BITS(fci, isdn_access, "ISDN access indicator", 1, 0, 1, WORDS("access non-ISDN",
		"access ISDN")),
	BITS(fci, sccp_method, "SCCP method", 1, 1, 2, WORDS("")),
	BITS(fci, ported, "ported number translation indicator", 1, 4, 1, WORDS("",
		"ported number translated")),
	BITS(fci, qor, "query on release attempt indicator", 1, 5, 1, WORDS("",
		"query on release attempt")),
	{ 0 },
};

/* 3.5 */
const struct isup_field isup_fields_bci[] = {
	BITS(bci, charge, "charge indicator", 0, 0, 2, WORDS("charge: no indication",
		"no charge", "charge")),
	BITS(bci, called_status, "called party's status indicator", 0, 2, 2,
		WORDS("called party: no indication", "subscriber free", "connect when free")),
	BITS(bci, called_category, "called party's category indicator", 0, 4, 2,
		WORDS("category: no indication", "ordinary subscriber", "payphone")),
	BITS(bci, end_to_end_method, "end-to-end method", 0, 6, 2, WORDS("")),
	BITS(bci, interworking, "interworking indicator", 1, 0, 1, WORDS("no interworking",
		"interworking")),
	BITS(bci, end_to_end_info, "end-to-end information indicator", 1, 1, 1, WORDS("",
		"end-to-end information")),
	BITS(bci, isup_all_the_way, "ISDN user part indicator", 1, 2, 1,
		WORDS("ISUP not all the way", "ISUP all the way")),
	BITS(bci, holding, "holding indicator", 1, 3, 1, WORDS("", "holding")),
	BITS(bci, isdn_access, "ISDN access indicator", 1, 4, 1, WORDS("access non-ISDN",
		"access ISDN")),
	BITS(bci, echo_device, "echo control device indicator", 1, 5, 1, WORDS("",
		"echo control device")),
	BITS(bci, sccp_method, "SCCP method", 1, 6, 2, WORDS("")),
	{ 0 },
};

/* 3.37 */
const struct isup_field isup_fields_obci[] = {
	BITS(obci, in_band, "in-band information indicator", 0, 0, 1,
		WORDS("no in-band information", "in-band information")),
	BITS(obci, diversion, "call diversion may occur indicator", 0, 1, 1, WORDS("",
		"diversion may occur")),
	BITS(obci, segmentation, "simple segmentation indicator", 0, 2, 1, WORDS("",
		"a segment follows")),
	BITS(obci, mlpp, "MLPP user indicator", 0, 3, 1, WORDS("", "MLPP user")),
	{ 0 },
};

/* 3.21 */
const struct isup_field isup_fields_event[] = {
	BITS(event, event, "event indicator", 0, 0, 7, WORDS(NULL, "alerting", "progress",
		"in-band information", "forwarded on busy", "forwarded on no reply",
		"forwarded unconditionally")),
	BITS(event, restricted, "event presentation restricted indicator", 0, 7, 1, WORDS("",
		"presentation restricted")),
	{ 0 },
};

/* 3.38 */
const struct isup_field isup_fields_ofci[] = {
	BITS(ofci, cug_call, "closed user group call indicator", 0, 0, 2, WORDS("no CUG call",
		NULL, "CUG call, outgoing access allowed", "CUG call")),
	BITS(ofci, segmentation, "simple segmentation indicator", 0, 2, 1, WORDS("",
		"a segment follows")),
	BITS(ofci, connected_line, "connected line identity request indicator", 0, 7, 1,
		WORDS("", "connected line identity requested")),
	{ 0 },
};

/* 3.57, 3.58: Q.931 4.5.5 from octet 3 on */
const struct isup_field isup_fields_usi[] = {
	BITS(usi, capability, "information transfer capability", 0, 0, 5, WORDS([0] = "speech",
		[8] = "unrestricted digital", [9] = "restricted digital", [16] =
		"3.1 kHz audio", [17] = "unrestricted digital with tones", [24] = "video")),
	BITS(usi, coding, "coding standard", 0, 5, 2, WORDS("")),
	LAST(0),
	BITS(usi, rate, "transfer rate", 1, 0, 5, WORDS([0] = "packet mode", [16] =
		"64 kbit/s")),
	BITS(usi, mode, "transfer mode", 1, 5, 2, WORDS("", "", "packet mode")),
	LAST(1),
	FIELD(usi, rest, OCTETS, "further octets", 2, 0, 0),
	{ 0 },
};

/* 3.29 */
const struct isup_field isup_fields_information_request[] = {
	BITS(information_request, calling_address, "calling party address request indicator", 0,
		0, 1, WORDS("", "calling party address requested")),
	BITS(information_request, holding, "holding indicator", 0, 1, 1, WORDS("",
		"holding requested")),
	BITS(information_request, calling_category,
		"calling party's category request indicator", 0, 3, 1, WORDS("",
		"calling party's category requested")),
	BITS(information_request, charge, "charge information request indicator", 0, 4, 1,
		WORDS("", "charge information requested")),
	BITS(information_request, malicious_call,
		"malicious call identification request indicator", 0, 7, 1, WORDS("",
		"malicious call identification requested")),
	FIELD(information_request, spare, OCTETS, "spare", 1, 0, 1, WORDS("")),
	{ 0 },
};

/* 3.28 */
const struct isup_field isup_fields_information[] = {
	BITS(information, calling_address, "calling party address response indicator", 0, 0, 2,
		WORDS("calling party address not included",
		"calling party address not available", NULL, "calling party address included")),
	BITS(information, hold_provided, "hold provided indicator", 0, 2, 1, WORDS("",
		"hold provided")),
	BITS(information, calling_category, "calling party's category response indicator", 0, 5,
		1, WORDS("", "calling party's category included")),
	BITS(information, charge, "charge information response indicator", 0, 6, 1, WORDS("",
		"charge information included")),
	BITS(information, solicited, "solicited information indicator", 0, 7, 1,
		WORDS("solicited", "unsolicited")),
	FIELD(information, spare, OCTETS, "spare", 1, 0, 1, WORDS("")),
	{ 0 },
};

/* 3.18 */
const struct isup_field isup_fields_continuity[] = {
	BITS(continuity, successful, "continuity indicator", 0, 0, 1, WORDS("failed",
		"successful")),
	{ 0 },
};

/* 3.45 */
const struct isup_field isup_fields_redirection[] = {
	BITS(redirection, indicator, "redirecting indicator", 0, 0, 3, WORDS("no redirection",
		"call rerouted", "call rerouted, all restricted", "call diverted",
		"call diverted, all restricted", "call rerouted, number restricted",
		"call diverted, number restricted")),
	BITS(redirection, original_reason, "original redirection reason", 0, 4, 4,
		WORDS("original reason unknown", "original user busy", "original no reply",
		"original unconditional")),
	BITS(redirection, counter, "redirection counter", 1, 0, 3),
	BITS(redirection, reason, "redirecting reason", 1, 4, 4, WORDS("reason unknown",
		"user busy", "no reply", "unconditional", "deflection during alerting",
		"deflection immediate response", "mobile subscriber not reachable")),
	{ 0 },
};

/* 3.13 */
const struct isup_field isup_fields_cgs_type[] = {
	BITS(cgs_type, type, "type indicator", 0, 0, 2, WORDS("maintenance",
		"hardware failure")),
	{ 0 },
};

/* 3.43 */
const struct isup_field isup_fields_range[] = {
	BITS(range, range, "range", 0, 0, 8),
	FIELD(range, status, OCTETS, "status", 1, 0, 0),
	{ 0 },
};

/* 3.15 */
const struct isup_field isup_fields_cug[] = {
	FIELD(cug, network, DIGITS, "network identity", 0, 0, 2),
	FIELD(cug, code, BE, "binary code", 2, 0, 16),
	{ 0 },
};

/* 3.40, 3.50 */
const struct isup_field isup_fields_point_code[] = {
	FIELD(point_code, point_code, LE, "signalling point code", 0, 0, 14),
	{ 0 },
};

/* 3.61 */
const struct isup_field isup_fields_uui[] = {
	BITS(uui, discriminator, "protocol discriminator", 0, 0, 8, WORDS("user-specific",
		"OSI high layer", NULL, NULL, "IA5 characters")),
	FIELD(uui, information, OCTETS, "user information", 1, 0, 0),
	{ 0 },
};

/* 3.52 */
const struct isup_field isup_fields_suspend[] = {
	BITS(suspend, network, "suspend/resume indicator", 0, 0, 1, WORDS("user initiated",
		"network initiated")),
	{ 0 },
};

/* 3.53 */
const struct isup_field isup_fields_network_selection[] = {
	BITS(network_selection, plan, "network identification plan", 0, 0, 4),
	BITS(network_selection, type, "type of network identification", 0, 4, 3,
		WORDS("ITU-T identification", NULL, "national identification")),
	FIELD(network_selection, digits, DIGITS, "network identification", 1, 1, 0),
	{ 0 },
};

/* T1.113: four digits and the circuit code */
const struct isup_field isup_fields_network_selection_ansi[] = {
	BITS(network_selection_ansi, plan, "network identification plan", 0, 0, 4),
	BITS(network_selection_ansi, type, "type of network identification", 0, 4, 3,
		WORDS("ITU-T identification", NULL, "national identification")),
	FIELD(network_selection_ansi, digits, DIGITS, "network identification", 1, 0, 2),
	BITS(network_selection_ansi, circuit_code, "circuit code", 3, 4, 4),
	{ 0 },
};

/* T1.113: three digits and a filler, or four */
const struct isup_field isup_fields_carrier_identification[] = {
	BITS(network_selection, plan, "network identification plan", 0, 0, 4),
	BITS(network_selection, type, "type of network identification", 0, 4, 3,
		WORDS("ITU-T identification", NULL, "national identification")),
	FIELD(network_selection, digits, DIGITS, "network identification", 1, 0, 2),
	{ 0 },
};

/* 3.69 */
const struct isup_field isup_fields_circuit_map[] = {
	BITS(circuit_map, type, "map type", 0, 0, 6, WORDS(NULL, "1544 kbit/s", "2048 kbit/s")),
	FIELD(circuit_map, map, OCTETS, "map", 1, 0, 4),
	{ 0 },
};

/* 3.4 */
const struct isup_field isup_fields_congestion[] = {
	BITS(congestion, level, "automatic congestion level", 0, 0, 8),
	{ 0 },
};

/* 3.60 */
const struct isup_field isup_fields_uus[] = {
	BITS(uus, type, "type", 0, 0, 1, WORDS("request", "response")),
	BITS(uus, service1, "service 1", 0, 1, 2, WORDS("")),
	BITS(uus, service2, "service 2", 0, 3, 2, WORDS("")),
	BITS(uus, service3, "service 3", 0, 5, 2, WORDS("")),
	BITS(uus, discarded, "network discard indicator", 0, 7, 1, WORDS("",
		"discarded by the network")),
	{ 0 },
};

/* 3.25 */
const struct isup_field isup_fields_notification[] = {
	BITS(notification, notification, "notification indicator", 0, 0, 7, WORDS([0] =
		"user suspended", [1] = "user resumed", [2] = "bearer service change", [4] =
		"call completion delay", [66] = "conference established", [67] =
		"conference disconnected", [68] = "other party added", [69] = "isolated", [70] =
		"reattached", [71] = "other party isolated", [72] = "other party reattached",
		[73] = "other party split", [74] = "other party disconnected", [75] =
		"conference floating", [96] = "call is a waiting call", [104] =
		"diversion activated", [105] = "call transfer, alerting", [106] =
		"call transfer, active", [121] = "remote hold", [122] = "remote retrieval",
		[123] = "call is diverting")),
	BITS(notification, last, "extension indicator", 0, 7, 1, WORDS("", "")),
	{ 0 },
};

/* 3.7, 3.42 */
const struct isup_field isup_fields_delay[] = {
	FIELD(delay, ms, BE, "delay in ms", 0, 0, 16),
	{ 0 },
};

/* 3.2 */
const struct isup_field isup_fields_access_delivery[] = {
	BITS(access_delivery, no_setup, "access delivery indicator", 0, 0, 1,
		WORDS("set-up message generated", "no set-up message generated")),
	{ 0 },
};

/* 3.36 */
const struct isup_field isup_fields_network_facility[] = {
	BITS(network_facility, length, "length of network identification", 0, 0, 8),
	FIELD(network_facility, rest, OCTETS, "network identification and indicators", 1, 0, 0),
	{ 0 },
};

/* opaque content */
const struct isup_field isup_fields_octets[] = {
	FIELD(octets, octets, OCTETS, "content", 0, 0, 0),
	{ 0 },
};

/* IA5 */
const struct isup_field isup_fields_text[] = {
	FIELD(text, text, TEXT, "text", 0, 0, 0),
	{ 0 },
};

/* T1.113 jurisdiction information: three octets of digits */
const struct isup_field isup_fields_digits3[] = {
	FIELD(digits3, digits, DIGITS, "digits", 0, 0, 3),
	{ 0 },
};

/* 3.49 */
const struct isup_field isup_fields_service[] = {
	BITS(service, feature, "feature code", 0, 0, 8, WORDS(NULL,
		"call completion service setup")),
	{ 0 },
};

/* 3.59: Q.931 4.5.17 */
const struct isup_field isup_fields_teleservice[] = {
	BITS(teleservice, presentation, "presentation method", 0, 0, 2, WORDS("", "")),
	BITS(teleservice, interpretation, "interpretation", 0, 2, 3),
	BITS(teleservice, coding, "coding standard", 0, 5, 2, WORDS("")),
	LAST(0),
	BITS(teleservice, high_layer, "high layer characteristics", 1, 0, 7, WORDS(NULL,
		"telephony", NULL, NULL, "facsimile group 2/3")),
	LAST(1),
	{ 0 },
};

/* 3.6 */
const struct isup_field isup_fields_diversion[] = {
	BITS(diversion, subscription, "notification subscription options", 0, 0, 3,
		WORDS("subscription unknown", "presentation not allowed",
		"presentation allowed with the number",
		"presentation allowed without the number")),
	BITS(diversion, reason, "redirecting reason", 0, 3, 4, WORDS("reason unknown",
		"user busy", "no reply", "unconditional", "deflection during alerting",
		"deflection immediate response", "mobile subscriber not reachable")),
	{ 0 },
};

/* 3.19 */
const struct isup_field isup_fields_echo_control[] = {
	BITS(echo_control, outgoing_info, "outgoing echo control device information", 0, 0, 2,
		WORDS("", "outgoing half echo control device not included and not available",
		"outgoing half echo control device included")),
	BITS(echo_control, incoming_info, "incoming echo control device information", 0, 2, 2,
		WORDS("", "incoming half echo control device not included and not available",
		"incoming half echo control device included")),
	BITS(echo_control, outgoing_request, "outgoing echo control device request", 0, 4, 2,
		WORDS("", "outgoing half echo control device activation requested",
		"outgoing half echo control device deactivation requested")),
	BITS(echo_control, incoming_request, "incoming echo control device request", 0, 6, 2,
		WORDS("", "incoming half echo control device activation requested",
		"incoming half echo control device deactivation requested")),
	{ 0 },
};

/* 3.33 */
const struct isup_field isup_fields_msg_compat[] = {
	BITS(msg_compat, end_node, "transit at intermediate exchange indicator", 0, 0, 1,
		WORDS("transit", "end node")),
	BITS(msg_compat, release, "release call indicator", 0, 1, 1, WORDS("", "release")),
	BITS(msg_compat, notify, "send notification indicator", 0, 2, 1, WORDS("",
		"send notification")),
	BITS(msg_compat, discard, "discard message indicator", 0, 3, 1, WORDS("",
		"discard message")),
	BITS(msg_compat, no_pass_on, "pass on not possible indicator", 0, 4, 1, WORDS("",
		"discard when it cannot be passed on")),
	BITS(msg_compat, broadband, "broadband/narrowband interworking indicator", 0, 5, 2,
		WORDS("")),
	BITS(msg_compat, last, "extension indicator", 0, 7, 1, WORDS("", "")),
	{ 0 },
};

/* 3.41: an element for each upgraded parameter */
const struct isup_field isup_fields_param_compat[] = {
	BITS(param_compat, code, "upgraded parameter", 0, 0, 8),
	BITS(param_compat, end_node, "transit at intermediate exchange indicator", 1, 0, 1,
		WORDS("transit", "end node")),
	BITS(param_compat, release, "release call indicator", 1, 1, 1, WORDS("", "release")),
	BITS(param_compat, notify, "send notification indicator", 1, 2, 1, WORDS("",
		"send notification")),
	BITS(param_compat, discard_message, "discard message indicator", 1, 3, 1, WORDS("",
		"discard message")),
	BITS(param_compat, discard_parameter, "discard parameter indicator", 1, 4, 1, WORDS("",
		"discard parameter")),
	BITS(param_compat, no_pass_on, "pass on not possible indicator", 1, 5, 2, WORDS("")),
	BITS(param_compat, last, "extension indicator", 1, 7, 1, WORDS("", "")),
	{ 0 },
};

/* 3.34 */
const struct isup_field isup_fields_mlpp[] = {
	BITS(mlpp, level, "precedence level", 0, 0, 4, WORDS("flash override", "flash",
		"immediate", "priority", "routine")),
	BITS(mlpp, look_forward, "look forward for busy", 0, 5, 2, WORDS("LFB allowed",
		"LFB not allowed", "path reserved")),
	FIELD(mlpp, network, DIGITS, "network identity", 1, 0, 2),
	FIELD(mlpp, domain, BE, "service domain", 3, 0, 24),
	{ 0 },
};

/* 3.31 */
const struct isup_field isup_fields_mcid_request[] = {
	BITS(mcid_request, request, "MCID request indicator", 0, 0, 1,
		WORDS("MCID not requested", "MCID requested")),
	BITS(mcid_request, holding, "holding indicator", 0, 1, 1, WORDS("",
		"holding requested")),
	{ 0 },
};

/* 3.32 */
const struct isup_field isup_fields_mcid_response[] = {
	BITS(mcid_response, included, "MCID response indicator", 0, 0, 1,
		WORDS("MCID not included", "MCID included")),
	BITS(mcid_response, holding, "hold provided indicator", 0, 1, 1, WORDS("",
		"hold provided")),
	{ 0 },
};

/* 3.80 */
const struct isup_field isup_fields_hop_counter[] = {
	BITS(hop_counter, hops, "hop counter", 0, 0, 5),
	{ 0 },
};

/* 3.47 */
const struct isup_field isup_fields_redirection_restriction[] = {
	BITS(redirection_restriction, presentation, "presentation restricted indicator", 0, 0,
		2, WORDS("presentation allowed", "presentation restricted")),
	{ 0 },
};

/* 3.67 */
const struct isup_field isup_fields_loop_prevention[] = {
	BITS(loop_prevention, response, "type", 0, 0, 1, WORDS("request", "response")),
	BITS(loop_prevention, response_indicator, "response indicator", 0, 1, 2, WORDS("",
		"insufficient information", "no loop exists", "simultaneous transfer")),
	{ 0 },
};

/* 3.63 */
const struct isup_field isup_fields_ccss[] = {
	BITS(ccss, ccss_call, "CCSS call indicator", 0, 0, 1, WORDS("no CCSS call",
		"CCSS call")),
	{ 0 },
};

/* 3.62 */
const struct isup_field isup_fields_backward_gvns[] = {
	BITS(backward_gvns, terminating_access, "terminating access indicator", 0, 0, 2,
		WORDS("no information", "dedicated terminating access",
		"switched terminating access")),
	{ 0 },
};

/* 3.96 */
const struct isup_field isup_fields_redirect_capability[] = {
	BITS(redirect_capability, possible, "redirect possible indicator", 0, 0, 3),
	LAST(0),
	{ 0 },
};

/* 3.68 */
const struct isup_field isup_fields_network_management[] = {
	BITS(network_management, alternative_routing, "temporary alternative routing indicator",
		0, 0, 1, WORDS("no TAR controlled call", "TAR controlled call")),
	LAST(0),
	{ 0 },
};

/* 3.72, 3.74, 3.76: no indication, allowed, not allowed */
const struct isup_field isup_fields_treatment[] = {
	BITS(treatment, treatment, "treatment", 0, 0, 2, WORDS("no indication", "allowed",
		"not allowed")),
	LAST(0),
	{ 0 },
};

/* 3.75: a national matter */
const struct isup_field isup_fields_charged_party[] = {
	FIELD(charged_party, information, OCTETS, "charged party identification", 0, 0, 0),
	{ 0 },
};

/* 3.78 */
const struct isup_field isup_fields_uid_action[] = {
	BITS(uid_action, through_connection, "through-connection instruction indicator", 0, 0,
		1, WORDS("", "through-connect in both directions")),
	BITS(uid_action, stop_t9, "T9 timer instruction indicator", 0, 1, 1, WORDS("",
		"stop or do not start T9")),
	LAST(0),
	{ 0 },
};

/* 3.79 */
const struct isup_field isup_fields_uid_capability[] = {
	BITS(uid_capability, through_connection, "through-connection indicator", 0, 0, 1,
		WORDS("", "through-connection modification possible")),
	BITS(uid_capability, stop_t9, "T9 timer indicator", 0, 1, 1, WORDS("",
		"stopping of T9 possible")),
	LAST(0),
	{ 0 },
};

/* 3.97 */
const struct isup_field isup_fields_redirect_counter[] = {
	BITS(redirect_counter, counter, "redirect counter", 0, 0, 5),
	{ 0 },
};

/* 3.82: context and instructions of one octet each, one segment or the first, with its reference */
const struct isup_field isup_fields_app[] = {
	BITS(app, context, "application context identifier", 0, 0, 7, WORDS("UCEH",
		"PSS1 (VPN)", NULL, "charging", "GAT", "BAT", "EUCEH")),
	LAST(0),
	BITS(app, release, "release call indicator", 1, 0, 1, WORDS("", "release")),
	BITS(app, notify, "send notification indicator", 1, 1, 1, WORDS("",
		"send notification")),
	LAST(1),
	BITS(app, segments, "APM segmentation indicator", 2, 0, 6),
	BITS(app, new_sequence, "sequence indicator", 2, 6, 1, WORDS("subsequent segment",
		"new sequence")),
	BITS(app, complete, "extension indicator", 2, 7, 1, WORDS("", "")),
	FIELD(app, information, OCTETS, "application information", 3, 0, 0),
	{ 0 },
};

/* 3.81 */
const struct isup_field isup_fields_collect_call[] = {
	BITS(collect_call, request, "collect call request indicator", 0, 0, 1,
		WORDS("no collect call", "collect call")),
	{ 0 },
};

/* 3.88 */
const struct isup_field isup_fields_geodetic[] = {
	BITS(geodetic, screening, "screening indicator", 0, 0, 2,
		WORDS("user provided, not verified", "user provided, verified and passed",
		"user provided, verified and failed", "network provided")),
	BITS(geodetic, presentation, "location presentation restricted indicator", 0, 2, 2,
		WORDS("presentation allowed", "presentation restricted",
		"location not available")),
	BITS(geodetic, shape, "type of shape", 1, 0, 7, WORDS("ellipsoid point",
		"ellipsoid point with uncertainty", "point with altitude and uncertainty",
		"ellipse on the ellipsoid", "ellipsoid circle sector", "polygon")),
	LAST(1),
	FIELD(geodetic, description, OCTETS, "shape description", 2, 0, 0),
	{ 0 },
};

/* 3.24 */
const struct isup_field isup_fields_generic_digits[] = {
	BITS(generic_digits, type, "type of digits", 0, 0, 5, WORDS("account code",
		"authorization code", "private networking travelling class mark")),
	BITS(generic_digits, encoding, "encoding scheme", 0, 5, 3, WORDS("BCD even", "BCD odd",
		"IA5", "binary")),
	FIELD(generic_digits, digits, OCTETS, "digits", 1, 0, 0),
	{ 0 },
};

/* 3.12, when there is no octet 1a */
const struct isup_field isup_fields_cause_fields[] = {
	BITS(cause_fields, location, "location", 0, 0, 4),
	BITS(cause_fields, coding, "coding standard", 0, 5, 2, WORDS("")),
	LAST(0),
	BITS(cause_fields, value, "cause value", 1, 0, 7),
	LAST(1),
	FIELD(cause_fields, diagnostics, OCTETS, "diagnostics", 2, 0, 0),
	{ 0 },
};

/* 3.8 */
const struct isup_field isup_fields_call_reference[] = {
	FIELD(call_reference, identity, BE, "call identity", 0, 0, 24),
	FIELD(call_reference, point_code, LE, "signalling point code", 3, 0, 14),
	{ 0 },
};

/* T1.113 3.4 */
const struct isup_field isup_fields_call_reference_ansi[] = {
	FIELD(call_reference, identity, BE, "call identity", 0, 0, 24),
	FIELD(call_reference, point_code, LE, "signalling point code", 3, 0, 24),
	{ 0 },
};

/* 3.17 */
const struct isup_field isup_fields_connection_request[] = {
	FIELD(connection_request, reference, BE, "local reference", 0, 0, 24),
	FIELD(connection_request, point_code, LE, "signalling point code", 3, 0, 14),
	BITS(connection_request, protocol_class, "protocol class", 5, 0, 8),
	BITS(connection_request, credit, "credit", 6, 0, 8),
	{ 0 },
};

/* T1.113 */
const struct isup_field isup_fields_connection_request_ansi[] = {
	FIELD(connection_request, reference, BE, "local reference", 0, 0, 24),
	FIELD(connection_request, point_code, LE, "signalling point code", 3, 0, 24),
	BITS(connection_request, protocol_class, "protocol class", 6, 0, 8),
	BITS(connection_request, credit, "credit", 7, 0, 8),
	{ 0 },
};

/* T1.113 */
const struct isup_field isup_fields_point_code_ansi[] = {
	FIELD(point_code, point_code, LE, "signalling point code", 0, 0, 24),
	{ 0 },
};

/* 3.14: an octet a circuit */
const struct isup_field isup_fields_state_indicator[] = {
	BITS(state_indicator, maintenance, "maintenance blocking state", 0, 0, 2, WORDS("",
		"locally blocked", "remotely blocked", "locally and remotely blocked")),
	BITS(state_indicator, call, "call processing state", 0, 2, 2, WORDS("no call state",
		"incoming busy", "outgoing busy", "idle")),
	BITS(state_indicator, hardware, "hardware blocking state", 0, 4, 2, WORDS("",
		"locally hardware blocked", "remotely hardware blocked",
		"locally and remotely hardware blocked")),
	{ 0 },
};

/* T1.113: an octet each */
const struct isup_field isup_fields_operator_services[] = {
	BITS(operator_services, type, "information type", 0, 0, 4),
	BITS(operator_services, value, "information value", 0, 4, 4),
	{ 0 },
};

/* T1.113 */
const struct isup_field isup_fields_generic_name[] = {
	BITS(generic_name, presentation, "presentation indicator", 0, 0, 2,
		WORDS("presentation allowed", "presentation restricted", "blocking toggle",
		"no indication")),
	BITS(generic_name, not_available, "availability", 0, 4, 1, WORDS("",
		"name not available")),
	BITS(generic_name, type, "type of name", 0, 5, 3, WORDS(NULL, "calling name",
		"original called name", "redirecting name", "connected name")),
	FIELD(generic_name, name, TEXT, "name", 1, 0, 0),
	{ 0 },
};

/* T1.113 */
const struct isup_field isup_fields_originating_line[] = {
	BITS(originating_line, ii_digits, "originating line information", 0, 0, 8),
	{ 0 },
};

/* T1.113 */
const struct isup_field isup_fields_group_characteristic[] = {
	BITS(group_characteristic, carrier, "circuit group carrier indicator", 0, 0, 2,
		WORDS("carrier unknown", "analogue", "digital", "analogue and digital")),
	BITS(group_characteristic, double_seizing, "double seizing control indicator", 0, 2, 2,
		WORDS("no circuit control", "odd circuit control", "even circuit control",
		"all circuit control")),
	BITS(group_characteristic, alarm, "alarm carrier indicator", 0, 4, 2,
		WORDS("alarm carrier unknown", "software carrier", "hardware carrier")),
	BITS(group_characteristic, continuity, "continuity check requirements indicator", 0, 6,
		2, WORDS("continuity check unknown", "no continuity check",
		"statistical continuity check", "continuity check on each call")),
	{ 0 },
};

/* T1.113 */
const struct isup_field isup_fields_validation_response[] = {
	BITS(validation_response, failed, "circuit validation response indicator", 0, 0, 8,
		WORDS("successful", "failure")),
	{ 0 },
};

/* T1.113 */
const struct isup_field isup_fields_carrier_selection[] = {
	BITS(carrier_selection, selection, "carrier selection indicator", 0, 0, 8,
		WORDS("no indication", "presubscribed, not dialled",
		"presubscribed and dialled", "presubscribed, input unknown",
		"not presubscribed, dialled")),
	{ 0 },
};

/* digits of whole octets */
const struct isup_field isup_fields_digits[] = {
	FIELD(digits, digits, DIGITS, "digits", 0, 0, 0),
	{ 0 },
};
