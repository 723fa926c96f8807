/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The configuration language: what is written is read again as the same, and what is wrong is
 * said with its line and reason. */
#include <stdio.h>
#include <string.h>

#include "ops/config_text.h"
#include "ops/vty.h"
#include "unit/support.h"

static struct mem *vty_mem;
static char text[65536];

static struct mem *root; /* of the configurations that the tests make */

/* The file of the national variant, whatever its path. */
static const char *variant_text = "variant nv\nderive ansi95\ntimer T7 5 50 10\n";

static int read_variant(struct mem *m, const char *path, size_t max, struct str *out,
			struct tg_diag *diag)
{
	assert_true(strlen(variant_text) < max);
	if (!strstr(path, "/x/"))
		return tg_fail(diag, TG_ENOENT, 0, "", "%s: not there", path);
	*out = mem_keep(m, str_of(variant_text));
	return out->p ? 0 : TG_ENOMEM;
}

static int setup(void **state)
{
	(void)state;
	vty_mem = mem_root("vty");
	root = mem_root("configurations");
	if (!root || ops_vty_init(vty_mem, "test") < 0)
		return -1;
	ops_config_reader(read_variant);
	return 0;
}

static int free_root(void **state)
{
	(void)state;
	mem_free(root);
	mem_free(vty_mem);
	return 0;
}

static void add_line(void *ctx, const char *line)
{
	(void)ctx;
	strcat(text, line);
	strcat(text, "\n");
}

static const char *print(const struct gw_config *c)
{
	text[0] = '\0';
	ops_config_print(c, add_line, NULL);
	return text;
}

