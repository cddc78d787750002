/*
 * rtvmm: a small virtual machine monitor for the lab. It runs one real-mode image with one virtual CPU on /dev/kvm,
 * as a real-time guest or as a batch load, and sets the scheduling of its vCPU thread as the scenario asks.
 *
 * It exists because a full monitor hides what the recordings are about: here there is one vCPU thread, one optional timer
 * thread and one main thread, and nothing else wakes up. Threads are named as QEMU names them, so that tools that know
 * QEMU find the vCPU ("CPU 0/KVM").
 *
 * The guest reports on I/O port 0x510: 1 when a real-time job begins, 0 when it ends. Each write leaves the guest
 * (KVM_EXIT_IO) and is seen in a trace as kvm_pio, so it serves as the job's marker and as the hint for co-scheduling.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/kvm.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#define HINT_PORT 0x510
#define GUEST_BYTES (1UL << 20)
#define IMAGE_AT 0x1000
#define IMAGE_MAX 0x8000
/* Above the guest's memory and below 4 GiB, as Intel's real mode emulation wants it; AMD ignores it. */
#define TSS_AT 0xfffbd000UL
#define TIMER_PRIORITY 90
/* How long the vCPU can stay in the guest before it looks at the clock again. */
#define KICK_US 500000

static const char usage_text[] =
    "usage: rtvmm [OPTION]... IMAGE\n"
    "Run the real-mode IMAGE (loaded and started at 0x1000) on /dev/kvm with one virtual CPU.\n"
    "\n"
    "  -t SECONDS   stop after so long (3)\n"
    "  -d pit       the tick is the guest's own: KVM's in-kernel PIT (default)\n"
    "  -d thread:HZ the tick comes from outside: thread rt-timer (SCHED_FIFO 90) raises IRQ 0 HZ times a second\n"
    "  -p POLICY    of the vCPU thread: other (default), fifo:N, rr:N, deadline:RUNTIME_US/PERIOD_US\n"
    "  -C N         co-scheduling: SCHED_FIFO N from the guest's job begin to its job end, else SCHED_OTHER\n"
    "  -B           with -C and -d thread: raise the vCPU thread before each interrupt already\n"
    "  -c CPU       pin the vCPU thread to this host CPU\n"
    "  -n NAME      of the process (rtvmm)\n";

/* From linux/sched/types.h, which libc's sched.h does not go together with. */
struct deadline_attributes {
    uint32_t size;
    uint32_t policy;
    uint64_t flags;
    int32_t nice;
    uint32_t priority;
    uint64_t runtime_ns;
    uint64_t deadline_ns;
    uint64_t period_ns;
};
#define POLICY_DEADLINE 6

static struct {
    const char *image;
    const char *name;
    const char *policy;
    long seconds;
    int tick_hz; /* 0: the in-kernel PIT */
    int boost_priority; /* 0: no co-scheduling */
    bool boost_before_interrupt;
    int pin_to; /* -1: anywhere */
} options = {.name = "rtvmm", .policy = "other", .seconds = 3, .pin_to = -1};

static struct {
    int vm;
    int vcpu;
    struct kvm_run *run;
} guest;

static pid_t vcpu_tid;
static sem_t guest_ready;
static atomic_ulong ticks_raised;
static unsigned long jobs_begun;

static void die(const char *format, ...) __attribute__((noreturn, format(printf, 1, 2)));
static void die(const char *format, ...)
{
    int error = errno;
    va_list arguments;

    va_start(arguments, format);
    fprintf(stderr, "%s: ", options.name);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    if (error)
        fprintf(stderr, ": %s", strerror(error));
    fputc('\n', stderr);
    exit(1);
}

static void refuse(const char *what, const char *found)
{
    fprintf(stderr, "rtvmm: %s: found '%s'\n\n%s", what, found, usage_text);
    exit(2);
}

static long number(const char *text, long low, long high, const char *what)
{
    char *end;
    long value = strtol(text, &end, 10);

    if (end == text || *end || value < low || value > high)
        refuse(what, text);
    return value;
}

static int checked_ioctl(int fd, unsigned long request, unsigned long argument, const char *name)
{
    int result = ioctl(fd, request, argument);

    if (result < 0)
        die("%s", name);
    return result;
}
#define IOCTL(fd, request, argument) checked_ioctl(fd, request, (unsigned long)(argument), #request)

/* ---- scheduling ---- */

/* tid 0 is the calling thread, priority 0 means SCHED_OTHER. */
static void set_fifo(pid_t tid, int priority)
{
    struct sched_param parameter = {.sched_priority = priority};

    if (sched_setscheduler(tid, priority ? SCHED_FIFO : SCHED_OTHER, &parameter))
        die("SCHED_FIFO %d", priority);
}

