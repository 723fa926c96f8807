# SPDX-License-Identifier: GPL-3.0-or-later
"""SIPp scenarios made from call flows, and how SIPp is run."""
import os
import subprocess
import tempfile

import live

SDP = """v=0
o=user1 53655765 2353687637 IN IP[local_ip_type] [local_ip]
s=-
c=IN IP[media_ip_type] [media_ip]
t=0 0
m=audio [media_port] RTP/AVP 8 0
"""

REQUEST = """{method} sip:[service]@[remote_ip]:[remote_port] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
From: <sip:+4930100@[local_ip]:[local_port]>;tag=[pid]SIPpTag00[call_number]
To: <sip:[service]@[remote_ip]:[remote_port]>[peer_tag_param]
Call-ID: [call_id]
CSeq: {cseq} {cseq_method}
Contact: <sip:sipp@[local_ip]:[local_port]>
Max-Forwards: 70
{more}Content-Length: [len]

{body}"""

RESPONSE = """SIP/2.0 {status}
[last_Via:]
[last_From:]
[last_To:];tag=[pid]SIPpTag01[call_number]
[last_Call-ID:]
[last_CSeq:]
Contact: <sip:[local_ip]:[local_port];transport=[transport]>
{more}Content-Length: [len]

{body}"""


def send(text, retrans=True):
    return "<send%s><![CDATA[\n%s\n]]></send>\n" % (' retrans="500"' if retrans else "", text)


def request(method, cseq=1, sdp=False, retrans=True, cseq_method=None, same_branch=None):
    """same_branch: how many elements back in the scenario the INVITE stands whose branch this
    request repeats: a CANCEL (RFC 3261 9.1), the ACK of a refusal (17.1.1.3)."""
    more = "Content-Type: application/sdp\n" if sdp else ""
    text = REQUEST.format(method=method, cseq=cseq, cseq_method=cseq_method or method, more=more,
                          body=SDP if sdp else "")
    if same_branch:
        text = text.replace("[branch]", "[branch-%d]" % same_branch)
    return send(text, retrans)


def response(status, sdp=False, retrans=False, more=""):
    if sdp:
        more += "Content-Type: application/sdp\n"
    return send(RESPONSE.format(status=status, more=more, body=SDP if sdp else ""), retrans)


def expect(status, optional=False, reason=None):
    """reason: the Q.850 cause that the Reason header must carry."""
    if reason is None:
        return '<recv response="%d"%s/>\n' % (status, ' optional="true"' if optional else "")
    return ('<recv response="%d"><action><ereg regexp="Q\\.850;[ ]*cause=%d" search_in="hdr" '
            'header="Reason:" check_it="true" assign_to="1"/>'
            '<log message="reason [$1]"/></action></recv>\n' % (status, reason))


def expect_request(method, dialog=False):
    """dialog: remembers From and To, for a request of our own (in_dialog_bye)."""
    if not dialog:
        return '<recv request="%s"/>\n' % method
    return ('<recv request="%s" rrs="true"><action>'
            '<ereg regexp=".*" search_in="hdr" header="From:" assign_to="2"/>'
            '<ereg regexp=".*" search_in="hdr" header="To:" assign_to="3"/>'
            '</action></recv>\n' % method)


def in_dialog_bye():
    return send("""BYE [next_url] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
From: [$3];tag=[pid]SIPpTag01[call_number]
To: [$2]
Call-ID: [call_id]
CSeq: 1 BYE
Max-Forwards: 70
Content-Length: 0

""")


def pause(ms):
    return '<pause milliseconds="%d"/>\n' % ms


PROVISIONALS = expect(100, True) + expect(180, True) + expect(183, True)


class Sipp:
    """A run of SIPp; wait() until it ends, which must be well."""

    def __init__(self, scenario, *options, remote=None, port=0, prefix=()):
        self.dir = tempfile.mkdtemp(prefix="trunkgate-sipp-")
        path = os.path.join(self.dir, "scenario.xml")
        with open(path, "w") as f:
            f.write('<?xml version="1.0" encoding="ISO-8859-1"?>\n<scenario name="trunkgate">\n' +
                    scenario + "</scenario>\n")
        self.port = port or live.free_udp_port()
        args = list(prefix) + [live.need("sipp"), "-sf", path, "-i", "127.0.0.1", "-p", str(self.port),
                "-mp", str(live.free_udp_port()), "-nostdin", "-timeout", "60s",
                "-timeout_error", "-trace_err", "-error_file", os.path.join(self.dir, "errors")]
        args += list(options)
        if remote:
            args.append(remote)
        self.process = subprocess.Popen(args, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                        stderr=subprocess.STDOUT, cwd=self.dir)
        if not remote:
            live.wait_udp_bound(self.port)

    def wait(self):
        try:
            out = self.process.communicate(timeout=90)[0].decode(errors="replace")
        except subprocess.TimeoutExpired:
            self.process.kill()
            out = self.process.communicate()[0].decode(errors="replace")
        errors = ""
        path = os.path.join(self.dir, "errors")
        if os.path.exists(path):
            with open(path, errors="replace") as f:
                errors = f.read()
        assert self.process.returncode == 0, "sipp: status %d\n%s\n%s" % (
            self.process.returncode, errors[-1500:], out[-1500:])


def call(gateway, number, scenario, *options):
    """SIPp calls a subscriber; returns when the scenario has ended well."""
    Sipp(scenario, "-s", number, "-m", "1", *options, remote=gateway.sip).wait()