/* Everything that the language can say, in the order in which it is printed. */
static const char all_of_it[] = "vty 127.0.0.1:4299\n"
				"call-limit 77\n"
				"call-history 5\n"
				"!\n"
				"route-advance 34 41 127\n"
				"sip\n"
				" bind [::1]:5062\n"
				" listen tcp [::1]:5062\n"
				" listen sctp [::1]:5064\n"
				" listen tls [::1]:5063 certificate /c.pem key /k.pem ca "
				"/ca.pem verify-client\n"
				" dns-server 192.0.2.53:53\n"
				" no accept-any\n"
				" timer T1 400\n"
				" session-expires 600\n"
				" min-se 120\n"
				" no messages\n"
				" no presence\n"
				" sips require\n"
				" source-limit 50\n"
				" registrar\n"
				" user 201\n"
				" user 202 password-ha1 0123456789abcdef0123456789abcdef\n"
				"!\n"
				"media\n"
				" bind 127.0.0.2\n"
				" ports 20000-20999\n"
				" receive-buffer 60\n"
				" workers 2\n"
				" worker-cores 1 0\n"
				" worker-priority 20\n"
				" rtp-send link\n"
				" rtp-joins 45\n"
				" codecs pcmu pcma\n"
				" ptime 30\n"
				"!\n"
				"span 0\n"
				" driver virtual\n"
				" type e1\n"
				" law a-law\n"
				"!\n"
				"span 3\n"
				" driver virtual\n"
				" type t1\n"
				" law mu-law\n"
				"!\n"
				"span 4\n"
				" driver unix\n"
				" path /run/trunkgate/span4\n"
				" role listen\n"
				" clock slave\n"
				" receive-buffer 7\n"
				" los-after 1500\n"
				" type e1\n"
				" law a-law\n"
				"!\n"
				"span 5\n"
				" driver cesopsn\n"
				" local 127.0.0.1:50001\n"
				" remote 127.0.0.2:50002\n"
				" frames 4\n"
				" rtp payload-type 97\n"
				" clock master\n"
				" receive-buffer 20\n"
				" type e1\n"
				" law a-law\n"
				"!\n"
				"span 6\n"
				" driver dahdi\n"
				" channel 32\n"
				" clock slave\n"
				" receive-buffer 20\n"
				" type e1\n"
				" law a-law\n"
				"!\n"
				"span 7\n"
				" driver satop\n"
				" local 127.0.0.1:50003\n"
				" remote 127.0.0.2:50004\n"
				" frames 8\n"
				" octet-aligned\n"
				" clock master\n"
				" receive-buffer 20\n"
				" type t1\n"
				" law mu-law\n"
				"!\n"
				"span 9\n"
				" driver satop\n"
				" local 127.0.0.1:50005\n"
				" remote 127.0.0.2:50006\n"
				" frames 8\n"
				" crc4\n"
				" clock master\n"
				" receive-buffer 20\n"
				" type e1\n"
				" law a-law\n"
				"!\n"
				"span 8\n"
				" driver tdmoe\n"
				" ethernet eth1 00:11:22:aa:bb:cc 3\n"
				" clock slave\n"
				" receive-buffer 20\n"
				" type e1\n"
				" law a-law\n"
				"!\n"
				"cs7 instance 0\n"
				" point-code format 3 8 3\n"
				" point-code delimiter default\n"
				" point-code 0.23.1\n"
				" asp stp 2905 2906 m3ua\n"
				"  transport sctp\n"
				"  remote-ip 192.0.2.1\n"
				"  remote-ip 192.0.2.2\n"
				"  local-ip 127.0.0.1\n"
				"  role asp\n"
				"  transport-role client\n"
				"  identifier 99\n"
				"  heartbeat 10\n"
				"  ack-timer 2\n"
				" asp six 0 2905 m3ua\n"
				"  transport tcp\n"
				"  remote-ip 2001:db8::1\n"
				"  role ipsp\n"
				"  transport-role server\n"
				"  exchange double\n"
				"  heartbeat 0\n"
				"  ack-timer 5\n"
				" as one m3ua\n"
				"  asp stp\n"
				"  routing-key 7 0.0.1\n"
				"  network-appearance 4\n"
				"  traffic-mode loadshare\n"
				"  recovery-timeout 2000\n"
				" as two m3ua\n"
				"  asp six\n"
				"  asp stp\n"
				"  routing-key 4294967295 0.0.1\n"
				"  recovery-timeout 100\n"
				" linkset far\n"
				"  adjacent-point-code 0.1.1\n"
				"  network-indicator international-spare\n"
				"  variant itu\n"
				"  link 0 span 0 timeslot 16\n"
				"  link 3 span 4 timeslot 1 rate 56\n"
				"  link 15 packet /run/trunkgate/link15 listen\n"
				" linkset near\n"
				"  adjacent-point-code 0.1.2\n"
				"  network-indicator international-spare\n"
				"  variant itu\n"
				"  link 1 packet /run/trunkgate/link1 connect\n"
				"  link 2 m2pa tcp server local 192.0.2.1:3565 remote "
				"192.0.2.2:0\n"
				"  link 3 m2pa sctp client local 192.0.2.1:0 remote "
				"192.0.2.2:3565\n"
				" route-table system\n"
				"  update route 0.1.1 7.255.7 linkset near priority 7\n"
				"  update route 0.0.0 0.0.0 linkset one priority 2\n"
				"  update route 0.0.7 7.255.7 linkset two priority 1\n"
				"!\n"
				"trunk east\n"
				" variant etsi3\n"
				" point-code local 0.0.1\n"
				" point-code remote 7.255.7\n"
				" network-indicator national\n"
				" hunt round-robin\n"
				" circuits span 0 timeslots 1-15 cic 1\n"
				" circuits span 0 timeslots 17-31 cic 17\n"
				" continuity-check outgoing percent 30\n"
				" continuity-check circuits two-wire\n"
				" called-digits minimum 6\n"
				" called-digits timer 5\n"
				" repeat-attempts 0\n"
				" sls-bits 4\n"
				" incoming-international\n"
				" caller-name display\n"
				" number-portability indicator\n"
				" ringback none\n"
				" gain receive -6\n"
				" gain transmit 3\n"
				" propagation-delay 25\n"
				" hop-counter 20\n"
				" satellite\n"
				" echo-device\n"
				" country-code 49\n"
				" area-code 30\n"
				" local-numbers subscriber\n"
				" prefix national 0\n"
				" prefix international 00\n"
				" phone-context +4930\n"
				" trunk-group TG-1 context +4930\n"
				" timer T7 25\n"
				" timer T17 600\n"
				"!\n"
				"trunk west-2\n"
				" variant file /x/national.variant\n"
				" point-code local 0.0.1\n"
				" point-code remote 0.0.7\n"
				" network-indicator international-spare\n"
				" dual-seizure method 1\n"
				" circuits span 3 timeslots 1-12 cic 100\n"
				" circuits span 3 timeslots 13-18 cic 112 direction incoming\n"
				" circuits span 3 timeslots 19-24 cic 118 direction outgoing\n"
				" circuit-reservation\n"
				" number-portability concatenated 4 routing\n"
				"!\n"
				"interworking carrier\n"
				" from q1912.5-b\n"
				" cause 34 status 503\n"
				" status 503 cause 41\n"
				" rule hop-factor 2\n"
				" rule screening-from network\n"
				" mapping diversion on\n"
				" mapping cpc off\n"
				"!\n"
				"peer phone\n"
				" address 127.0.0.1:5070\n"
				" codecs pcma\n"
				" ptime 20\n"
				" rtcp-xr\n"
				" receive-buffer fixed\n"
				" no modem-detect\n"
				" interworking carrier\n"
				" reliable-responses used\n"
				" early-sdp in-band\n"
				" early-media-authorization ask\n"
				" overlap invites\n"
				" overlap-out invites\n"
				" hold ignore\n"
				" suspend ignore\n"
				" preconditions continuity\n"
				" transfers refuse\n"
				" redirects follow\n"
				" ringback us\n"
				" keep-alive 30\n"
				"!\n"
				"peer six\n"
				" address [2001:db8::1]:5060\n"
				" transport tls\n"
				" large-requests udp\n"
				" domain pbx.example\n"
				" codecs pcmu\n"
				" ptime 60\n"
				" login bob realm biloxi.com password-ha1 "
				"12af60467a33e8518da5c68bbff12b11 0123456789abcdef0123456789"
				"abcdef0123456789abcdef0123456789abcdef\n"
				" register 5551000 expires 300\n"
				"!\n"
				"peer net\n"
				" address sip.example.net\n"
				" codecs pcma pcmu\n"
				" ptime 20\n"
				"!\n"
				"peer net2\n"
				" address sip2.example.net:5070\n"
				" transport udp\n"
				" codecs pcma pcmu\n"
				" ptime 20\n"
				"!\n"
				"test-line 102 milliwatt\n"
				"test-line +49108 loop\n"
				"test-line 100 silence\n"
				"route 1 from sip to trunk east\n"
				"route +49 from any to trunk west-2 strip 3 prepend 00\n"
				"route 1 from sip choice 2 to trunk west-2 prepend 9\n"
				"route 1 from sip choice 8 to peer six\n"
				"route 00 from sip to trunk west-2 prepend 9\n"
				"route 2 from trunk to peer six strip 1\n"
				"route 2 from trunk east to trunk west-2 strip 1 prepend 7\n"
				"route 2 from trunk east choice 2 to peer phone\n"
				"route any from trunk to peer phone\n";

