#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""baresip as a phone: calls the lab's subscribers, and is called by the exchange.

baresip refuses the loopback interface, so gateway and phone each live in a network namespace of
this test's own."""
import array
import glob
import json
import math
import os
import re
import shutil
import socket
import subprocess
import tempfile
import threading
import wave

import live
import two_hosts

GATEWAY, PHONE, PHONE_PORT, CONTROL_PORT = "198.18.0.1", "198.18.0.2", 5090, 4444

CONFIG = """sip_listen {phone}:{port}
net_interface vb
call_local_timeout 60
call_max_calls 4
audio_player aufile,{dir}/play.wav
audio_source aufile,{tone}
audio_alert aufile,{tone}
ausrc_srate 8000
auplay_srate 8000
ausrc_channels 1
auplay_channels 1
audio_txmode thread
rtp_ports 14200-14300
rtcp_mux no
jitter_buffer_delay 5-10
module_path {modules}
module g711.so
module aufile.so
module sndfile.so
module_tmp uuid.so
module_tmp account.so
module_app contact.so
module_app menu.so
snd_path {dir}/rec
"""


def modules_path():
    for path in glob.glob("/usr/lib/baresip/modules") + glob.glob("/usr/lib/*/baresip/modules"):
        return path
    raise live.Skip("baresip's modules are not installed")


def write_tone(path, hz, seconds=20):
    samples = array.array("h", (int(8000 * math.sin(2 * math.pi * hz * i / 8000))
                                for i in range(8000 * seconds)))
    with wave.open(path, "wb") as w:
        w.setparams((1, 2, 8000, 0, "NONE", ""))
        w.writeframes(samples.tobytes())


