#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Kamailio as the carrier's side: a registrar with digest in front, and a proxy that forks. Its
configuration is written here; it keeps what it knows in memory."""
import glob
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import threading

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import live  # noqa: E402
from streams import StreamGateway  # noqa: E402

CONFIG = """#!KAMAILIO
debug=2
log_stderror=yes
children=1
tcp_children=1
auto_aliases=no
listen=udp:127.0.0.1:{port}
listen=tcp:127.0.0.1:{port}
mpath="{modules}/"
loadmodule "kex.so"
loadmodule "corex.so"
loadmodule "tm.so"
loadmodule "sl.so"
loadmodule "rr.so"
loadmodule "pv.so"
loadmodule "maxfwd.so"
loadmodule "textops.so"
loadmodule "siputils.so"
loadmodule "usrloc.so"
loadmodule "registrar.so"
loadmodule "auth.so"
modparam("usrloc", "db_mode", 0)
modparam("registrar", "min_expires", 60)
modparam("auth", "auth_checks_register", 0)

request_route {{
	if (!mf_process_maxfwd_header("10")) {{
		sl_send_reply("483", "Too Many Hops");
		exit;
	}}
	if (is_method("CANCEL")) {{
		if (t_check_trans()) t_relay();
		exit;
	}}
	if (has_totag()) {{
		if (loose_route() || t_check_trans()) t_relay();
		else if (!is_method("ACK")) sl_send_reply("404", "Not Here");
		exit;
	}}
	if (is_method("OPTIONS")) {{
		sl_send_reply("200", "OK");
		exit;
	}}
	if (is_method("REGISTER")) {{
		if (!pv_www_authenticate("kam.test", "secret", "0")) {{
			www_challenge("kam.test", "1");
			exit;
		}}
		save("location");
		exit;
	}}
	record_route();
	# what the gateway sends is for 555, and it has to prove that it may
	if ($rU == "555") {{
		if (!pv_proxy_authenticate("kam.test", "secret", "0")) {{
			proxy_challenge("kam.test", "1");
			exit;
		}}
		consume_credentials();
		$ru = "sip:555@127.0.0.1:{branches[0]}";
		append_branch("sip:555@127.0.0.1:{branches[1]}");
	}} else if (!lookup("location")) {{
		sl_send_reply("404", "Not Found");
		exit;
	}}
	t_relay();
}}
"""


def modules_path():
    for path in glob.glob("/usr/lib/*/kamailio/modules"):
        return path
    raise live.Skip("Kamailio's modules are not installed")


def free_port():
    """Free for UDP and TCP."""
    while True:
        port = live.free_udp_port()
        with socket.socket() as s:
            try:
                s.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue


class Kamailio:
    """In the foreground, in a process group of its own."""

    def __init__(self, branches=(9, 9)):
        program = live.need("kamailio")
        self.port = free_port()
        self.dir = tempfile.mkdtemp(prefix="trunkgate-kamailio-")
        with open(self.dir + "/cfg", "w") as f:
            f.write(CONFIG.format(port=self.port, modules=modules_path(), branches=branches))
        self.log = open(self.dir + "/log", "wb")
        self.process = subprocess.Popen(
            [program, "-f", self.dir + "/cfg", "-DD", "-E", "-Y", self.dir, "-w", self.dir,
             "-P", self.dir + "/pid", "-m", "32", "-M", "4"],
            stdin=subprocess.DEVNULL, stdout=self.log, stderr=subprocess.STDOUT,
            start_new_session=True)
        live.wait_for(self._up)

    def _up(self):
        assert self.process.poll() is None, "Kamailio ended: " + self.text()
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
            s.bind(("127.0.0.1", 0))
            s.settimeout(0.5)
            port = s.getsockname()[1]
            s.sendto(("OPTIONS sip:127.0.0.1:%d SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:%d;branch="
                      "z9hG4bKup\r\nFrom: <sip:t@127.0.0.1>;tag=1\r\nTo: <sip:127.0.0.1>\r\n"
                      "Call-ID: up\r\nCSeq: 1 OPTIONS\r\nMax-Forwards: 5\r\n"
                      "Content-Length: 0\r\n\r\n" % (self.port, port)).encode(),
                     ("127.0.0.1", self.port))
            try:
                return s.recv(4096).startswith(b"SIP/2.0 200")
            except OSError:
                return False

    @property
    def sip(self):
        return "127.0.0.1:%d" % self.port

    def text(self):
        with open(self.dir + "/log", errors="replace") as f:
            return f.read()[-3000:]

    def __enter__(self):
        return self

    def __exit__(self, kind, value, tb):
        if kind is not None:
            print("# Kamailio's log:\n# " + self.text().replace("\n", "\n# "))
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, 9)
            self.process.wait()
        self.log.close()
        shutil.rmtree(self.dir, ignore_errors=True)


def gateway(kamailio, transport, password="secret", name="100"):
    peer = (" transport %s\n domain 127.0.0.1\n login %s realm kam.test password %s\n"
            " register %s expires 60\n" % (transport, name, password, name))
    return StreamGateway(phone=kamailio.sip, peer=peer)


def registered(g):
    return re.search(r"phone +\S+ +registered +\d+ s +200", g.vty("show registrations"))


def both_ways(transport):
    """It registers with digest, and calls to its name come through Kamailio."""
    with Kamailio() as k, gateway(k, transport, name="101") as g:
        live.wait_for(lambda: registered(g))
        done = live.run_program([live.LAB, "phone", "call", "sip:101@" + k.sip, "--local",
                                 "127.0.0.1", "--duration", "2", "--expect-tone", "1004"])
        assert done.returncode == 0, done.output
        shown = g.vty("show call 1")
        assert "INVITE" in shown and "IAM" in shown, shown
        g.check_idle()


def a_registered_gateway_is_called_by_udp():
    both_ways("udp")


def a_registered_gateway_is_called_by_tcp():
    both_ways("tcp")


def a_wrong_password_is_not_repeated():
    with Kamailio() as k, gateway(k, "udp", password="guess") as g:
        live.wait_for(lambda: re.search(r"not registered +- +401", g.vty("show registrations")))
        assert "secret" not in g.vty("show running-config")


def it_leaves_when_it_is_told():
    with Kamailio() as k, gateway(k, "udp", name="101") as g:
        live.wait_for(lambda: registered(g))
        g.vty("configure terminal", "peer phone", "no register", "commit")
        live.wait_for(lambda: "phone" not in g.vty("show registrations"))
        done = live.run_program([live.LAB, "phone", "call", "sip:101@" + k.sip, "--local",
                                 "127.0.0.1", "--expect-status", "404"])
        assert done.returncode == 0, done.output


class Branch:
    """A phone behind the proxy: 180, then 200 at once (`quick`) or only when it is cancelled, as when
    the two have crossed (RFC 3261 9.1). Counts what it gets."""

    def __init__(self, quick):
        self.quick = quick
        self.sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.sock.bind(("127.0.0.1", 0))
        self.sock.settimeout(0.2)
        self.port = self.sock.getsockname()[1]
        self.seen, self.invite, self.over = {}, None, False
        self.thread = threading.Thread(target=self._run)
        self.thread.start()

    def _answer(self, request, status, peer, sdp=""):
        lines = re.findall(r"(?im)^(?:Via|From|To|Call-ID|CSeq|Record-Route):[^\r]*", request)
        text = "\r\n".join(l + ";tag=b%d" % self.port if l.lower().startswith("to:") and
                           "tag=" not in l else l for l in lines)
        more = "Contact: <sip:555@127.0.0.1:%d>\r\n" % self.port
        if sdp:
            more += "Content-Type: application/sdp\r\n"
        self.sock.sendto(("SIP/2.0 %s\r\n%s\r\n%sContent-Length: %d\r\n\r\n%s" %
                          (status, text, more, len(sdp), sdp)).encode(), peer)

    def _sdp(self):
        return ("v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
                "m=audio %d RTP/AVP 8\r\n" % self.port)

    def _run(self):
        while not self.over:
            try:
                text, peer = self.sock.recvfrom(65536)
            except OSError:
                continue
            text = text.decode(errors="replace")
            method = text.split(" ")[0]
            if method not in ("INVITE", "ACK", "CANCEL", "BYE"):
                continue  # a response, or RTP: one port is for both
            first = method not in self.seen
            self.seen[method] = self.seen.get(method, 0) + 1
            if method == "INVITE" and first:
                self.invite = text
                assert "Proxy-Authorization" not in text
                self._answer(text, "180 Ringing", peer)
                if self.quick:
                    threading.Timer(0.5, self._answer,
                                    (text, "200 OK", peer, self._sdp())).start()
            elif method == "CANCEL":
                self._answer(text, "200 OK", peer)
                self._answer(self.invite, "200 OK", peer, self._sdp())
            elif method != "ACK":
                self._answer(text, "200 OK", peer)

    def stop(self):
        self.over = True
        self.thread.join()
        self.sock.close()


def forked(transport):
    """407, two branches with 180, two 200: the second is acknowledged and hung up (13.2.2.4)."""
    quick, slow = Branch(True), Branch(False)
    try:
        with Kamailio((slow.port, quick.port)) as k, gateway(k, transport) as g:
            live.wait_for(lambda: registered(g))
            nr = re.search(r"lab call (\d+)", g.vty("lab exchange call 101 555"))[1]
            live.wait_for(lambda: "talking" in g.vty("show lab calls").lower())
            live.wait_for(lambda: slow.seen.get("BYE") and slow.seen.get("ACK"))
            live.wait_for(lambda: quick.seen.get("ACK"))
            assert "BYE" not in quick.seen, quick.seen
            assert slow.seen["CANCEL"] >= 1 and "CANCEL" not in quick.seen
            g.vty("lab exchange hangup " + nr)
            live.wait_for(lambda: quick.seen.get("BYE"))
            g.check_idle()
            shown = g.vty("show call 1")
            assert "407" in shown, shown
    finally:
        quick.stop()
        slow.stop()


def a_forked_call_is_answered_twice_by_udp():
    forked("udp")


def a_forked_call_is_answered_twice_by_tcp():
    forked("tcp")


live.run([a_registered_gateway_is_called_by_udp, a_registered_gateway_is_called_by_tcp,
          a_wrong_password_is_not_repeated, it_leaves_when_it_is_told,
          a_forked_call_is_answered_twice_by_udp, a_forked_call_is_answered_twice_by_tcp])
