/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * isup_libss7: libss7 as another reader and writer of ISUP, in a process of its own: hex goes in
 * and out on standard input and output; nothing of trunkgate is in here. t_isup_libss7.py builds
 * and runs it where libss7-dev is installed.
 *
 * Two exchanges of libss7, A (point code 1) and B (2), talk over a link in this process; between
 * them stands a tap that writes each ISUP message that passes, and can put another in the place of
 * one. With the argument "ansi" they speak T1.113. Commands: "call SIDE TYPE CIC" has a side send a message; "inject HEX" has B receive one
 * (from the CIC on). Answers: "sent SIDE HEX", "event SIDE ..."; "ready" when the link is up.
 */
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <libss7.h>

#define CICS 16384

static int ansi;
static int label =
	8; /* octets of a message signal unit before the CIC: BSN FSN LI SIO, a label of 4; ANSI 7 */

static struct ss7 *side[2];
static int outer[2], inner[2]; /* the ends of libss7, and those of the tap */
static struct isup_call *calls[2][CICS];
static unsigned char inject[300];
static int inject_len, up;

static void quiet(struct ss7 *s, char *text)
{
	(void)s;
	(void)text;
}

static int on_hangup(struct ss7 *s, int cic, unsigned int dpc, int cause, int what)
{
	(void)s, (void)cic, (void)dpc, (void)cause, (void)what;
	return SS7_CIC_IDLE;
}

static void on_not_in_service(struct ss7 *s, int cic, unsigned int dpc)
{
	(void)s, (void)cic, (void)dpc;
}

static void on_call_gone(struct ss7 *s, struct isup_call *c, int lock)
{
	(void)s, (void)lock;
	for (int i = 0; i < 2 * CICS; i++)
		if (calls[i / CICS][i % CICS] == c)
			calls[i / CICS][i % CICS] = NULL;
}

static void on_other(const ss7_event *e)
{
	switch (e->e) {
	case ISUP_EVENT_CON:
		printf("CON cic=%d connected=%s nai=%u\n", e->con.cic, e->con.connected_num,
		       e->con.connected_nai);
		break;
	case ISUP_EVENT_COT:
		printf("COT cic=%d passed=%d\n", e->cot.cic, e->cot.passed);
		break;
	case ISUP_EVENT_SAM:
		printf("SAM cic=%d called=%s\n", e->sam.cic, e->sam.called_party_num);
		break;
	case ISUP_EVENT_CCR:
		printf("CCR cic=%d\n", e->ccr.cic);
		break;
	case ISUP_EVENT_CVT:
		printf("CVT cic=%d\n", e->cvt.cic);
		break;
	case ISUP_EVENT_CQM:
		printf("CQM cic=%d range=%d\n", e->cqm.startcic, e->cqm.endcic - e->cqm.startcic);
		break;
	case ISUP_EVENT_GRA:
		printf("GRA cic=%d range=%d\n", e->gra.startcic, e->gra.endcic - e->gra.startcic);
		break;
	case ISUP_EVENT_CGBA:
		printf("CGBA cic=%d range=%d type=%d\n", e->cgba.startcic,
		       e->cgba.endcic - e->cgba.startcic, e->cgba.type);
		break;
	case ISUP_EVENT_CGUA:
		printf("CGUA cic=%d range=%d type=%d\n", e->cgua.startcic,
		       e->cgua.endcic - e->cgua.startcic, e->cgua.type);
		break;
	case ISUP_EVENT_FAA:
		printf("FAA cic=%d\n", e->faa.cic);
		break;
	case ISUP_EVENT_FAR:
		printf("FAR cic=%d\n", e->far.cic);
		break;
	case ISUP_EVENT_FRJ:
		printf("FRJ cic=%d\n", e->frj.cic);
		break;
	case ISUP_EVENT_BLA:
		printf("BLA cic=%d\n", e->bla.cic);
		break;
	case ISUP_EVENT_UBA:
		printf("UBA cic=%d\n", e->uba.cic);
		break;
	default:
		printf("%s\n", ss7_event2str(e->e));
	}
}

