/* SPDX-License-Identifier: GPL-3.0-or-later */
/* options: see the header. */
#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "daemon/options.h"
#include "ops/log.h"

enum {
	OPT_LAB = 256,
	OPT_SIP,
	OPT_VTY,
	OPT_RTP,
	OPT_RTP_PORTS,
	OPT_RTP_BUFFER,
	OPT_WAV,
	OPT_PHONE
};

static const struct option long_options[] = {
	{ "config", required_argument, NULL, 'c' },
	{ "test", required_argument, NULL, 't' },
	{ "lab", no_argument, NULL, OPT_LAB },
	{ "sip", required_argument, NULL, OPT_SIP },
	{ "vty", required_argument, NULL, OPT_VTY },
	{ "rtp", required_argument, NULL, OPT_RTP },
	{ "rtp-ports", required_argument, NULL, OPT_RTP_PORTS },
	{ "rtp-buffer", required_argument, NULL, OPT_RTP_BUFFER },
	{ "wav", required_argument, NULL, OPT_WAV },
	{ "phone", required_argument, NULL, OPT_PHONE },
	{ "debug", required_argument, NULL, 'd' },
	{ "version", no_argument, NULL, 'V' },
	{ "help", no_argument, NULL, 'h' },
	{ NULL, 0, NULL, 0 },
};

static const char usage[] =
	"usage: trunkgate [-c FILE] [options]\n"
	"       trunkgate --lab [options]\n"
	"       trunkgate -t FILE\n"
	"\n"
	"trunkgate joins SIP phones and servers (RTP) with telephone trunks (ISUP, E1).\n"
	"\n"
	"  -c, --config FILE     configuration (default " TG_CONFIG_FILE ")\n"
	"  -t, --test FILE       check this configuration and end\n"
	"      --lab             gateway and an emulated exchange in one process, joined by a\n"
	"                        virtual E1; without -c with a configuration of its own\n"
	"  -d, --debug LEVEL     what is logged on stderr: debug, info, notice or error\n"
	"  -V, --version         show the version and end\n"
	"  -h, --help            show this and end\n"
	"\n"
	"These go before what the configuration says:\n"
	"      --sip ADDR:PORT   where SIP is received (UDP; port 0: any free one)\n"
	"      --vty ADDR:PORT   where the operators' terminal listens (port 0: any free one)\n"
	"      --rtp ADDR        the address of RTP\n"
	"      --rtp-ports A-B   UDP ports of RTP; even ones are used\n"
	"      --rtp-buffer MS   how long received packets wait (10-200)\n"
	"\n"
	"Lab mode:\n"
	"      --phone ADDR:PORT where calls from the exchange go (default 127.0.0.1:5070)\n"
	"      --wav FILE        what subscriber 105 plays: mono, 8 or 16 kHz\n"
	"\n"
	"The exchange's subscribers: 100 echo, 101 tone 1004 Hz, 102 busy, 103 rings for ever,\n"
	"104 unallocated, 105 plays a file, 106 hangs up after 5 s, 107 answers after 3 s of\n"
	"ringback, 108 congestion, 109 answers at once.\n"
	"\n"
	"examples:\n"
	"  trunkgate --lab\n"
	"      then call sip:101@127.0.0.1 with a phone; telnet 127.0.0.1 4290 shows the call\n"
	"  trunkgate --lab --sip 192.0.2.1:5060 --rtp 192.0.2.1 --phone 192.0.2.7:5060\n"
	"      the same for a phone on another machine; 'lab exchange call 101 200' rings it\n"
	"  trunkgate -t /etc/trunkgate.cfg && trunkgate -c /etc/trunkgate.cfg\n";

__attribute__((format(printf, 2, 3))) static bool wrong(int *status, const char *fmt, ...)
{
	va_list ap;

	fputs("trunkgate: ", stderr);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputs("; trunkgate --help shows the options\n", stderr);
	*status = OPTIONS_EXIT_USAGE;
	return false;
}

static bool take_addr(const char *name, const char *text, uint16_t port, struct addr *a, bool *has,
		      int *status)
{
	if (addr_parse(a, str_of(text), port) < 0)
		return wrong(status, "%s: \"%s\" is no address (write 127.0.0.1:%u)", name, text,
			     port);
	*has = true;
	return true;
}

static bool take_ports(struct options *o, const char *text, int *status)
{
	struct str first, last = str_split(str_of(text), '-', &first);
	uint32_t a, b;

	if (!str_to_u32(first, &a) || !str_to_u32(last, &b) || a < 1024 || b > 65535 || a > b)
		return wrong(status, "--rtp-ports: \"%s\" is no range of ports (write 10000-10999)",
			     text);
	o->rtp_first = (uint16_t)a;
	o->rtp_last = (uint16_t)b;
	o->has_rtp_ports = true;
	return true;
}

static bool take_buffer(struct options *o, const char *text, int *status)
{
	if (!str_to_u32(str_of(text), &o->rtp_buffer_ms) || o->rtp_buffer_ms < 10 ||
	    o->rtp_buffer_ms > 200)
		return wrong(status, "--rtp-buffer: \"%s\" is no number from 10 to 200", text);
	return true;
}

static bool take(struct options *o, int c, const char *arg, int *status)
{
	switch (c) {
	case 'c':
		o->config = arg;
		return true;
	case 't':
		o->test = arg;
		return true;
	case 'd':
		if (ops_log_level_of(arg, &o->level))
			return true;
		return wrong(status, "--debug: \"%s\" is none of debug, info, notice and error",
			     arg);
	case OPT_LAB:
		o->lab = true;
		return true;
	case OPT_SIP:
		return take_addr("--sip", arg, 5060, &o->sip, &o->has_sip, status);
	case OPT_VTY:
		return take_addr("--vty", arg, 4290, &o->vty, &o->has_vty, status);
	case OPT_RTP:
		return take_addr("--rtp", arg, 0, &o->rtp, &o->has_rtp, status);
	case OPT_PHONE:
		return take_addr("--phone", arg, 5060, &o->phone, &o->has_phone, status);
	case OPT_RTP_PORTS:
		return take_ports(o, arg, status);
	case OPT_RTP_BUFFER:
		return take_buffer(o, arg, status);
	case OPT_WAV:
		o->wav = arg;
		return true;
	case 'h':
		fputs(usage, stdout);
		break;
	case 'V':
		puts("trunkgate " TG_VERSION);
		break;
	}
	*status = 0;
	return false;
}

static bool check_together(const struct options *o, int *status)
{
	if (o->wav && !o->lab)
		return wrong(status, "--wav goes with --lab only");
	if (o->has_phone && !o->lab)
		return wrong(status, "--phone goes with --lab only");
	if (o->test && (o->lab || o->config))
		return wrong(status, "--test goes alone");
	return true;
}

bool options_parse(struct options *o, int argc, char **argv, int *status)
{
	int c;

	*o = (struct options){ .level = LOG_NOTICE };
	opterr = 0;
	while ((c = getopt_long(argc, argv, ":c:t:d:Vh", long_options, NULL)) >= 0) {
		const char *given = argv[optind - 1];

		if (c == ':')
			return wrong(status, "%s wants a value", given);
		if (c == '?' && optopt && optopt < 256)
			return wrong(status, "there is no option -%c", optopt);
		if (c == '?')
			return wrong(status, "there is no option %s, or it takes no value", given);
		if (!take(o, c, optarg, status))
			return false;
	}
	if (optind < argc)
		return wrong(status, "\"%s\" is no option", argv[optind]);
	return check_together(o, status);
}