static int parse(struct gw_config **c, const char *what, struct ops_config_error *e)
{
	*c = gw_config_new(root);
	assert_non_null(*c);
	return ops_config_parse(*c, str_of(what), e);
}

static void test_round_trip(void **state)
{
	struct ops_config_error e;
	struct gw_config *c;
	char buf[600];

	(void)state;
	if (parse(&c, all_of_it, &e) < 0)
		fail_msg("%s", ops_config_error_text(&e, "text", buf, sizeof(buf)));
	assert_string_equal(print(c), all_of_it);
	mem_free(c->mem);
}

/* What is made by default is printed and read as the same. */
static void test_defaults(void **state)
{
	struct gw_config *c, *again;
	struct ops_config_error e;
	char first[4096];

	(void)state;
	assert_int_equal(parse(&c, "", &e), 0);
	snprintf(first, sizeof(first), "%s", print(c));
	assert_int_equal(parse(&again, first, &e), 0);
	assert_string_equal(print(again), first);
	mem_free(c->mem);
	mem_free(again->mem);
}

/* The file of a variant is read with the configuration, and again when that is committed; what is
 * wrong with it is said with its line, and what was read before stays. */
static void test_variant_file(void **state)
{
	static const char two[] = "trunk a\n variant file /x/a\ntrunk b\n variant file /x/b\n";
	const char *good = variant_text;
	struct tg_diag diag = TG_DIAG_NONE;
	struct ops_config_error e;
	struct gw_config *c, *copy;
	char buf[600];

	(void)state;
	parse(&c, two, &e);
	assert_int_equal(c->nr_variants, 2);
	assert_string_equal(gw_config_variant(c, &c->trunk[0])->name, "nv");
	copy = gw_config_copy(root, c);
	assert_true(gw_config_variant_same(c, &c->trunk[0], copy, &copy->trunk[0]));
	assert_ptr_not_equal(gw_config_variant(c, &c->trunk[0]),
			     gw_config_variant(copy, &copy->trunk[0]));
	variant_text = "variant nv\nderive itu92\n";
	assert_int_equal(ops_config_variants_read(copy, &diag), 0);
	assert_false(gw_config_variant_same(c, &c->trunk[0], copy, &copy->trunk[0]));
	assert_int_equal(gw_config_variant(copy, &copy->trunk[0])->cic_bits, 12);
	variant_text = "variant nv\nderive itu92\n\ntimer T0 1 2 3\n";
	assert_int_equal(ops_config_variants_read(copy, &diag), TG_EINVAL);
	assert_string_equal(diag.text, "/x/a:4: there is no timer 'T0'");
	assert_int_equal(gw_config_variant(copy, &copy->trunk[0])->cic_bits, 12);
	mem_free(copy->mem);
	mem_free(c->mem);
	assert_int_equal(parse(&c, two, &e), TG_EINVAL);
	assert_string_equal(ops_config_error_text(&e, "f", buf, sizeof(buf)),
			    "f:2: \"variant file /x/a\": /x/a:4: there is no timer 'T0'");
	mem_free(c->mem);
	ops_config_reader(NULL);
	assert_int_equal(parse(&c, two, &e), TG_EINVAL);
	assert_string_equal(e.reason, "/x/a: no files are read here");
	mem_free(c->mem);
	ops_config_reader(read_variant);
	variant_text = good;
}