static void set_deadline(unsigned long runtime_us, unsigned long period_us)
{
    struct deadline_attributes attributes = {
        .size = sizeof(attributes),
        .policy = POLICY_DEADLINE,
        .runtime_ns = runtime_us * 1000,
        .deadline_ns = period_us * 1000,
        .period_ns = period_us * 1000,
    };

    if (syscall(SYS_sched_setattr, 0, &attributes, 0))
        die("SCHED_DEADLINE %lu/%lu us", runtime_us, period_us);
}

static void set_policy_of_this_thread(const char *policy)
{
    unsigned long runtime_us, period_us;
    char rest;

    if (!strcmp(policy, "other"))
        return;
    if (!strncmp(policy, "fifo:", 5)) {
        set_fifo(0, number(policy + 5, 1, 99, "-p fifo:N, N from 1 to 99"));
    } else if (!strncmp(policy, "rr:", 3)) {
        struct sched_param parameter = {.sched_priority = number(policy + 3, 1, 99, "-p rr:N, N from 1 to 99")};

        if (sched_setscheduler(0, SCHED_RR, &parameter))
            die("SCHED_RR %d", parameter.sched_priority);
    } else if (sscanf(policy, "deadline:%lu/%lu%c", &runtime_us, &period_us, &rest) == 2) {
        set_deadline(runtime_us, period_us);
    } else {
        refuse("-p other, fifo:N, rr:N or deadline:RUNTIME_US/PERIOD_US", policy);
    }
}

static void pin_this_thread(int cpu)
{
    cpu_set_t set;

    CPU_ZERO(&set);
    CPU_SET(cpu, &set);
    if (sched_setaffinity(0, sizeof(set), &set))
        die("CPU %d", cpu);
}

/* ---- the guest ---- */

static void load_image(unsigned char *memory)
{
    int file = open(options.image, O_RDONLY | O_CLOEXEC);
    ssize_t bytes;

    if (file < 0)
        die("%s", options.image);
    bytes = read(file, memory + IMAGE_AT, IMAGE_MAX);
    if (bytes < 0)
        die("%s", options.image);
    if (bytes == 0)
        die("%s: empty", options.image);
    close(file);
}

static void create_guest(void)
{
    int kvm = open("/dev/kvm", O_RDWR | O_CLOEXEC);
    if (kvm < 0)
        die("/dev/kvm");

    guest.vm = IOCTL(kvm, KVM_CREATE_VM, 0);
    IOCTL(guest.vm, KVM_SET_TSS_ADDR, TSS_AT);
    IOCTL(guest.vm, KVM_CREATE_IRQCHIP, 0);
    if (!options.tick_hz) {
        struct kvm_pit_config pit = {.flags = KVM_PIT_SPEAKER_DUMMY};
        IOCTL(guest.vm, KVM_CREATE_PIT2, &pit);
    }

    unsigned char *memory = mmap(NULL, GUEST_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED)
        die("guest memory");
    struct kvm_userspace_memory_region region = {.memory_size = GUEST_BYTES, .userspace_addr = (uintptr_t)memory};
    IOCTL(guest.vm, KVM_SET_USER_MEMORY_REGION, &region);
    load_image(memory);

    guest.vcpu = IOCTL(guest.vm, KVM_CREATE_VCPU, 0);
    size_t run_bytes = IOCTL(kvm, KVM_GET_VCPU_MMAP_SIZE, 0);
    guest.run = mmap(NULL, run_bytes, PROT_READ | PROT_WRITE, MAP_SHARED, guest.vcpu, 0);
    if (guest.run == MAP_FAILED)
        die("kvm_run");

    /* A fresh vCPU stands at the reset vector; ours starts where the image is, in segment 0. */
    struct kvm_sregs segments;
    IOCTL(guest.vcpu, KVM_GET_SREGS, &segments);
    segments.cs.base = 0;
    segments.cs.selector = 0;
    IOCTL(guest.vcpu, KVM_SET_SREGS, &segments);
    struct kvm_regs registers = {.rip = IMAGE_AT, .rflags = 2};
    IOCTL(guest.vcpu, KVM_SET_REGS, &registers);
}

static void handle_port(void)
{
    const struct kvm_run *run = guest.run;

    if (run->io.port != HINT_PORT || run->io.direction != KVM_EXIT_IO_OUT)
        return;
    bool begins = ((const unsigned char *)run)[run->io.data_offset] != 0;
    if (begins)
        jobs_begun++;
    if (options.boost_priority)
        set_fifo(0, begins ? options.boost_priority : 0);
}

static time_t monotonic_seconds(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec;
}

