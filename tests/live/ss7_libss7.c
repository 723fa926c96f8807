/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ss7_libss7: libss7 as an exchange of its own, MTP2 to ISUP, at the other end of a packet link.
 * Nothing of trunkgate is in here; t_ss7_libss7.py builds and runs it where libss7-dev is installed.
 *
 *	ss7_libss7 PATH OPC DPC [ansi] [repeat]		(it connects)
 *
 * It answers calls and circuit supervision, writes what happens a line each, and takes commands:
 * "iam CIC", "rel CIC", "blo CIC", "ubl CIC", "rsc CIC", "grs CIC". With "repeat" it sends a signal
 * unit each millisecond, as on a line; else only what changes.
 */
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <libss7.h>

#define CICS 64

static struct ss7 *s;
static unsigned dpc;
static struct isup_call *calls[CICS];

static void quiet(struct ss7 *ss7, char *text)
{
	(void)ss7;
	if (getenv("SS7_TRACE"))
		fputs(text, stderr);
}

static int on_hangup(struct ss7 *ss7, int cic, unsigned to, int cause, int what)
{
	(void)ss7, (void)cic, (void)to, (void)cause, (void)what;
	return SS7_CIC_IDLE;
}

static void on_not_in_service(struct ss7 *ss7, int cic, unsigned to)
{
	(void)ss7, (void)cic, (void)to;
}

static void on_call_gone(struct ss7 *ss7, struct isup_call *c, int lock)
{
	(void)ss7, (void)lock;
	for (int i = 0; i < CICS; i++)
		if (calls[i] == c)
			calls[i] = NULL;
}

static void done(int cic, struct isup_call *c)
{
	calls[cic] = NULL;
	isup_free_call(s, c);
}

static void on_call(const ss7_event *e)
{
	switch (e->e) {
	case ISUP_EVENT_IAM:
		printf("event IAM cic=%d called=%s\n", e->iam.cic, e->iam.called_party_num);
		calls[e->iam.cic] = e->iam.call;
		isup_acm(s, e->iam.call);
		isup_anm(s, e->iam.call);
		break;
	case ISUP_EVENT_ACM:
		printf("event ACM cic=%d\n", e->acm.cic);
		break;
	case ISUP_EVENT_ANM:
		printf("event ANM cic=%d\n", e->anm.cic);
		break;
	case ISUP_EVENT_REL:
		printf("event REL cic=%d cause=%d\n", e->rel.cic, e->rel.cause);
		isup_rlc(s, e->rel.call);
		break;
	case ISUP_EVENT_RLC:
		printf("event RLC cic=%d\n", e->rlc.cic);
		done(e->rlc.cic, e->rlc.call);
		break;
	default:
		printf("event %s\n", ss7_event2str(e->e));
	}
}

static void on_event(const ss7_event *e)
{
	unsigned char idle[255] = { 0 };

	switch (e->e) {
	case MTP2_LINK_UP:
		printf("event link up\n");
		break;
	case MTP2_LINK_DOWN:
		printf("event link down\n");
		break;
	case SS7_EVENT_UP:
		printf("event up\n");
		break;
	case SS7_EVENT_DOWN:
		printf("event down\n");
		break;
	case ISUP_EVENT_GRS:
		printf("event GRS cic=%d to=%d\n", e->grs.startcic, e->grs.endcic);
		isup_gra(s, e->grs.call, e->grs.endcic, idle);
		break;
	case ISUP_EVENT_GRA:
		printf("event GRA cic=%d to=%d\n", e->gra.startcic, e->gra.endcic);
		done(e->gra.startcic, e->gra.call);
		break;
	case ISUP_EVENT_RSC:
		printf("event RSC cic=%d\n", e->rsc.cic);
		isup_rlc(s, e->rsc.call);
		break;
	case ISUP_EVENT_BLO:
		printf("event BLO cic=%d\n", e->blo.cic);
		isup_bla(s, e->blo.call);
		break;
	case ISUP_EVENT_UBL:
		printf("event UBL cic=%d\n", e->ubl.cic);
		isup_uba(s, e->ubl.call);
		break;
	case ISUP_EVENT_CGB:
		printf("event CGB cic=%d\n", e->cgb.startcic);
		isup_cgba(s, e->cgb.call, e->cgb.endcic, (unsigned char *)e->cgb.status);
		break;
	case ISUP_EVENT_CGU:
		printf("event CGU cic=%d\n", e->cgu.startcic);
		isup_cgua(s, e->cgu.call, e->cgu.endcic, (unsigned char *)e->cgu.status);
		break;
	case ISUP_EVENT_BLA:
		printf("event BLA cic=%d\n", e->bla.cic);
		done(e->bla.cic, e->bla.call);
		break;
	case ISUP_EVENT_UBA:
		printf("event UBA cic=%d\n", e->uba.cic);
		done(e->uba.cic, e->uba.call);
		break;
	default:
		on_call(e);
	}
}

