# The lab's real-time guest, 16-bit real mode: a periodic tick, and a real-time job every JOB_EVERY ticks.
#
# Symbols to be defined by the assembler's --defsym:
#   PIT_DIV    tick period in PIT clocks of 1193182 Hz (4773: 250 Hz); 0: the tick comes from outside, the PIT is left alone
#   JOB_ITER   loop turns of one job
#   JOB_EVERY  ticks from job to job, a power of two
#   HINT       1: tell the monitor on port 0x510 when a job begins (1) and ends (0)
#   IDLE_SPIN  when defined, the idle loop spins, as an RTOS's idle task that never halts; without it, it halts
#
# The monitor loads it at 0x1000 in segment 0 and starts it there.
.code16
.org 0

.set PIC_COMMAND, 0x20
.set PIC_DATA,    0x21
.set PIT_CHANNEL, 0x40
.set PIT_COMMAND, 0x43
.set HINT_PORT,   0x510
.set TICK_VECTOR, 8

start:
    cli
    xorw %ax, %ax
    movw %ax, %ds
    movw %ax, %es
    movw %ax, %ss
    movw $0x8000, %sp
    movw $tick, (TICK_VECTOR * 4)
    movw %ax, (TICK_VECTOR * 4 + 2)

    # The interrupt controller: vectors from 8 on, edges, all lines masked but 0.
    movb $0x11, %al
    outb %al, $PIC_COMMAND
    movb $TICK_VECTOR, %al
    outb %al, $PIC_DATA
    movb $0x04, %al
    outb %al, $PIC_DATA
    movb $0x01, %al
    outb %al, $PIC_DATA
    movb $0xfe, %al
    outb %al, $PIC_DATA
.if PIT_DIV
    # Channel 0, low byte then high byte, mode 2: a pulse every PIT_DIV clocks.
    movb $0x34, %al
    outb %al, $PIT_COMMAND
    movw $PIT_DIV, %ax
    outb %al, $PIT_CHANNEL
    movb %ah, %al
    outb %al, $PIT_CHANNEL
.endif
    movw $0, (ticks)
    sti

idle:
.ifndef IDLE_SPIN
    hlt
.endif
    cmpb $0, (job_pending)
    je idle
    movb $0, (job_pending)

    movb $1, %al
    call hint
    movl $JOB_ITER, %ecx
1:  addw $3, %dx
    addr32 loop 1b
    movb $0, %al
    call hint
    jmp idle

hint:
.if HINT
    movw $HINT_PORT, %dx
    outb %al, %dx
.endif
    ret

tick:
    pushw %ax
.if PIT_DIV
    # Latch and read the counter, as a driver does that measures its own latency: the handler's first port access.
    movb $0x00, %al
    outb %al, $PIT_COMMAND
    inb $PIT_CHANNEL, %al
    movb %al, %ah
    inb $PIT_CHANNEL, %al
.endif
    incw (ticks)
    movw (ticks), %ax
    testw $(JOB_EVERY - 1), %ax
    jnz 2f
    movb $1, (job_pending)
2:  movb $0x20, %al
    outb %al, $PIC_COMMAND          # end of interrupt
    popw %ax
    iretw

ticks:       .word 0
job_pending: .byte 0
