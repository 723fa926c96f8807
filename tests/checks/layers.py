#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Layers: what a file includes, and what a built folder below line 4 asks of the system.

A file includes its own folder, folders on lower lines and public headers of those; nothing else.
Libraries are fenced: each header of one may be included where the table below says. The objects of
lines 0 to 3 must not ask for sockets, clocks, files, threads, output, random numbers, the process
or an allocator, and must not hold mutable statics. See doc/architecture.md.
"""
import os
import re
import shutil
import subprocess
import sys

sys.dont_write_bytecode = True
import tree  # noqa: E402

LINES = [["base"], ["sip", "sdp", "isup", "ss7", "rtp", "tdm", "dsp"], ["interwork", "media"],
         ["gateway"], ["io", "ops"], ["daemon", "lab"]]
LINE = {folder: nr for nr, folders in enumerate(LINES) for folder in folders}
LINE["sipio"] = LINE["io"]  # its public headers
OUTSIDE = 4                 # the first line that may touch the system
SAME_LINE = {("sip", "sdp"), ("daemon", "lab"), ("io", "sipio")}

C_HEADERS = set("""assert ctype errno float inttypes limits math stdalign stdarg stdatomic stdbool
    stddef stdint stdio stdlib string strings endian""".split())
# First row that matches counts; places are folders or files of src.
FENCE = [
    (r"talloc\.h", ["base/mem.c"]),
    (r"osmocom/core/isdnhdlc\.h", ["ss7"]),
    (r"osmocom/.*", ["io", "ops", "daemon"]),
    (r"spandsp(\.h|/.*)|speex/.*|opus/.*|bcg729/.*", ["dsp"]),
    (r"srtp2/.*", []),
    (r"openssl/.*", ["io", "base/digest.c", "rtp/srtp_key.c", "rtp/srtp_key.h"]),
    (r"ares(_\w+)?\.h", ["io"]),
    (r"microhttpd\.h|sqlite3\.h", ["ops"]),
    (r"libmnl/.*", ["io/nexthop.c"]),
    (r"sys/socket\.h|sys/un\.h|net/.*|netpacket/.*|netinet/.*|arpa/inet\.h|netdb\.h|ifaddrs\.h|poll\.h"
     r"|sys/(epoll|eventfd|timerfd|signalfd|select|uio)\.h|pthread\.h|threads\.h|semaphore\.h"
     r"|sched\.h|linux/.*|dahdi/.*", ["io", "daemon", "ops/writer.c"]),
    (r"(time|unistd|fcntl|signal|getopt|dirent|pwd|grp|locale|libgen|glob|sysexits|syslog"
     r"|termios)\.h"
     r"|sys/(types|stat|time|resource|ioctl|wait|mman|prctl|random|file|capability)\.h",
     ["io", "ops", "daemon", "lab"]),
]

FORBIDDEN = {
    "a socket": r"socket(pair)?|bind|connect|listen|accept4?|(send|recv)(to|from|m?msg)?|p?poll"
                r"|(get|set)sockopt|get(sock|peer)name|shutdown|(get|free)addrinfo|gethostby\w+"
                r"|inet_\w+|getifaddrs|if_(nametoindex|indextoname)|p?select|epoll_\w+"
                r"|eventfd\w*|timerfd_\w+",
    "a clock": r"time|clock(_\w+)?|gettimeofday|nanosleep|u?sleep|(local|gm)time(_r)?|mktime|times"
               r"|strftime|[ac]time(_r)?|timer_\w+|[sg]etitimer|alarm",
    "a file": r"open(at)?|creat|f(d|re)?open|fclose|fread|p?read|p?write|(read|write)v|close"
              r"|[lf]?seeko?|[fl]?stat|unlink|rename|remove|mkdir|rmdir|(open|read|close)dir|mmap"
              r"|munmap|ioctl|fcntl|pipe2?|dup[23]?|access|chdir|getcwd|tmpfile|mkstemp|fsync"
              r"|fgets|f?getc|getchar|ungetc|getline|v?f?scanf|stdin|sendfile|ftruncate",
    "a thread": r"pthread_\w+|thrd_\w+|mtx_\w+|cnd_\w+|sem_\w+|v?fork|exec[lv]p?e?|system"
                r"|p(open|close)|posix_spawn\w*|sched_\w+",
    "output": r"v?f?printf|v?dprintf|f?puts|f?putc|putchar|perror|fwrite|fflush|stdout|stderr"
              r"|v?syslog|v?(err|warn)x?|psignal",
    "a random source": r"s?rand(_r)?|s?random(_r)?|[delmn]rand48|getrandom|getentropy|arc4random\w*"
                       r"|RAND_\w+",
    "the process": r"(secure_)?getenv|setenv|putenv|_?exit|_Exit|atexit|signal|sigaction|raise|kill"
                   r"|getpid|gettid|syscall|dlopen|setlocale",
    "an allocator": r"malloc|calloc|realloc(array)?|free|strn?dup|v?asprintf|posix_memalign"
                    r"|aligned_alloc|memalign|alloca",
}
FORBIDDEN = {what: re.compile("(?:%s)" % names) for what, names in FORBIDDEN.items()}
TALLOC = re.compile(r"_?talloc\w*")
# The log's sink, and the counters of the tests' hook.
STATICS = {"base/log.c": {"sink"}, "base/mem.c": {"fail_in", "fail_hit", "nr_roots"}}
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"]', re.M)
COMMENT = re.compile(r"/\*.*?\*/", re.S)


def may_use(folder, other):
    if folder == other or (folder, other) in SAME_LINE:
        return True
    return other in LINE and LINE[other] < LINE[folder]


def system_header_fault(place, header):
    """`place` is folder/file below src, or None for a public header."""
    if re.sub(r"\.h$", "", header) in C_HEADERS:
        return None
    for pattern, places in FENCE:
        if re.fullmatch(pattern, header):
            if place and (place in places or place.split("/")[0] in places):
                return None
            return "<%s> is for %s only" % (header, ", ".join(places))
    return "<%s> is not known to tests/checks/layers.py: say there who may include it" % header


def project_include_fault(folder, header):
    parts = header.split("/")
    other = parts[1] if parts[0] == "trunkgate" and len(parts) > 2 else parts[0]
    if other not in LINE:
        return '"%s": no such folder' % header
    return None if may_use(folder, other) else '"%s": %s may not use %s' % (header, folder, other)


def include_fault(path, mark, header):
    parts = path.split("/")
    public = parts[0] == "include"
    folder = parts[2] if public else parts[1]
    if folder not in LINE:
        return "folder %s has no line" % folder
    if mark == "<" and header.startswith("trunkgate/"):
        return project_include_fault(folder, header)
    if mark == "<":
        return system_header_fault(None if public else "/".join(parts[1:]), header)
    if public:
        return '"%s": a public header includes <trunkgate/...>' % header
    if header == "config.h":
        return None
    if "/" not in header or ".." in header or not header.endswith((".h", ".def")):
        return '"%s": write "folder/name.h"' % header
    return project_include_fault(folder, header)


def check_includes(top):
    faults = []
    for path in tree.files(top, ["src", "include"], [".c", ".h", ".def"]):
        text = COMMENT.sub("", tree.read(top, path))
        for mark, header in INCLUDE.findall(text):
            fault = include_fault(path, mark, header)
            if fault:
                faults.append("%s: %s" % (path, fault))
    return faults


def plain(symbol):
    """A symbol as the source has it: without version, fortification and 64-bit forms."""
    name = symbol.split("@")[0]
    name = re.sub(r"^__isoc\d+_", "", name)
    name = re.sub(r"^__(\w+)_chk$", r"\1", name)
    return re.sub(r"64$", "", name)


def symbol_fault(folder, symbol):
    name = plain(symbol)
    for what, names in FORBIDDEN.items():
        if names.fullmatch(name):
            return "uses %s, %s" % (name, what)
    if folder != "base" and TALLOC.fullmatch(name):
        return "uses %s, which is base's" % name
    return None


def symbols(paths):
    """By path: (undefined symbols, variables in writable sections), of all with one run of nm."""
    tool = os.environ.get("NM") or "nm"
    found = {path: ([], []) for path in paths}
    if not found:
        return found
    wants, statics = found[paths[0]]  # where nm prints no header, there is one file
    run = subprocess.run(tool.split() + ["-f", "sysv"] + paths, capture_output=True, text=True)
    for line in run.stdout.splitlines():
        col = [c.strip() for c in line.split("|")]
        if line.startswith("Symbols from ") and line[13:].rstrip(":") in found:
            wants, statics = found[line[13:].rstrip(":")]
        elif len(col) == 7 and col[2] in ("U", "w", "v"):
            wants.append(col[0])
        elif len(col) == 7 and col[3] == "OBJECT" and not col[6].startswith(".data.rel.ro") \
                and re.match(r"\.(bss|data|tbss|tdata)\b", col[6]):
            statics.append(re.sub(r"\.\d+$", "", col[0]))
    return found


def objects(top, build, folder):
    """(object, source below src) of what is built from sources that still exist."""
    for path in tree.files_with_hidden(build, "src/" + folder, ".o"):
        stem = os.path.basename(path)[:-2]
        source = "%s/%s.c" % (folder, re.sub(r"^lib\w+_la-", "", stem))
        if os.path.exists(os.path.join(top, "src", source)):
            yield os.path.join(build, path), source


def object_faults(folder, source, wants, statics):
    faults = ["src/%s: %s" % (source, f) for f in (symbol_fault(folder, s) for s in wants) if f]
    if not any(re.match(r"__(asan|ubsan|gcov|sanitizer)_", s) for s in wants):
        faults += ["src/%s: %s is a mutable static" % (source, s)
                   for s in statics if s not in STATICS.get(source, ())]
    return faults


def check_objects(top, build, folder):
    """(how many objects, faults)."""
    sources = dict(objects(top, build, folder))
    faults = set()
    for path, (wants, statics) in symbols(list(sources)).items():
        faults |= set(object_faults(folder, sources[path], wants, statics))
    return len(sources), sorted(faults)


def self_test_includes(tap):
    def one(path, line, words):
        tap.finds("%s %s" % (path, line), check_includes, {path: line + "\n"}, words)
    one("src/base/a.c", "#include <stdio.h>", None)
    one("src/sip/a.c", '#include "sip/b.h"', None)
    one("src/sip/a.c", '#include "base/b.h"', None)
    one("src/sip/a.c", '#include "b.h"', 'write "folder/name.h"')
    one("src/sip/a.c", '#include "sip/b.c"', 'write "folder/name.h"')
    one("src/sip/a.c", "#include <trunkgate/sdp/sdp.h>", None)
    one("src/sdp/a.c", "#include <trunkgate/sip/msg.h>", "sdp may not use sip")
    one("src/base/a.c", '  #  include "sip/b.h"', "base may not use sip")
    one("src/isup/a.c", '#include "ss7/mtp.h"', "isup may not use ss7")
    one("src/interwork/a.c", '#include "media/a.h"', "interwork may not use media")
    one("src/gateway/a.c", '#include "io/a.h"', "gateway may not use io")
    one("src/io/a.c", '#include "ops/a.h"', "io may not use ops")
    one("src/daemon/a.c", '#include "lab/a.h"', None)
    one("src/lab/a.c", '#include "daemon/a.h"', "lab may not use daemon")
    one("src/sip/a.c", '/* #include "io/a.h" */', None)
    one("src/new/a.c", '#include "base/a.h"', "has no line")
    one("src/sip/a.c", "#include <sys/socket.h>", "is for io, daemon, ops/writer.c only")
    one("src/ops/writer.c", "#include <pthread.h>", None)
    one("src/ops/a.c", "#include <pthread.h>", "<pthread.h> is for")
    one("src/gateway/a.c", "#include <time.h>", "<time.h> is for")
    one("src/base/str.c", "#include <talloc.h>", "<talloc.h> is for base/mem.c only")
    one("src/base/mem.c", "#include <talloc.h>", None)
    one("src/rtp/a.c", "#include <openssl/evp.h>", "rtp/srtp_key.c")
    one("src/rtp/srtp_key.c", "#include <openssl/evp.h>", None)
    one("src/ss7/a.c", "#include <osmocom/core/isdnhdlc.h>", None)
    one("src/ss7/a.c", "#include <osmocom/core/logging.h>", "is for io, ops, daemon only")
    one("src/io/a.c", "#include <strange.h>", "is not known")
    one("include/trunkgate/sip/a.h", "#include <trunkgate/base/str.h>", None)
    one("include/trunkgate/sip/a.h", '#include "base/str.h"', "a public header includes")
    one("include/trunkgate/sip/a.h", "#include <pthread.h>", "<pthread.h> is for")


def compiled(text, folder):
    """Faults of a file compiled here, or None when there is no compiler."""
    compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")

    def check(top):
        out = os.path.join(top, "src", folder, ".libs")
        os.makedirs(out)
        subprocess.run([compiler, "-O2", "-fPIC", "-c", "-o", os.path.join(out, "libx_la-a.o"),
                        os.path.join(top, "src", folder, "a.c")], check=True)
        return check_objects(top, top, folder)[1]
    return tree.try_on(check, {"src/%s/a.c" % folder: text}) if compiler else None


def self_test_objects(tap):
    def one(name, text, words, folder="sip"):
        faults = compiled(text, folder)
        if faults is None:
            tap.skip("self-test: " + name, "no compiler")
            return
        good = not faults if words is None else len(faults) == 1 and words in faults[0]
        tap.result("self-test: " + name, [] if good else ["wanted %s, got %s" % (words, faults)])
    std = ("#define _FILE_OFFSET_BITS 64\n#include <stdio.h>\n#include <stdlib.h>\n"
           "#include <string.h>\n")
    one("formatting into memory passes", std + "int f(char *b, int n) "
        "{ return snprintf(b, 9, \"%d\", n) + (int)strlen(b); }", None)
    one("output is found", std + "void f(int n) { printf(\"%d\", n); }", "output")
    one("fortified output is found", "extern int __printf_chk(int, const char *, ...);\n"
        "void f(int n) { __printf_chk(1, \"%d\", n); }", "uses printf, output")
    one("a file is found", std + "void *f(void) { return fopen(\"a\", \"r\"); }",
        "uses fopen, a file")
    one("a clock is found", "#include <time.h>\nlong f(void) { return time(0); }", "a clock")
    one("a socket is found", "#include <sys/socket.h>\nint f(void) { return socket(1, 2, 3); }",
        "a socket")
    one("a thread is found", "int pthread_mutex_lock(void *);\nint f(void *m) "
        "{ return pthread_mutex_lock(m); }", "a thread")
    one("a random source is found", std + "int f(void) { return rand(); }", "a random source")
    one("an allocator is found", std + "void *f(void) { return malloc(7); }", "an allocator")
    one("talloc outside base is found", "void *talloc_new(void *);\nvoid *f(void) "
        "{ return talloc_new(0); }", "which is base's")
    one("a mutable static is found", "int f(void) { static int n; return ++n; }",
        "n is a mutable static")
    one("tables pass", "static int g(void) { return 1; }\n"
        "struct r { const char *n; int (*f)(void); };\n"
        "static const struct r t[] = { { \"a\", g }, { \"b\", 0 } };\n"
        "const struct r *f(int i) { return &t[i]; }", None)


def main():
    tap = tree.Tap()
    self_test_includes(tap)
    have_nm = shutil.which((os.environ.get("NM") or "nm").split()[0])
    if have_nm:
        self_test_objects(tap)
    tap.result("includes", check_includes(tree.TOP))
    for folder in [f for folders in LINES[:OUTSIDE] for f in folders]:
        nr, faults = check_objects(tree.TOP, tree.BUILD, folder) if have_nm else (0, [])
        if nr:
            tap.result("objects of %s (%d)" % (folder, nr), faults)
        else:
            tap.skip("objects of " + folder, "nothing built" if have_nm else "no nm")
    tap.end()


main()