/* Comments, empty lines, tabs, CR LF, and a section that is opened twice. */
static void test_free_form(void **state)
{
	struct ops_config_error e;
	struct gw_config *c;
	char buf[600];

	(void)state;
	if (parse(&c,
		  "! comment\r\n\r\n# another\nspan 0\n\ttype e1\n  ! in between\n\tlaw a-law\n"
		  "call-limit 9\nspan 0\n law mu-law\n",
		  &e) < 0)
		fail_msg("%s", ops_config_error_text(&e, "text", buf, sizeof(buf)));
	assert_int_equal(c->nr_spans, 1);
	assert_int_equal(c->span[0].law, TDM_MULAW);
	assert_int_equal(c->max_calls, 9);
	mem_free(c->mem);
}

/* What is kept of a password is its digest. */
static void test_login(void **state)
{
	static const char good[] = "peer p\n address 192.0.2.1:5060\n"
				   " login Mufasa realm testrealm@host.com password CircleOfLife\n"
				   " register 100\n";
	static const char *const bad[] = {
		"peer p\n login a\"b realm r password p\n",
		"peer p\n login a realm r\\ password p\n",
		"peer p\n login a realm r password-ha1 00 11\n",
		"peer p\n register a@b\n",
		"peer p\n register 1 expires 59\n",
		"sip\n session-expires 89\n",
		"sip\n session-expires 100\n min-se 101\n",
	};
	struct ops_config_error e;
	struct gw_config *c;
	char buf[600];

	(void)state;
	if (parse(&c, good, &e) < 0)
		fail_msg("%s", ops_config_error_text(&e, "text", buf, sizeof(buf)));
	/* printf Mufasa:testrealm@host.com:CircleOfLife | md5sum */
	assert_string_equal(c->peer[0].login.ha1.hex[SIP_DIGEST_MD5],
			    "4945ecf42b1bb868634058a845bedde8");
	assert_string_equal(c->peer[0].register_as, "100");
	assert_int_equal(c->peer[0].register_expires_s, 3600);
	assert_null(strstr(print(c), "CircleOfLife"));
	mem_free(c->mem);
	for (size_t i = 0; i < NR_OF(bad); i++) {
		if (parse(&c, bad[i], &e) >= 0)
			fail_msg("accepted: %s", bad[i]);
		assert_true(e.reason[0]);
		mem_free(c->mem);
	}
	assert_int_equal(parse(&c,
			       "peer p\n address 192.0.2.1:5060\n login a realm r password p\n"
			       " no login\n register 1\n no register\nsip\n no session-expires\n",
			       &e),
			 0);
	assert_null(strstr(print(c), "login"));
	assert_null(strstr(print(c), " register "));
	assert_non_null(strstr(print(c), " no session-expires\n"));
	mem_free(c->mem);
}