static void on_event(int who, const ss7_event *e)
{
	printf("event %c ", 'A' + who);
	switch (e->e) {
	case SS7_EVENT_UP:
		printf("up\n");
		if (++up == 2)
			printf("ready\n");
		break;
	case ISUP_EVENT_IAM:
		printf("IAM cic=%d called=%s noa=%u calling=%s calling_noa=%u apri=%u si=%u cpc=%u "
		       "tmr=%d\n",
		       e->iam.cic, e->iam.called_party_num, e->iam.called_nai,
		       e->iam.calling_party_num, e->iam.calling_nai, e->iam.presentation_ind,
		       e->iam.screening_ind, e->iam.calling_party_cat, e->iam.transcap);
		calls[who][e->iam.cic] = e->iam.call;
		break;
	case ISUP_EVENT_ACM:
		printf("ACM cic=%d status=%u\n", e->acm.cic, e->acm.called_party_status_ind);
		break;
	case ISUP_EVENT_CPG:
		printf("CPG cic=%d event=%d\n", e->cpg.cic, e->cpg.event);
		break;
	case ISUP_EVENT_ANM:
		printf("ANM cic=%d\n", e->anm.cic);
		break;
	case ISUP_EVENT_REL:
		printf("REL cic=%d cause=%d\n", e->rel.cic, e->rel.cause);
		calls[who][e->rel.cic] = e->rel.call;
		break;
	case ISUP_EVENT_RLC:
		printf("RLC cic=%d\n", e->rlc.cic);
		break;
	case ISUP_EVENT_GRS:
		printf("GRS cic=%d range=%d\n", e->grs.startcic, e->grs.endcic - e->grs.startcic);
		break;
	case ISUP_EVENT_BLO:
		printf("BLO cic=%d\n", e->blo.cic);
		break;
	case ISUP_EVENT_UBL:
		printf("UBL cic=%d\n", e->ubl.cic);
		break;
	case ISUP_EVENT_RSC:
		printf("RSC cic=%d\n", e->rsc.cic);
		break;
	case ISUP_EVENT_CGB:
		printf("CGB cic=%d range=%d\n", e->cgb.startcic, e->cgb.endcic - e->cgb.startcic);
		break;
	case ISUP_EVENT_CGU:
		printf("CGU cic=%d range=%d\n", e->cgu.startcic, e->cgu.endcic - e->cgu.startcic);
		break;
	default:
		on_other(e);
	}
}

static const struct {
	const char *type;
	int (*send)(struct ss7 *s, struct isup_call *c);
} plain[] = { { "ACM", isup_acm }, { "ANM", isup_anm }, { "CON", isup_con }, { "RLC", isup_rlc },
	      { "BLO", isup_blo }, { "UBL", isup_ubl }, { "BLA", isup_bla }, { "UBA", isup_uba },
	      { "RSC", isup_rsc }, { "FAR", isup_far }, { "FAA", isup_faa }, { "FRJ", isup_frj } };

/* What T1.113 has of its own. */
static void set_ansi(struct isup_call *c)
{
	isup_set_charge(c, "8005551212", 3, 1);
	isup_set_oli(c, 61);
	isup_set_generic_name(c, "ALICE", 1, 0, 0);
	isup_set_jip_digits(c, "212555");
	isup_set_gen_address(c, "2125550100", 3, 0, 1, 0);
}

static void send_type(int who, const char *type, int cic)
{
	struct ss7 *s = side[who];
	unsigned char states[255] = { 1, 0, 1, 1 };
	struct isup_call *c = calls[who][cic];

	if (!c)
		c = calls[who][cic] = isup_new_call(s, cic, who ? 1 : 2, strcmp(type, "IAM") == 0);
	for (size_t i = 0; i < sizeof(plain) / sizeof(plain[0]); i++)
		if (strcmp(type, plain[i].type) == 0)
			plain[i].send(s, c);
	if (strcmp(type, "IAM") == 0) {
		isup_set_called(c, "4930123456#", SS7_NAI_INTERNATIONAL, s);
		isup_set_calling(c, "441632960", SS7_NAI_INTERNATIONAL, SS7_PRESENTATION_RESTRICTED,
				 SS7_SCREENING_NETWORK_PROVIDED);
		isup_set_redirecting_number(c, "49891", SS7_NAI_NATIONAL, 1, 0);
		isup_set_redirection_info(c, 3, 1, 2, 3);
		isup_set_orig_called_num(c, "49892", SS7_NAI_NATIONAL, 0, 0);
		isup_set_tmr(c, SS7_TMR_3K1_AUDIO);
		if (ansi)
			set_ansi(c);
		isup_iam(s, c);
	}
	if (strcmp(type, "CPG") == 0)
		isup_cpg(s, c, CPG_EVENT_INBANDINFO);
	if (strcmp(type, "SUS") == 0)
		isup_sus(s, c, 1);
	if (strcmp(type, "RES") == 0)
		isup_res(s, c, 0);
	if (strcmp(type, "REL") == 0)
		isup_rel(s, c, 34);
	if (strcmp(type, "GRS") == 0)
		isup_grs(s, c, cic + 3);
	if (strcmp(type, "CGB") == 0)
		isup_cgb(s, c, cic + 3, states, 0);
	if (strcmp(type, "CGU") == 0)
		isup_cgu(s, c, cic + 3, states, 1);
	if (strcmp(type, "INR") == 0)
		isup_inr(s, c, 1, 0);
	if (strcmp(type, "INF") == 0)
		isup_inf(s, c, 2, 0);
	if (strcmp(type, "GRA") == 0)
		isup_gra(s, c, cic + 3, states);
	if (strcmp(type, "CGBA") == 0)
		isup_cgba(s, c, cic + 3, states);
	if (strcmp(type, "CGUA") == 0)
		isup_cgua(s, c, cic + 3, states);
	if (strcmp(type, "CVR") == 0)
		isup_cvr(s, cic, who ? 1 : 2);
	if (strcmp(type, "CQR") == 0)
		isup_cqr(s, cic, cic + 3, who ? 1 : 2, states);
	if (strcmp(type, "LPA") == 0)
		isup_lpa(s, cic, who ? 1 : 2);
	if (strcmp(type, "UCIC") == 0)
		isup_ucic(s, cic, who ? 1 : 2);
}