static void command(const char *line)
{
	char what[8];
	int cic;

	if (sscanf(line, "%7s %d", what, &cic) != 2 || cic < 1 || cic >= CICS)
		return;
	if (!calls[cic])
		calls[cic] = isup_new_call(s, cic, dpc, strcmp(what, "iam") == 0);
	if (strcmp(what, "iam") == 0) {
		isup_set_called(calls[cic], "4930123456#", SS7_NAI_INTERNATIONAL, s);
		isup_set_calling(calls[cic], "441632960", SS7_NAI_INTERNATIONAL,
				 SS7_PRESENTATION_ALLOWED, SS7_SCREENING_NETWORK_PROVIDED);
		isup_set_tmr(calls[cic], SS7_TMR_3K1_AUDIO);
		isup_iam(s, calls[cic]);
	} else if (strcmp(what, "rel") == 0) {
		isup_rel(s, calls[cic], 16);
	} else if (strcmp(what, "blo") == 0) {
		isup_blo(s, calls[cic]);
	} else if (strcmp(what, "ubl") == 0) {
		isup_ubl(s, calls[cic]);
	} else if (strcmp(what, "rsc") == 0) {
		isup_rsc(s, calls[cic]);
	} else if (strcmp(what, "grs") == 0) {
		isup_grs(s, calls[cic], cic + 7);
	}
}

static int joined(const char *path)
{
	struct sockaddr_un sa = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_SEQPACKET, 0);

	strncpy(sa.sun_path, path, sizeof(sa.sun_path) - 1);
	for (int i = 0; i < 100; i++) {
		if (connect(fd, (struct sockaddr *)&sa, sizeof(sa)) == 0) {
			fcntl(fd, F_SETFL, O_NONBLOCK);
			return fd;
		}
		usleep(50000);
	}
	exit(1);
}

static int has(int argc, char **argv, const char *word)
{
	for (int i = 4; i < argc; i++)
		if (strcmp(argv[i], word) == 0)
			return 1;
	return 0;
}

static void turn(int fd)
{
	struct pollfd p[] = { { fd, (short)(ss7_pollflags(s, fd) & ~POLLPRI), 0 },
			      { 0, POLLIN, 0 } };
	char line[100];
	ss7_event *e;

	usleep(1000);
	poll(p, 2, 0);
	if (p[0].revents & (POLLHUP | POLLERR))
		exit(0);
	if (p[0].revents & POLLIN)
		ss7_read(s, fd);
	if (p[0].revents & POLLOUT)
		ss7_write(s, fd);
	ss7_schedule_run(s);
	while ((e = ss7_check_event(s)))
		on_event(e);
	if (p[1].revents) {
		if (!fgets(line, sizeof(line), stdin))
			exit(0);
		command(line);
	}
}

int main(int argc, char **argv)
{
	int fd;

	if (argc < 4)
		return 2;
	setvbuf(stdin, NULL, _IONBF, 0);
	setvbuf(stdout, NULL, _IOLBF, 0);
	ss7_set_message(quiet);
	ss7_set_error(quiet);
	ss7_set_hangup(on_hangup);
	ss7_set_notinservice(on_not_in_service);
	ss7_set_call_null(on_call_gone);
	fd = joined(argv[1]);
	dpc = (unsigned)atoi(argv[3]);
	s = ss7_new(has(argc, argv, "ansi") ? SS7_ANSI : SS7_ITU);
	if (getenv("SS7_TRACE"))
		ss7_set_debug(s, SS7_DEBUG_MTP2 | SS7_DEBUG_MTP3);
	ss7_set_network_ind(s, SS7_NI_NAT);
	if (ss7_add_link(s,
			 has(argc, argv, "repeat") ? SS7_TRANSPORT_DAHDIDCHAN
						   : SS7_TRANSPORT_DAHDIMTP2,
			 fd, 0, dpc))
		return 1;
	ss7_set_pc(s, (unsigned)atoi(argv[2]));
	ss7_start(s);
	for (;;)
		turn(fd);
}
