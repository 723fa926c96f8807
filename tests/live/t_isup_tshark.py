#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Random messages, encoded by us, read by tshark: all that it names is what we say. What it does
not read as Q.763 or T1.113 says, and what it only shows as octets, stands below with the reason."""
import collections
import json
import os
import subprocess
import tempfile

import live

COUNT = 10000
RANDOM = os.path.join(live.BUILD, "tests/live/isup_random")
DLT = 'uat:user_dlts:"User 0 (DLT=147)","isup","0","","0",""'

# Parameter (0: any): our field: tshark's.
NUMBER = {"npi": "numbering_plan_indicator"}
CALLED = dict(NUMBER, noa="called_party_nature_of_address_indicator", inn="inn_indicator")
CALLING = dict(NUMBER, noa="calling_party_nature_of_address_indicator",
               apri="address_presentation_restricted_indicator")
COMPATIBILITY = {
    "transit at intermediate exchange indicator": "transit_at_intermediate_exchange_ind",
    "release call indicator": "Release_call_ind",
    "send notification indicator": "Send_notification_ind",
    "discard message indicator": "Discard_message_ind_value"}
FIELDS = {
    0x01: {"call identity": "call_identity"},
    0x02: {"transmission medium": "transmission_medium_requirement"},
    0x03: {"content": "access_transport_parameter_field"},
    0x04: dict(CALLED, digits="called"),
    0x05: {"digits": "subsequent_number"},
    0x06: {"satellite indicator": "satellite_indicator",
           "continuity check indicator": "continuity_check_indicator",
           "echo control device indicator": "echo_control_device_indicator"},
    0x07: {"national/international call indicator": "forw_call_natnl_inatnl_call_indicator",
           "end-to-end method": "forw_call_end_to_end_method_indicator",
           "interworking indicator": "forw_call_interworking_indicator",
           "end-to-end information indicator": "forw_call_end_to_end_information_indicator",
           "ISDN user part indicator": "forw_call_isdn_user_part_indicator",
           "ISDN user part preference indicator": "forw_call_preferences_indicator",
           "ISDN access indicator": "forw_call_isdn_access_indicator",
           "SCCP method": "forw_call_sccp_method_indicator",
           "ported number translation indicator": "forw_call_ported_num_trans_indicator",
           "query on release attempt indicator": "forw_call_qor_attempt_indicator"},
    0x08: {"closed user group call indicator": "clg_call_ind",
           "simple segmentation indicator": "simple_segmentation_ind",
           "connected line identity request indicator": "connected_line_identity_request_ind"},
    0x09: {"category": "calling_partys_category"},
    0x0a: dict(CALLING, ni="ni_indicator", si="screening_indicator", digits="calling"),
    0x0b: dict(CALLING, digits="redirecting"),
    0x0c: dict(CALLED, digits="redirection_number"),
    0x0d: {"local reference": "local_reference", "protocol class": "protocol_class",
           "credit": "credit"},
    0x0e: {"calling party address request indicator": "calling_party_address_request_indicator",
           "holding indicator": "info_req_holding_indicator",
           "calling party's category request indicator":
               "calling_partys_category_request_indicator",
           "charge information request indicator": "charge_information_request_indicator",
           "malicious call identification request indicator":
               "malicious_call_ident_request_indicator"},
    0x0f: {"calling party address response indicator": "calling_party_address_response_indicator",
           "hold provided indicator": "hold_provided_indicator",
           "calling party's category response indicator":
               "calling_partys_category_response_indicator",
           "charge information response indicator": "charge_information_response_indicator",
           "solicited information indicator": "solicited_indicator"},
    0x10: {"continuity indicator": "continuity_indicator"},
    0x11: {"charge indicator": "charge_indicator",
           "called party's status indicator": "called_partys_status_indicator",
           "called party's category indicator": "called_partys_category_indicator",
           "end-to-end method": "backw_call_end_to_end_method_indicator",
           "interworking indicator": "backw_call_interworking_indicator",
           "end-to-end information indicator": "backw_call_end_to_end_information_indicator",
           "ISDN user part indicator": "backw_call_isdn_user_part_indicator",
           "holding indicator": "backw_call_holding_indicator",
           "ISDN access indicator": "backw_call_isdn_access_indicator",
           "echo control device indicator": "backw_call_echo_control_device_indicator",
           "SCCP method": "backw_call_sccp_method_indicator"},
    0x12: {"": "cause_indicators", "cause value": "cause_indicator"},
    0x13: {"redirecting indicator": "redirecting_ind",
           "original redirection reason": "original_redirection_reason",
           "redirection counter": "redirection_counter",
           "redirecting reason": "redirection_reason"},
    0x15: {"type indicator": "cgs_message_type"},
    0x16: {"range": "range_indicator"},
    0x1a: {"network identity": "network_identity", "binary code": "binary_code"},
    0x1d: {"": "user_service_information"},
    0x20: {"": "user_to_user_info"},
    0x21: dict(CALLING, si="screening_indicator", digits="connected_number"),
    0x22: {"suspend/resume indicator": "suspend_resume_indicator"},
    0x23: {"network identification plan": "network_identification_plan",
           "type of network identification": "type_of_network_identification"},
    0x24: {"event indicator": "event_ind",
           "event presentation restricted indicator": "event_presentation_restr_ind"},
    0x25: {"map type": "map_type"},
    0x26: {"maintenance blocking state": "mtc_blocking_state",
           "call processing state": "call_processing_state",
           "hardware blocking state": "hw_blocking_state"},
    0x27: {"automatic congestion level": "automatic_congestion_level"},
    0x28: dict(CALLING, digits="original_called_number"),
    0x29: {"in-band information indicator": "inband_information_ind",
           "call diversion may occur indicator": "call_diversion_may_occur_ind",
           "simple segmentation indicator": "simple_segmentation_ind",
           "MLPP user indicator": "mlpp_user"},
    0x2d: {"delay in ms": "call_history_info"},
    0x2e: {"access delivery indicator": "access_delivery_ind"},
    0x2f: {"": "network_specific_facility"},
    0x30: {"": "user_service_information_prime"},
    0x31: {"delay in ms": "propagation_delay_counter"},
    0x32: {"": "remote_operations"},
    0x33: {"feature code": "feature_code"},
    0x34: {"": "user_teleservice_information"},
    0x35: {"transmission medium": "transmission_medium_requirement_prime"},
    0x36: {"": "call_diversion_information"},
    0x37: {"": "echo_control_information",
           "outgoing echo control device information": "OECD_inf_ind_vals",
           "incoming echo control device information": "IECD_inf_ind_vals",
           "outgoing echo control device request": "OECD_req_ind_vals",
           "incoming echo control device request": "IECD_req_ind_vals"},
    0x38: dict(COMPATIBILITY, **{
        "pass on not possible indicator": "Pass_on_not_possible_val",
        "broadband/narrowband interworking indicator": "broadband_narrowband_interworking_ind2",
        "": "message_compatibility_information"}),
    0x39: dict(COMPATIBILITY, **{
        "upgraded parameter": "upgraded_parameter",
        "discard parameter indicator": "Discard_parameter_ind",
        "pass on not possible indicator": "Pass_on_not_possible_ind"}),
    0x3a: {"look forward for busy": "look_forward_busy", "precedence level": "precedence_level",
           "network identity": "network_identity", "service domain": "mlpp_service_domain"},
    0x3b: {"": "mcid_request_indicators"},
    0x3c: {"": "mcid_response_indicators"},
    0x3d: {"hop counter": "hop_counter"},
    0x3e: {"transmission medium": "transmission_medium_requirement_prime"},
    0x3f: dict(CALLING, inn="inn_indicator", si="screening_indicator", digits="location_number"),
    0x40: {"presentation restricted indicator": "presentation_indicator"},
    0x43: {"value": "call_transfer_identity"},
    0x44: {"type": "loop_prevention_indicator_type"},
    0x45: dict(CALLING, si="screening_indicator_enhanced", digits="call_transfer_number"),
    0x4b: {"CCSS call indicator": "ccss_call_indicator"},
    0x4c: {"": "forward_gvns"},
    0x4d: {"": "backward_gvns"},
    0x5b: {"temporary alternative routing indicator": "temporary_alternative_routing_ind"},
    0x65: {"": "correlation_id"},
    0x66: {"": "scf_id"},
    0x6e: {"treatment": "call_to_be_diverted_ind"},
    0x6f: dict(CALLING, digits="called_in_number"),
    0x70: {"treatment": "call_to_be_offered_ind"},
    0x71: {"": "charged_party_identification"},
    0x72: {"treatment": "conference_acceptance_ind"},
    0x73: {"": "display_information"},
    0x74: {"": "uid_action_indicators"},
    0x75: {"": "uid_capability_indicators"},
    0x78: {"application context identifier": "app_context_identifier",
           "release call indicator": "app_Release_call_indicator",
           "send notification indicator": "app_Send_notification_ind",
           "APM segmentation indicator": "apm_segmentation_ind",
           "sequence indicator": "APM_Sequence_ind",
           "application information": "apm_user_info_field"},
    0x79: {"collect call request indicator": "collect_call_request_indicator"},
    0xc0: dict(CALLING, ni="ni_indicator", si="screening_indicator_enhanced",
               nqi="number_qualifier_indicator", digits="generic_number"),
    0xc1: {"": "generic_digits"},
}

# Shown as octets only: the parameter is not looked into.
OCTETS_ONLY = {0x81, 0x8e, 0x8f, 0x96, 0xa6, 0xa8, 0xc2, 0xc3, 0xc4, 0xc5, 0xc6, 0xc7, 0xe1, 0xe5,
               0xe6, 0xe7, 0xe8, 0xe9, 0xea, 0xeb, 0xec, 0xed, 0xee, 0xef}

# What tshark names and we don't compare, and why.
NOT_COMPARED = {
    "_tree": "a branch", "_odd_address_signal_digit": "the digits are compared as one",
    "_even_address_signal_digit": "the digits are compared as one",
    "isdn_odd_even_indicator": "the digits are compared as one",
    "parameter_length": "the octets are compared", "parameter_type": "compared by itself",
    "message_type": "compared by itself", "cic": "compared by itself",
    "mandatory_variable_parameter_pointer": "reading the message needs it",
    "optional_parameter_part_pointer": "reading the message needs it",
    "message_type.no_optional_parameters": "a remark", "status_subfield_not_present": "a remark",
    "signalling_point_code": "tshark takes the high octet first",
    "origination_isc_point_code": "tshark takes the high octet first",
    "redirect_capability": "tshark shows 0 for all", "redirect_counter": "tshark shows 0 for all",
    "not_dissected_yet": "a remark",
    "number_different_meaning": "a remark on reserved plans",
    "extension_ind": "shown of some parameters only",
    "bitbucket": "not known what it is of", "format_national_matter": "a remark",
    "app_transport_param_field": "its fields are compared",
    "app_transport_instruction_indicator": "its fields are compared",
    "apm_seg_indicator": "its fields are compared",
    "instruction_indicators": "its fields are compared",
    "broadband_narrowband_interworking_ind": "of the second instruction octet",
    "UUI_type": "shown twice", "UUI_network_discard_ind": "of responses only",
    "UUI_req_service1": "of requests only", "UUI_req_service2": "of requests only",
    "UUI_req_service3": "of requests only", "UUI_res_service1": "of responses only",
    "UUI_res_service2": "of responses only", "UUI_res_service3": "of responses only",
    "loop_prevention_response_ind": "of responses only",
    "transit_network_selection": "the filler counts as a digit",
    "notification_indicator": "the first only"}

# A circuit assignment map, behind which tshark 4.0 takes the rest for malformed.
STOPS_BEHIND = 0x25

# Messages of which tshark reads no parameters.
NOT_READ = {"SDN": "tshark knows the name only", "CRM": "unknown to tshark",
            "CVR": "unknown to tshark", "EXM": "unknown to tshark"}

# What T1.113 says otherwise.
ANSI_FIELDS = {
    0x0d: {"local reference": "local_reference"},
    0x11: dict(FIELDS[0x11], **{"end-to-end information indicator": "backw_call_iam_seg_ind"}),
    0x12: {"location": "cause_location", "coding standard": "coding_standard",
           "cause value": "cause_indicator", "diagnostics": "diagnostic"},
    0x23: {"network identification plan": "tns.nw_id_plan",
           "type of network identification": "type_of_network_identification",
           "network identification": "nw_id", "circuit code": "circuit_code"},
    0x81: {"screening indicator": "location_screening_ind",
           "location presentation restricted indicator": "location_presentation_restr_ind",
           "type of shape": "geo_loc_shape", "shape description": "shape_description"},
    0xc4: {"digits": "jurisdiction"},
    0xc5: {"network identification plan": "nw_id_plan",
           "type of network identification": "type_of_nw_id",
           "network identification": "nw_id"},
    0xc7: {"presentation indicator": "isdn_generic_name_presentation",
           "availability": "isdn_generic_name_availability",
           "type of name": "isdn_generic_name_type", "name": "isdn_generic_name_ia5"},
    0xea: {"originating line information": "originating_line_info"},
    0xeb: {"noa": "charge_number_nature_of_address_indicator",
           "npi": "numbering_plan_indicator", "digits": "charge_number"},
}
ANSI_NOT_COMPARED = {
    "spare.b7": "spare",
    "protocol_class": "tshark takes a point code of 14 bits before it",
    "credit": "tshark takes a point code of 14 bits before it"}


class Pairs(list):
    """A JSON object whose names repeat."""


def flatten(pairs, into):
    for name, value in pairs:
        if isinstance(value, Pairs):
            flatten(value, into)
        elif name.startswith(("isup.", "ansi_isup.")) and isinstance(value, str):
            into[name.split(".", 1)[1]].append(value)


def plain(value):
    """Numbers in decimal; octets, which tshark writes 0x1f or 1f:20, in hex."""
    text = str(value).replace(":", "").lower()
    return str(int(text, 16)) if text.startswith("0x") else text


def octets(value):
    text = value.replace(":", "").lower()
    return text[2:] if text.startswith("0x") else text


def params_of(columns):
    for column in columns:
        head, _, rest = column.partition(" ")
        content, _, rest = rest.partition(" ")
        fields = [f.strip().split("=", 1) for f in rest.split(";") if "=" in f]
        yield int(head), content, fields


def adjusted(code, fields):
    """tshark shows the circuits of a range, and a circuit's state without a call as one word."""
    if code == 0x16:
        fields = [(n, str(int(v) + 1) if n == "range" else v) for n, v in fields]
    if code == 0x26:
        calls = [v for n, v in fields if n == "call processing state"]
        fields = [(n, v) for i, (n, v) in enumerate(fields)
                  if n == "maintenance blocking state" or calls[i // 3] != "0"]
    return fields


def expected_of(columns, table):
    """tshark's names and the values they should have, in the order of the wire."""
    want = collections.defaultdict(list)
    for code, content, fields in params_of(columns):
        names = table.get(code, {})
        if code in OCTETS_ONLY and not names:
            want["parameter_value"].append(content)
        if "" in names:
            want[names[""]].append(content)
        for ours, value in adjusted(code, fields):
            if names.get(ours) and value:
                want[names[ours]].append(value)
        if code == STOPS_BEHIND:
            break
    return want


# Octets that tshark shows as digits.
DIGIT_NAMES = {"jurisdiction", "nw_id"}
OCTET_NAMES = {"parameter_value", "diagnostic", "shape_description"} | {f[""] for f in FIELDS.values() if "" in f}


def digits(content):
    return "".join(content[i + 1] + content[i] for i in range(0, len(content), 2)).upper()


def same(name, want, got):
    if name in DIGIT_NAMES:
        return [digits(w) for w in want] == got
    if name == "isdn_generic_name_ia5":
        return [bytes.fromhex(w).decode() for w in want] == got
    form = octets if name in OCTET_NAMES else plain
    return [form(w) for w in want] == [form(g) for g in got]


def decode(path, variant):
    run = subprocess.run([live.need("tshark"), "-o", "isup.variant:" + variant + " Standard",
                          "-o", "mtp3.standard:" + variant, "-o", DLT, "-r",
                          path, "-T", "json"], capture_output=True, check=True)
    return json.loads(run.stdout, object_pairs_hook=Pairs)


def is_compared(name, table):
    reasons = dict(NOT_COMPARED, **(ANSI_NOT_COMPARED if table is not FIELDS else {}))
    return not any(name == n or (n[0] == "_" and name.endswith(n)) for n in reasons)


def compare(frame, columns, table, faults, seen):
    got = collections.defaultdict(list)
    flatten(frame, got)
    want = expected_of(columns[3:], table)
    if [int(got["message_type"][0]), int(got["cic"][0])] != [int(columns[1]), int(columns[2])]:
        faults["type or CIC"].append(columns[0])
    if columns[0] in NOT_READ:
        return
    for name in set(got) | set(want):
        if not is_compared(name, table):
            continue
        seen[name] += 1
        if not same(name, want[name], got[name]):
            faults[name].append("%s: ours %s, tshark's %s" % (columns, want[name], got[name]))


def check(ours, variant, seed, table):
    with tempfile.TemporaryDirectory() as where:
        path = os.path.join(where, "random.pcap")
        run = live.run_program([RANDOM, ours, str(seed), str(COUNT), path])
        assert run.returncode == 0, run.output
        frames = decode(path, variant)
    lines = [line.split("\t") for line in run.output.splitlines()]
    assert len(frames) == len(lines) == COUNT
    faults, seen = collections.defaultdict(list), collections.Counter()
    for frame, columns in zip(frames, lines):
        compare(frame, columns, table, faults, seen)
    for name, texts in sorted(faults.items()):
        print("# %s: %d times: %s" % (name, len(texts), texts[0]))
    assert not faults, "%d fields differ" % len(faults)
    print("# %s: %d messages, %d fields of %d names" % (ours, COUNT, sum(seen.values()), len(seen)))


def itu_messages_are_read_by_tshark_as_we_say():
    check("itu2000", "ITU", 1, FIELDS)


def ansi_messages_are_read_by_tshark_as_we_say():
    check("ansi95", "ANSI", 2, {**FIELDS, **ANSI_FIELDS})


if __name__ == "__main__":
    live.run([itu_messages_are_read_by_tshark_as_we_say,
              ansi_messages_are_read_by_tshark_as_we_say])