static void test_taking_back(void **state)
{
	static const char less[] = "no route 1 from sip choice 2\n"
				   "no route 1 from sip choice 8\n"
				   "no route 2 from trunk\n"
				   "no route 2 from trunk east\n"
				   "no route 2 from trunk east choice 2\n"
				   "no trunk west-2\n"
				   "no route +49 from any\n"
				   "no route 00 from sip\n"
				   "no peer six\n"
				   "no peer net\n"
				   "no peer net2\n"
				   "no span 3\n"
				   "trunk east\n"
				   " no circuits span 0 timeslots 17-31 cic 17\n"
				   " no timer T7\n";
	char both[sizeof(all_of_it) + sizeof(less)], buf[600];
	struct ops_config_error e;
	struct gw_config *c;

	(void)state;
	snprintf(both, sizeof(both), "%s%s", all_of_it, less);
	if (parse(&c, both, &e) < 0)
		fail_msg("%s", ops_config_error_text(&e, "text", buf, sizeof(buf)));
	assert_int_equal(c->nr_trunks, 1);
	assert_int_equal(c->nr_peers, 1);
	assert_int_equal(c->nr_spans, 7);
	assert_int_equal(c->nr_routes, 2);
	assert_int_equal(c->trunk[0].nr_ranges, 1);
	assert_int_equal(c->trunk[0].timer_ms[ISUP_T7], 0);
	mem_free(c->mem);
}

struct bad {
	const char *text, *want;
};

#define SET "cs7 instance 0\n linkset s\n  adjacent-point-code 0.0.2\n"

/* T1.111.4: who has a trunk of eight bits rotates eight. */
static void test_sls_bits_of_mtp3(void **state)
{
	static struct mtp3_cfg m;
	struct ops_config_error e;
	struct gw_config *c;
	char buf[600];

	(void)state;
	if (parse(&c,
		  "span 0\n type t1\ntrunk a\n variant ansi95\n point-code local 1\n"
		  " point-code remote 2\n sls-bits 8\n circuits span 0 timeslots 1-23 cic 1\n"
		  "cs7 instance 0\n point-code format 8 8 8\n linkset s\n  adjacent-point-code 0.0.2\n"
		  "  variant ansi\n  link 0 packet /x listen\n route-table system\n"
		  "  update route 0.0.2 255.255.255 linkset s\n",
		  &e) < 0)
		fail_msg("%s", ops_config_error_text(&e, "text", buf, sizeof(buf)));
	gw_cs7_mtp3_cfg(c, &m);
	assert_int_equal(m.nr_dests, 1);
	assert_int_equal(m.sls_bits, 8);
	mem_free(c->mem);
}

