/*
 * iterate FILE: reads every event of a trace.dat with libtracecmd in time order, does nothing with it but count, and
 * prints the number: the least that any reader built on that library does.
 */
#include <errno.h>
#include <stdio.h>
#include <trace-cmd.h>

static int count(struct tracecmd_input *handle, struct tep_record *record, int cpu, void *context)
{
	(void)handle;
	(void)record;
	(void)cpu;
	++*(unsigned long long *)context;
	return 0;
}

int main(int argc, char **argv)
{
	unsigned long long events = 0;
	struct tracecmd_input *handle;

	if (argc != 2) {
		fprintf(stderr, "usage: %s FILE\n", argv[0]);
		return 2;
	}
	handle = tracecmd_open(argv[1], 0);
	if (!handle) {
		perror(argv[1]);
		return 1;
	}
	if (tracecmd_iterate_events(handle, NULL, 0, count, &events) < 0) {
		fprintf(stderr, "%s: events cannot be read\n", argv[1]);
		return 1;
	}
	printf("%llu\n", events);
	tracecmd_close(handle);
	return 0;
}