static void run_guest(void)
{
    time_t end = monotonic_seconds() + options.seconds;

    while (monotonic_seconds() < end) {
        if (ioctl(guest.vcpu, KVM_RUN, 0) < 0) {
            if (errno == EINTR)
                continue;
            die("KVM_RUN");
        }
        switch (guest.run->exit_reason) {
        case KVM_EXIT_IO:
            handle_port();
            break;
        case KVM_EXIT_INTR:
            break;
        default:
            fprintf(stderr, "%s: the guest stopped with exit reason %u\n", options.name, guest.run->exit_reason);
            return;
        }
    }
}

/* ---- threads ---- */

static void *vcpu_thread(void *unused)
{
    (void)unused;
    prctl(PR_SET_NAME, "CPU 0/KVM");
    vcpu_tid = syscall(SYS_gettid);
    /* The vCPU's own thread creates the VM: then the in-kernel PIT's thread and the first events belong to it. */
    create_guest();
    if (options.pin_to >= 0)
        pin_this_thread(options.pin_to);
    set_policy_of_this_thread(options.policy);
    sem_post(&guest_ready);

    run_guest();
    fprintf(stderr, "%s: %lu jobs, %lu ticks raised\n", options.name, jobs_begun, atomic_load(&ticks_raised));
    exit(0);
}

static void raise_irq_line(int level)
{
    struct kvm_irq_level line = {.irq = 0, .level = level};

    IOCTL(guest.vm, KVM_IRQ_LINE, &line);
}

/* The tick from outside: what a device's interrupt thread would do. An edge is the line up and down again. */
static void *timer_thread(void *unused)
{
    (void)unused;
    prctl(PR_SET_NAME, "rt-timer");
    while (sem_wait(&guest_ready) && errno == EINTR)
        ;
    set_fifo(0, TIMER_PRIORITY);

    int timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);
    if (timer < 0)
        die("timerfd_create");
    struct timespec period = {.tv_sec = options.tick_hz == 1, .tv_nsec = 1000000000L / options.tick_hz % 1000000000L};
    struct itimerspec setting = {.it_interval = period, .it_value = period};
    if (timerfd_settime(timer, 0, &setting, NULL))
        die("timerfd_settime");

    for (;;) {
        uint64_t expirations;
        if (read(timer, &expirations, sizeof(expirations)) != sizeof(expirations)) {
            if (errno == EINTR)
                continue;
            die("timerfd");
        }
        /* Expirations that were missed are not made up for: the line knows no number. */
        atomic_fetch_add(&ticks_raised, 1);
        if (options.boost_priority && options.boost_before_interrupt)
            set_fifo(vcpu_tid, options.boost_priority);
        raise_irq_line(1);
        raise_irq_line(0);
    }
}

static void on_kick(int signal)
{
    (void)signal;
}

static pthread_t start(void *(*body)(void *))
{
    pthread_t thread;
    int error = pthread_create(&thread, NULL, body, NULL);

    if (error) {
        errno = error;
        die("pthread_create");
    }
    return thread;
}

static void parse_options(int count, char **arguments)
{
    int option;

    while ((option = getopt(count, arguments, "t:d:p:C:Bc:n:h")) != -1) {
        switch (option) {
        case 't':
            options.seconds = number(optarg, 1, 86400, "-t SECONDS");
            break;
        case 'd':
            if (!strncmp(optarg, "thread:", 7))
                options.tick_hz = number(optarg + 7, 1, 100000, "-d thread:HZ");
            else if (strcmp(optarg, "pit"))
                refuse("-d pit or thread:HZ", optarg);
            break;
        case 'p':
            options.policy = optarg;
            break;
        case 'C':
            options.boost_priority = number(optarg, 1, 99, "-C N, N from 1 to 99");
            break;
        case 'B':
            options.boost_before_interrupt = true;
            break;
        case 'c':
            options.pin_to = number(optarg, 0, CPU_SETSIZE - 1, "-c CPU");
            break;
        case 'n':
            options.name = optarg;
            break;
        case 'h':
            fputs(usage_text, stdout);
            exit(0);
        default:
            fputs(usage_text, stderr);
            exit(2);
        }
    }
    if (optind + 1 != count) {
        fputs(usage_text, stderr);
        exit(2);
    }
    if (options.boost_before_interrupt && !(options.boost_priority && options.tick_hz))
        refuse("-B needs -C and -d thread:HZ", "-B alone");
    options.image = arguments[optind];
}

int main(int count, char **arguments)
{
    parse_options(count, arguments);
    prctl(PR_SET_NAME, options.name);
    sem_init(&guest_ready, 0, 0);

    /* A signal with a handler that does nothing makes KVM_RUN return; without SA_RESTART it isn't entered again. */
    struct sigaction kick = {.sa_handler = on_kick};
    if (sigaction(SIGUSR1, &kick, NULL))
        die("sigaction");

    pthread_t vcpu = start(vcpu_thread);
    if (options.tick_hz)
        start(timer_thread);
    for (;;) {
        usleep(KICK_US);
        pthread_kill(vcpu, SIGUSR1);
    }
}