static const struct bad bad[] = {
	{ "call-limt 5", "f:1: \"call-limt 5\": \"call-limt\" does not fit; here goes: " },
	{ "\ncall-limit 0", "f:2: \"call-limit 0\": \"0\" does not fit; here goes: <1-100000>" },
	{ "call-limit", "f:1: \"call-limit\": something is missing; next goes: <1-100000>" },
	{ "call-limit 5 6", "f:1: \"call-limit 5 6\": \"6\" does not fit; here goes: nothing" },
	{ "vty nowhere", "f:1: \"vty nowhere\": \"nowhere\" is no address; write 192.0.2.1:4290 or "
			 "[2001:db8::1]:4290" },
	{ " type e1", "f:1: \"type e1\": indented, but no line above opens a section" },
	{ "span 0\ntype e1", "f:2: \"type e1\": \"type\" does not fit; here goes: " },
	{ "span 16", "f:1: \"span 16\": \"16\" does not fit; here goes: <0-15>" },
	{ "span 0\n law c-law",
	  "f:2: \"law c-law\": \"c-law\" does not fit; here goes: a-law mu-law" },
	{ "sip\n timer T9 500", "f:2: \"timer T9 500\": no timer T9; there is T1" },
	{ "sip\n timer T1 5", "f:2: \"timer T1 5\": \"5\" does not fit; here goes: <50-10000>" },
	{ "media\n ports 9-x", "f:2: \"ports 9-x\": \"9-x\" is no range; write 1-15" },
	{ "media\n ports 80-90", "f:2: \"ports 80-90\": ports below 1024 are not for RTP" },
	{ "media\n ports 2000-1000",
	  "f:2: \"ports 2000-1000\": \"2000-1000\": the range goes up, to 65535 at most" },
	{ "media\n codecs g728", "f:2: \"codecs g728\": no codec g728; there are pcma, pcmu, "
				 "g722, g726-*, gsm, l16, g729, opus, clearmode" },
	{ "media\n codecs pcma pcma", "f:2: \"codecs pcma pcma\": pcma is there twice" },
	{ "test-line 1x0 loop",
	  "f:1: \"test-line 1x0 loop\": \"1x0\" is no number, or there are 16 test lines already" },
	{ "no test-line 5", "f:1: \"no test-line 5\": there is no test-line 5" },
	{ "trunk a\n gain receive 7",
	  "f:2: \"gain receive 7\": \"7\" is no gain: write a whole number from -12 to 6 (dB)" },
	{ "media\n workers 9", "f:2: \"workers 9\": \"9\" does not fit; here goes: <1-8>" },
	{ "media\n workers 2\n worker-cores 0",
	  "f: worker-cores names 1, and there are 2 workers" },
	{ "media\n worker-cores 0 0", "f:2: \"worker-cores 0 0\": core 0 is there twice" },
	{ "media\n worker-cores 1024",
	  "f:2: \"worker-cores 1024\": \"1024\" is no core: write a number from 0 to 1023" },
	{ "media\n ptime 15",
	  "f:2: \"ptime 15\": \"15\" does not fit; here goes: 10 20 30 40 50 60" },
	{ "trunk a/b", "f:1: \"trunk a/b\": \"a/b\" is no name: letters, digits, '.', '_' and '-', "
		       "31 at most" },
	{ "trunk a\n timer T99 10", "f:2: \"timer T99 10\": no timer T99 (T1, T5 and so on)" },
	{ "trunk a\n point-code local 16777216",
	  "f:2: \"point-code local 16777216\": 16777216 is no point code: a number up to 16383, or as "
	  "7.255.7" },
	{ "cs7 instance 0\n point-code 8.0.0",
	  "f:2: \"point-code 8.0.0\": 8.0.0 is no point code: a number up to 16383, or as 7.255.7" },
	{ "cs7 instance 0\n asp a 0 0 m3ua\n  remote-ip 192.0.2.1",
	  "f: asp a: a client wants a remote port" },
	{ "cs7 instance 0\n asp a 2905 0 m3ua",
	  "f: asp a: where is the other end? say `remote-ip`" },
	{ "cs7 instance 0\n as x m3ua\n  asp a", "f: as x: there is no asp a" },
	{ "cs7 instance 0\n as x m3ua", "f: as x has no asp" },
	{ "cs7 instance 0\n asp a 2905 0 m3ua\n  remote-ip 192.0.2.1\n as x m3ua\n  asp a\n"
	  " as y m3ua\n  asp a",
	  "f: as x and as y share an asp: each wants a routing context of its own" },
	{ "cs7 instance 0\n asp a 2905 0 m3ua\n  transport tcp\n  remote-ip 192.0.2.1\n"
	  "  remote-ip 192.0.2.2",
	  "f: asp a: TCP has one address at each end" },
	{ "cs7 instance 0\n route-table system\n  update route 0.0.1 7.255.7 linkset x",
	  "f: route: there is no linkset or as x" },
	{ SET "  link 0 span 0 timeslot 16", "f: linkset s: link 0: there is no span 0" },
	{ "span 0\n type t1\n" SET "  link 0 span 0 timeslot 25",
	  "f: linkset s: link 0: span 0 has timeslots 1 to 24" },
	{ "span 0\n" SET "  link 0 span 0 timeslot 32",
	  "f:5: \"link 0 span 0 timeslot 32\": \"32\" does not fit; here goes: <1-31>" },
	{ "span 0\n" SET "  link 0 span 0 timeslot 16\n  link 1 span 0 timeslot 16",
	  "f: linkset s: link 1: another link is there too" },
	{ "span 0\ntrunk a\n point-code local 0.0.1\n point-code remote 0.0.3\n"
	  " circuits span 0 timeslots 1-31 cic 1\n" SET "  link 0 span 0 timeslot 16",
	  "f: linkset s: link 0: timeslot 16 of span 0 is a circuit of trunk a" },
	{ "span 0\ntrunk a\n point-code local 0.0.1\n point-code remote 0.0.2\n"
	  " network-indicator international\n"
	  " circuits span 0 timeslots 1-15 cic 1\n" SET "  link 0 span 0 timeslot 16",
	  "f: trunk a: linkset s has another network indicator" },
	{ "span 0\ntrunk a\n point-code local 0.0.1\n point-code remote 0.0.2\n"
	  " circuits span 0 timeslots 1-15 cic 1\n" SET " point-code 0.0.5\n linkset s\n"
	  "  link 0 span 0 timeslot 16",
	  "f: trunk a: on linkset s our point code is 0.0.5" },
	{ SET, "f: linkset s has no link" },
	{ SET "  link 0 m2pa tcp server local 127.0.0.1:0 remote 127.0.0.1:1",
	  "f:4: \"link 0 m2pa tcp server local 127.0.0.1:0 remote 127.0.0.1:1\": a server wants a "
	  "local port, a client a remote one" },
	{ SET "  link 0 m2pa tcp client local [::1]:0 remote 127.0.0.1:1",
	  "f: linkset s: link 0: one end has IPv4 and the other IPv6" },
	{ SET "  link 0 packet x listen",
	  "f:4: \"link 0 packet x listen\": \"x\": a path begins with '/' and has 103 letters at "
	  "most" },
	{ SET "  variant ansi\n  link 0 packet /x listen",
	  "f: linkset s: its point codes have 24 bits: say `point-code format 8 8 8`" },
	{ "span 0\n driver tdmoe",
	  "f: span 0: say `ethernet`, our interface, and the far end's address" },
	{ "span 0\n ethernet eth0 01:00:00:00:00:01 0",
	  "f:2: \"ethernet eth0 01:00:00:00:00:01 0\": \"01:00:00:00:00:01\" is no address as "
	  "00:11:22:aa:bb:cc" },
	{ "span 0\n driver unix\n path /x\n crc4",
	  "f: span 0: crc4 is for an E1 with driver satop" },
	{ "span 0\n driver satop\n octet-aligned\n local 127.0.0.1:1\n remote 127.0.0.1:2",
	  "f: span 0: octet-aligned is for a T1 with driver satop" },
	{ SET "  variant japan\n  link 0 packet /x listen",
	  "f: linkset s: its point codes have 16 bits: say `point-code format 5 4 7`" },
	{ SET "  link 0 packet /x listen\n linkset t\n  adjacent-point-code 0.0.2\n"
	      "  link 0 packet /y listen",
	  "f: linksets s and t have one adjacent point code" },
	{ SET "  link 0 packet /x listen\n linkset t\n  adjacent-point-code 0.0.3\n"
	      "  network-indicator international\n  link 0 packet /y listen",
	  "f: linksets s and t: one network indicator and variant for all" },
	{ "cs7 instance 0\n linkset s\n  link 0 packet /x listen",
	  "f: linkset s: who is at the other end? say `adjacent-point-code`" },
	{ "cs7 instance 0\n point-code format 14 8 3",
	  "f:2: \"point-code format 14 8 3\": a point code has 24 bits at most" },
	{ "trunk a\n point-code local 16384", "f: trunk a: point codes are 0 to 16383" },
	{ "trunk a\n point-code local 1\n timer T7 19",
	  "f: trunk a: timer T7 is 19 s, not 20 to 30 (Q.764 table A.1)" },
	{ "trunk a\n variant file /x/nv\n point-code local 99999\n timer T7 51",
	  "f: trunk a: timer T7 is 51 s, not 5 to 50 (variant file)" },
	{ "trunk a\n variant etsi4",
	  "f:2: \"variant etsi4\": \"etsi4\" does not fit; here goes: itu92 itu2000 etsi3 ansi95 "
	  "file" },
	{ "trunk a\n variant file nowhere", "f:2: \"variant file nowhere\": nowhere: not there" },
	{ "trunk a\n circuits span 0 timeslots 0-15 cic 1",
	  "f:2: \"circuits span 0 timeslots 0-15 cic 1\": timeslot 0 is no speech circuit" },
	{ "trunk a\n circuits span 0 timeslots 1-32 cic 1",
	  "f:2: \"circuits span 0 timeslots 1-32 cic 1\": \"1-32\": the range goes up, to 31 at "
	  "most" },
	{ "peer p\n address sip_example",
	  "f:2: \"address sip_example\": \"sip_example\" is no address and no host name; write "
	  "192.0.2.1:5060, [2001:db8::1]:5060, sip.example.net or sip.example.net:5060" },
	{ "peer p\n address 192.0.2.256",
	  "f:2: \"address 192.0.2.256\": \"192.0.2.256\" is no address and no host name; write "
	  "192.0.2.1:5060, [2001:db8::1]:5060, sip.example.net or sip.example.net:5060" },
	{ "route 12a from sip to trunk east",
	  "f:1: \"route 12a from sip to trunk east\": \"12a\" is no prefix; write digits, a + "
	  "before them if need be, or any" },
	{ "route 1 from nowhere to trunk east",
	  "f:1: \"route 1 from nowhere to trunk east\": \"nowhere\" does not fit; here goes: sip "
	  "trunk any" },
	{ "no route 1 from sip", "f:1: \"no route 1 from sip\": there is no such route" },
	{ "no trunk x", "f:1: \"no trunk x\": there is no trunk x" },
	{ "no peer x", "f:1: \"no peer x\": there is no peer x" },
	{ "no span 1", "f:1: \"no span 1\": there is no span 1" },
	{ "interworking sip-i", "f:1: \"interworking sip-i\": sip-i is built in; derive another "
				"one from it" },
	{ "interworking a\n from b", "f:2: \"from b\": b is not built in: rfc3398, " },
	{ "interworking a\n rule x 1", "f:2: \"rule x 1\": there is no rule x" },
	{ "interworking a\n rule no-caller x",
	  "f:2: \"rule no-caller x\": rule no-caller has no value \"x\"; here goes: gateway "
	  "unavailable" },
	{ "interworking a\n rule hop-factor 0",
	  "f:2: \"rule hop-factor 0\": rule hop-factor has no value \"0\"; here goes: 1 to 20" },
	{ "interworking a\n mapping x on", "f:2: \"mapping x on\": there is no mapping x" },
	{ "interworking a\n no cause 3", "f:2: \"no cause 3\": cause 3 is not changed here" },
	{ "interworking a\n cause 128 status 500",
	  "f:2: \"cause 128 status 500\": \"128\" does not fit; here goes: <1-127>" },
	{ "peer p\n interworking x",
	  "f:2: \"interworking x\": there is no interworking x; peers come behind theirs" },
	{ "route-advance 34 17",
	  "f:1: \"route-advance 34 17\": \"17\" is no cause to go on for: " },
	{ "route-advance x", "f:1: \"route-advance x\": \"x\" is no cause to go on for: " },
	{ "route 1 from sip choice 9 to trunk east",
	  "f:1: \"route 1 from sip choice 9 to trunk east\": \"9\" does not fit; here goes: <2-8>" },
	{ "no route 1 from sip choice 2",
	  "f:1: \"no route 1 from sip choice 2\": there is no such route" },
	/* About the whole: gw_config_check names the thing. */
	{ "route 1 from sip to trunk east", "f: " },
};

