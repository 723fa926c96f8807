# SPDX-License-Identifier: GPL-3.0-or-later
"""Certificates for the tests of TLS, right and wrong ones, made with the openssl program."""
import os
import shutil
import subprocess
import tempfile
import time

import live

CONF = """[ca]
default_ca = d
[d]
dir = {dir}
database = {dir}/index
serial = {dir}/serial
new_certs_dir = {dir}
default_md = sha256
policy = p
unique_subject = no
copy_extensions = copy
[p]
commonName = supplied
[req]
distinguished_name = dn
[dn]
"""


def stamp(days):
    return time.strftime("%Y%m%d%H%M%SZ", time.gmtime(time.time() + days * 86400))


class Ca:
    """A certificate authority in a directory of its own."""

    def __init__(self, name="test CA"):
        live.need("openssl")
        self.dir = tempfile.mkdtemp(prefix="trunkgate-ca-")
        self.conf = os.path.join(self.dir, "conf")
        with open(self.conf, "w") as f:
            f.write(CONF.format(dir=self.dir))
        open(os.path.join(self.dir, "index"), "w").close()
        with open(os.path.join(self.dir, "serial"), "w") as f:
            f.write("%d\n" % (1000 + os.getpid() % 1000 * 2))
        self.cert = os.path.join(self.dir, "ca.pem")
        self.run("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                 "-keyout", self.cert + ".key", "-out", self.cert, "-days", "30", "-subj",
                 "/CN=" + name, "-addext", "basicConstraints=critical,CA:TRUE")

    def run(self, command, *args):
        done = live.run_program(["openssl", command, "-config", self.conf] + list(args))
        assert done.returncode == 0, done.output

    def make(self, name, san, cn="somebody", start=-1, end=30):
        """(certificate, key); san as openssl writes it, or None."""
        path = os.path.join(self.dir, name)
        more = ["-addext", "subjectAltName=" + san] if san else []
        self.run("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout",
                 path + ".key", "-out", path + ".csr", "-subj", "/CN=" + cn, *more)
        self.run("ca", "-batch", "-notext", "-in", path + ".csr", "-out", path + ".pem", "-cert",
                 self.cert, "-keyfile", self.cert + ".key", "-startdate", stamp(start), "-enddate",
                 stamp(end))
        return path + ".pem", path + ".key"

    def close(self):
        shutil.rmtree(self.dir, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.close()