def share_of_tone(path, hz):
    """How much of the power of a WAV's loudest second is in one tone: 0 to 1."""
    with wave.open(path, "rb") as w:
        rate = w.getframerate()
        x = array.array("h", w.readframes(w.getnframes()))[::w.getnchannels()]
    best = max((x[i:i + rate] for i in range(0, max(1, len(x) - rate), rate // 4)),
               key=lambda s: sum(v * v for v in s))
    c = sum(v * math.cos(2 * math.pi * hz * i / rate) for i, v in enumerate(best))
    s = sum(v * math.sin(2 * math.pi * hz * i / rate) for i, v in enumerate(best))
    power = sum(v * v for v in best)
    return 2 * (c * c + s * s) / len(best) / power if power else 0.0


class Baresip:
    """`more`: lines of its configuration; `transport`, `account`, `codec`: of its account."""

    def __init__(self, *options, more="", transport="", account="", codec="PCMA/8000/1"):
        self.dir = tempfile.mkdtemp(prefix="trunkgate-baresip-")
        os.makedirs(self.dir + "/rec")
        tone = self.dir + "/tone.wav"
        write_tone(tone, 600)
        with open(self.dir + "/config", "w") as f:
            f.write(CONFIG.format(phone=PHONE, port=PHONE_PORT, dir=self.dir, tone=tone,
                                  modules=modules_path()) + more)
        with open(self.dir + "/accounts", "w") as f:
            f.write("<sip:555@%s:%d%s>;regint=0;answermode=auto;audio_codecs=%s%s\n" %
                    (PHONE, PHONE_PORT, transport, codec, account))
        open(self.dir + "/contacts", "w").close()
        self.log = open(self.dir + "/log", "wb")
        self.process = subprocess.Popen(two_hosts.far.enter +
                                        [live.need("baresip"), "-f", self.dir, "-s", "-v"] +
                                        list(options), stdin=subprocess.DEVNULL, stdout=self.log,
                                        stderr=subprocess.STDOUT)

    def text(self):
        with open(self.dir + "/log", errors="replace") as f:
            return f.read()

    def recorded(self, which):
        found = glob.glob(self.dir + "/rec/*%s*.wav" % which)
        assert found, os.listdir(self.dir + "/rec")
        return found[0]

    def stop(self):
        self.process.terminate()
        self.process.wait(20)

    def __enter__(self):
        return self

    def __exit__(self, kind, value, tb):
        if kind is not None:
            print("# baresip's log:\n# " + self.text()[-2000:].replace("\n", "\n# "))
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self.log.close()
        shutil.rmtree(self.dir, ignore_errors=True)


def has_talked(g, packets=100):
    """A call's two ends have said so much to each other: 2 s, by the packets of 20 ms that the gateway
    counts, however slow the machine is."""
    nr = re.findall(r"^ *(\d+) ", g.vty("show calls"), re.M)
    text = g.vty("show call " + nr[0]) if nr else ""
    both = [re.search(r"RTP %s: (\d+) packets" % way, text) for way in ("received", "sent")]
    return all(m and int(m[1]) >= packets for m in both)


def a_phone_calls_the_tone():
    with live.Gateway("--rtp", GATEWAY, host=GATEWAY) as g, \
            Baresip("-e", "/dial sip:101@%s" % g.sip) as phone:
        live.wait_for(lambda: "talking" in g.vty("show lab calls").lower())
        live.wait_for(lambda: has_talked(g))
        phone.stop()  # hangs up
        assert "stablished" in phone.text(), phone.text()[-2000:]
        share = share_of_tone(phone.recorded("dec"), 1004)
        assert share > 0.95, "1004 Hz is only %.2f of what the phone heard" % share
        g.check_idle()


def dial(g, number):
    return Baresip("-e", "/dial sip:%s@%s" % (number, g.sip))


def a_phone_reaches_those_who_answer():
    with live.Gateway("--rtp", GATEWAY, host=GATEWAY) as g:
        for number in ("100", "105", "107", "109"):
            with dial(g, number) as phone:
                live.wait_for(lambda: "stablished" in phone.text())
                live.wait_for(lambda: has_talked(g, 50))
                phone.stop()
                if number == "107":  # before the answer: E.180 ringback
                    share = share_of_tone(phone.recorded("dec"), 425)
                    assert share > 0.95, "425 Hz is only %.2f of what was heard" % share
            g.check_idle()


def a_phone_is_told_why_not():
    with live.Gateway("--rtp", GATEWAY, host=GATEWAY) as g:
        for number, status in (("102", "486 Busy"), ("104", "404 Not"), ("108", "503 Service")):
            with dial(g, number) as phone:
                live.wait_for(lambda: status in phone.text())
            g.check_idle()


def a_phone_gives_up_on_103():
    with live.Gateway("--rtp", GATEWAY, host=GATEWAY) as g, dial(g, "103") as phone:
        live.wait_for(lambda: "180 Ringing" in phone.text())
        phone.stop()
        g.check_idle()


def a_phone_is_hung_up_on_by_106():
    with live.Gateway("--rtp", GATEWAY, host=GATEWAY) as g, dial(g, "106") as phone:
        live.wait_for(lambda: "stablished" in phone.text())
        live.wait_for(lambda: "BYE sip:" in phone.text())
        g.check_idle()


def the_exchange_calls_a_phone():
    with live.Gateway("--rtp", GATEWAY, "--phone", "%s:%d" % (PHONE, PHONE_PORT), host=GATEWAY) as g, \
            Baresip() as phone:
        live.wait_for(lambda: "baresip is ready" in phone.text())
        text = g.vty("lab exchange call 101 555")
        nr = re.search(r"lab call (\d+)", text)[1]
        live.wait_for(lambda: "talking" in g.vty("show lab calls").lower())
        live.wait_for(lambda: has_talked(g))
        g.vty("lab exchange hangup " + nr)
        live.wait_for(lambda: heard(g, 600))
        g.check_idle()
        phone.stop()
        share = share_of_tone(phone.recorded("dec"), 1004)
        assert share > 0.95, "1004 Hz is only %.2f of what the phone heard" % share


def heard(g, hz):
    """Has a line of the exchange heard this frequency, within 2 %?"""
    found = [int(x) for x in re.findall(r"(\d+) Hz", g.vty("show lab calls"))]
    return any(abs(x - hz) <= hz * 0.02 for x in found)


def tell(command, params):
    """A command of baresip's menu, through its control port (a netstring of JSON)."""
    text = json.dumps({"command": command, "params": params, "token": "1"}).encode()
    with socket.create_connection((PHONE, CONTROL_PORT), 10) as s:
        s.sendall(b"%d:%s," % (len(text), text))
        answer = s.recv(4000)
    assert b'"ok":true' in answer, answer


def route_within_the_trunk(g, number):
    name = re.search(r"(?m)^trunk (\S+)", g.vty("show running-config"))[1]
    g.vty("configure terminal", "route %s from trunk to trunk %s" % (number, name), "commit")


def a_phone_transfers_its_call():
    """REFER (RFC 3515): who hears the tone is on the line with another one afterwards."""
    control = "module_app ctrl_tcp.so\nctrl_tcp_listen 0.0.0.0:%d\n" % CONTROL_PORT
    with live.Gateway("--rtp", GATEWAY, "--phone", "%s:%d" % (PHONE, PHONE_PORT), host=GATEWAY) as g:
        route_within_the_trunk(g, "100")
        with Baresip("-e", "/dial sip:101@%s" % g.sip, more=control) as phone:
            live.wait_for(lambda: "Call established" in phone.text())
            tell("transfer", "sip:100@%s" % g.sip)
            live.wait_for(lambda: "this leg is in the call now" in g.vty("show call 1"))
            live.wait_for(lambda: "BYE sip:" in phone.text())
            text = phone.text()
            assert "REFER sip:" in text and "SIP/2.0 202" in text and "NOTIFY sip:" in text, text[-3000:]
            assert re.search(r"sipfrag[^\x1b]*?\n\s*\nSIP/2.0 200 OK", text), text[-3000:]
            for nr in re.findall(r"lab call (\d+)", g.vty("show lab calls")):
                g.vty("lab exchange hangup " + nr)
            g.vty("clear call 1")
            g.check_idle()


class Mover(threading.Thread):
    """Sends whoever calls on to a Contact with 302 (RFC 3261 8.3), and takes the ACK."""

    def __init__(self, contact):
        super().__init__(daemon=True)
        self.contact, self.acked = contact, False
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind((GATEWAY, 0))
        self.address = "%s:%d" % self.socket.getsockname()

    def run(self):
        while not self.acked:
            message, sender = self.socket.recvfrom(65536)
            text = message.decode(errors="replace")
            self.acked = text.startswith("ACK ")
            if text.startswith("INVITE "):
                lines = [line for line in text.split("\r\n\r\n")[0].split("\r\n")
                         if re.match(r"(?i)(via|from|to|call-id|cseq):", line)]
                lines = [line + ";tag=moved" if line.lower().startswith("to:") else line
                         for line in lines]
                answer = ["SIP/2.0 302 Moved Temporarily"] + lines + [
                    "Contact: " + self.contact, "Content-Length: 0", "", ""]
                self.socket.sendto("\r\n".join(answer).encode(), sender)


def a_call_is_redirected_to_a_phone():
    """302 (RFC 3398 8.2.5), which is followed to where the phone is."""
    mover = Mover("<sip:555@%s:%d>" % (PHONE, PHONE_PORT))
    mover.start()
    with live.Gateway("--rtp", GATEWAY, "--phone", mover.address, host=GATEWAY) as g, \
            Baresip() as phone:
        live.wait_for(lambda: "baresip is ready" in phone.text())
        g.vty("configure terminal", "peer phone", "redirects follow", "commit")
        nr = re.search(r"lab call (\d+)", g.vty("lab exchange call 101 555"))[1]
        live.wait_for(lambda: "talking" in g.vty("show lab calls").lower())
        assert mover.acked
        assert "redirected" in g.vty("show call 1"), g.vty("show call 1")
        live.wait_for(lambda: heard(g, 600))
        g.vty("lab exchange hangup " + nr)
        live.wait_for(lambda: "BYE sip:" in phone.text())
        g.check_idle()


def main(path, tests):
    two_hosts.main(path, tests, GATEWAY, PHONE, ("baresip",))


if __name__ == "__main__":
    main(__file__, [a_phone_calls_the_tone, a_phone_reaches_those_who_answer,
                    a_phone_is_told_why_not, a_phone_gives_up_on_103,
                    a_phone_is_hung_up_on_by_106, the_exchange_calls_a_phone,
                    a_phone_transfers_its_call, a_call_is_redirected_to_a_phone])
