/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Runs a program in which one system call fails, or writes less than it should.
 *
 *   inject REPORT NUMBER FAULT PROGRAM ARGUMENT...
 *
 * FAULT is an errno name (ENOMEM, ENOBUFS, EINTR, EIO) or `short`: half of what should be read or
 * written is. The calls that can fail so are counted, from the program's first own one:
 * fcntl(0, F_GETFD). REPORT gets one line: `SYSCALL-NUMBER FIRST-ARGUMENT` of the call that failed,
 * or `end` if the program makes fewer calls. Ends with the program's own status, 128 and a signal's
 * number, or 99 if it cannot be traced.
 */
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#include <linux/ptrace.h>

enum { UNTRACEABLE = 99, SHORT = -1 };

/* The registers that decide what a call does and says. */
struct call {
#if defined __x86_64__
	struct user_regs_struct registers;
#elif defined __aarch64__
	struct user_regs_struct registers;
	int number;
#endif
};

#if defined __x86_64__
static void read_call(pid_t child, struct call *call)
{
	ptrace(PTRACE_GETREGS, child, NULL, &call->registers);
}

static void write_call(pid_t child, const struct call *call)
{
	ptrace(PTRACE_SETREGS, child, NULL, &call->registers);
}

static void skip(pid_t child, struct call *call)
{
	call->registers.orig_rax = (unsigned long long)-1;
	write_call(child, call);
}

static void set_result(pid_t child, struct call *call, long result)
{
	call->registers.rax = (unsigned long long)result;
	write_call(child, call);
}

static void set_third(pid_t child, struct call *call, uint64_t value)
{
	call->registers.rdx = value;
	write_call(child, call);
}
#elif defined __aarch64__
static void read_call(pid_t child, struct call *call)
{
	struct iovec vector = {&call->registers, sizeof call->registers};

	ptrace(PTRACE_GETREGSET, child, NT_PRSTATUS, &vector);
}

static void write_call(pid_t child, const struct call *call)
{
	struct iovec vector = {(void *)&call->registers, sizeof call->registers};

	ptrace(PTRACE_SETREGSET, child, NT_PRSTATUS, &vector);
}

static void skip(pid_t child, struct call *call)
{
	struct iovec vector = {&call->number, sizeof call->number};

	call->number = -1;
	ptrace(PTRACE_SETREGSET, child, NT_ARM_SYSTEM_CALL, &vector);
}

static void set_result(pid_t child, struct call *call, long result)
{
	call->registers.regs[0] = (unsigned long long)result;
	write_call(child, call);
}

static void set_third(pid_t child, struct call *call, uint64_t value)
{
	call->registers.regs[2] = value;
	write_call(child, call);
}
#endif

static int read_fault(const char *name)
{
	static const struct {
		const char *name;
		int number;
	} faults[] = {{"ENOMEM", ENOMEM}, {"ENOBUFS", ENOBUFS}, {"EINTR", EINTR}, {"EIO", EIO},
		{"short", SHORT}};

	for (size_t i = 0; i < sizeof faults / sizeof *faults; i++)
		if (!strcmp(name, faults[i].name))
			return faults[i].number;
	return 0;
}

/* These never fail, or end the program. */
static bool is_spared(uint64_t number, int fault, const uint64_t *argument)
{
	switch (number) {
	case SYS_exit:
	case SYS_exit_group:
	case SYS_rt_sigreturn:
	case SYS_getpid:
	case SYS_gettid:
		return true;
	case SYS_write:
	case SYS_pwrite64:
	case SYS_read:
	case SYS_pread64:
		return fault == SHORT && argument[2] < 2;
	default:
		return fault == SHORT;
	}
}

struct tracing {
	pid_t child;
	long wanted, count;
	int fault;
	bool begun;      /* the program's own calls have */
	bool failing;    /* the call that runs now is to fail */
	uint64_t number; /* of that call */
	FILE *report;
};

static void on_entry(struct tracing *tracing, const struct ptrace_syscall_info *info)
{
	const uint64_t *argument = (const uint64_t *)info->entry.args;
	struct call call;

	tracing->begun |= info->entry.nr == SYS_fcntl && !argument[0] && argument[1] == F_GETFD;
	if (!tracing->begun || is_spared(info->entry.nr, tracing->fault, argument) ||
		++tracing->count != tracing->wanted)
		return;
	fprintf(tracing->report, "%llu %llu\n", (unsigned long long)info->entry.nr,
		(unsigned long long)argument[0]);
	read_call(tracing->child, &call);
	if (tracing->fault == SHORT) {
		set_third(tracing->child, &call, argument[2] / 2);
		return;
	}
	skip(tracing->child, &call);
	tracing->failing = true;
	tracing->number = info->entry.nr;
}

static void on_stop(struct tracing *tracing)
{
	struct ptrace_syscall_info info;
	struct call call;

	if (ptrace(PTRACE_GET_SYSCALL_INFO, tracing->child, sizeof info, &info) <= 0)
		return;
	if (info.op == PTRACE_SYSCALL_INFO_ENTRY)
		on_entry(tracing, &info);
	if (info.op == PTRACE_SYSCALL_INFO_EXIT && tracing->failing) {
		tracing->failing = false;
		read_call(tracing->child, &call);
		/* A brk() that fails says where the end is; glibc knows no errno of it. */
		set_result(tracing->child, &call, tracing->number == SYS_brk ? 0 : -tracing->fault);
	}
}

static int trace(struct tracing *tracing)
{
	int status;
	int signal = 0;

	for (;;) {
		if (ptrace(PTRACE_SYSCALL, tracing->child, NULL, (void *)(intptr_t)signal) ||
			waitpid(tracing->child, &status, 0) < 0)
			return UNTRACEABLE;
		signal = 0;
		if (WIFEXITED(status))
			return WEXITSTATUS(status);
		if (WIFSIGNALED(status))
			return 128 + WTERMSIG(status);
		if (WSTOPSIG(status) == (SIGTRAP | 0x80))
			on_stop(tracing);
		else if (WSTOPSIG(status) != SIGTRAP)
			signal = WSTOPSIG(status);
	}
}

int main(int argc, char **argv)
{
	struct tracing tracing = {.fault = argc > 4 ? read_fault(argv[3]) : 0};
	int status;

	if (!tracing.fault)
		return UNTRACEABLE;
	tracing.wanted = strtol(argv[2], NULL, 10);
	tracing.report = fopen(argv[1], "we");
	tracing.child = tracing.report ? fork() : -1;
	if (!tracing.child) {
		ptrace(PTRACE_TRACEME, 0, NULL, NULL);
		raise(SIGSTOP);
		execvp(argv[4], argv + 4);
		_exit(UNTRACEABLE);
	}
	if (tracing.child < 0 || waitpid(tracing.child, &status, 0) < 0 || !WIFSTOPPED(status) ||
		ptrace(PTRACE_SETOPTIONS, tracing.child, NULL,
			(void *)(PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL)))
		return UNTRACEABLE;
	status = trace(&tracing);
	if (tracing.count < tracing.wanted)
		fprintf(tracing.report, "end\n");
	fclose(tracing.report);
	return status;
}