static void test_what_is_wrong_is_said(void **state)
{
	char got[600];

	(void)state;
	for (unsigned i = 0; i < NR_OF(bad); i++) {
		struct ops_config_error e;
		struct gw_config *c;
		int err = parse(&c, bad[i].text, &e);

		mem_free(c->mem);
		ops_config_error_text(&e, "f", got, sizeof(got));
		if (err >= 0)
			fail_msg("accepted: %s", bad[i].text);
		if (strncmp(got, bad[i].want, strlen(bad[i].want)) != 0)
			fail_msg("got:\n%s\nwant:\n%s", got, bad[i].want);
	}
}

static void test_the_whole_names_the_thing(void **state)
{
	struct ops_config_error e;
	struct gw_config *c;

	(void)state;
	assert_true(parse(&c, "route 1 from sip to trunk east", &e) < 0);
	mem_free(c->mem);
	assert_int_equal(e.line, 0);
	assert_non_null(strstr(e.reason, "east"));
}

static void test_lines_that_are_no_text(void **state)
{
	static char line[2000];
	struct ops_config_error e;
	struct gw_config *c;
	struct mem *m = mem_root("config");

	(void)state;
	memset(line, 'x', sizeof(line) - 1);
	assert_true(parse(&c, line, &e) < 0);
	assert_string_equal(e.reason, "longer than 511 characters, or no text");
	mem_free(c->mem);
	c = gw_config_new(m);
	assert_true(ops_config_parse(c, str_n("sip\0\n", 5), &e) < 0);
	assert_string_equal(e.reason, "longer than 511 characters, or no text");
	mem_free(m);
}

/* A file cannot run the terminal's commands. */
static void test_no_terminal_commands_in_a_file(void **state)
{
	static const char *const commands[] = { "show calls",
						"clear call 1",
						"commit",
						"abort",
						"write",
						"write terminal",
						"show running-config",
						"configure terminal",
						"enable" };

	(void)state;
	for (unsigned i = 0; i < NR_OF(commands); i++) {
		struct ops_config_error e;
		struct gw_config *c;

		if (parse(&c, commands[i], &e) >= 0)
			fail_msg("accepted in a file: %s", commands[i]);
		mem_free(c->mem);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_defaults),
		cmocka_unit_test(test_variant_file),
		cmocka_unit_test(test_free_form),
		cmocka_unit_test(test_sls_bits_of_mtp3),
		cmocka_unit_test(test_login),
		cmocka_unit_test(test_taking_back),
		cmocka_unit_test(test_what_is_wrong_is_said),
		cmocka_unit_test(test_the_whole_names_the_thing),
		cmocka_unit_test(test_lines_that_are_no_text),
		cmocka_unit_test(test_no_terminal_commands_in_a_file),
	};
	return cmocka_run_group_tests(tests, setup, free_root);
}