/* A signal unit from `who`: ISUP is shown, and replaced when something waits to be injected. */
static void tap(int who)
{
	unsigned char unit[512];
	ssize_t len = recv(inner[who], unit, sizeof(unit), 0);

	if (len <= 0)
		exit(0);
	if (len > label + 4 && unit[2] > 2 && (unit[3] & 15) == 5) {
		if (who == 0 && inject_len && unit[label + 2] == 0x24) {
			memcpy(unit + label, inject, (size_t)inject_len);
			len = label + inject_len + 2;
			unit[2] = (unsigned char)(len - 5 > 63 ? 63 : len - 5);
			inject_len = 0;
		} else {
			printf("sent %c ", 'A' + who);
			for (ssize_t i = label; i < len - 2; i++)
				printf("%02x", unit[i]);
			printf("\n");
		}
	}
	if (send(inner[!who], unit, (size_t)len, 0) < 0)
		exit(0);
}

static void command(char *line)
{
	char type[8], who;
	int cic;

	if (sscanf(line, "call %c %7s %d", &who, type, &cic) == 3 && cic >= 0 && cic < CICS) {
		send_type(who == 'B', type, cic);
	} else if (strncmp(line, "inject ", 7) == 0) {
		unsigned octet;
		inject_len = 0;
		for (char *p = line + 7; sscanf(p, "%2x", &octet) == 1; p += 2)
			inject[inject_len++] = (unsigned char)octet;
		isup_lpa(side[0], 4000, 2);
	}
}

static struct ss7 *start(int who)
{
	int ends[2];
	struct ss7 *s = ss7_new(ansi ? SS7_ANSI : SS7_ITU);

	if (!s || socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends) < 0)
		exit(1);
	outer[who] = ends[0];
	inner[who] = ends[1];
	fcntl(ends[0], F_SETFL, O_NONBLOCK);
	ss7_set_network_ind(s, SS7_NI_NAT);
	if (ss7_add_link(s, SS7_TRANSPORT_DAHDIDCHAN, ends[0], 0, who ? 1 : 2))
		exit(1);
	ss7_set_pc(s, who ? 2 : 1);
	ss7_start(s);
	return s;
}

int main(int argc, char **argv)
{
	char line[1000];

	ansi = argc > 1 && strcmp(argv[1], "ansi") == 0;
	label = ansi ? 11 : 8;

	setvbuf(stdin, NULL, _IONBF, 0);
	setvbuf(stdout, NULL, _IOLBF, 0);
	ss7_set_message(quiet);
	ss7_set_error(quiet);
	ss7_set_hangup(on_hangup);
	ss7_set_notinservice(on_not_in_service);
	ss7_set_call_null(on_call_gone);
	side[0] = start(0);
	side[1] = start(1);
	for (;;) {
		struct pollfd p[] = { { outer[0], POLLIN, 0 },
				      { outer[1], POLLIN, 0 },
				      { inner[0], POLLIN, 0 },
				      { inner[1], POLLIN, 0 },
				      { 0, POLLIN, 0 } };
		usleep(1000);
		if (poll(p, 5, 0) > 0 && p[4].revents) {
			if (!fgets(line, sizeof(line), stdin))
				return 0;
			command(line);
		}
		for (int i = 0; i < 2; i++) {
			ss7_event *e;
			if (p[i].revents & POLLIN)
				ss7_read(side[i], outer[i]);
			ss7_write(side[i], outer[i]);
			ss7_schedule_run(side[i]);
			while ((e = ss7_check_event(side[i])))
				on_event(i, e);
			if (p[2 + i].revents)
				tap(i);
		}
	}
}
