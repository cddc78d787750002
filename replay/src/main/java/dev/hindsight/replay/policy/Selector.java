package dev.hindsight.replay.policy;

import java.util.List;

/**
 * Whom a rule is about. {@code GLOB} has {@code *} and {@code ?}; {@code =} and {@code ,} in a name are written {@code ?}.
 *
 * <p>{@link Role} ({@code ROLE} or {@code ROLE@VM}), {@link Vm} ({@code vm=NAME}), {@link Comm} ({@code comm=GLOB}),
 * {@link Tid} ({@code tid=N}), {@link Irq} ({@code irq=N} or {@code irq=*}: device interrupts; of a class, their threads).
 */
public sealed interface Selector {

    /** The roles of table {@code thread} that can be chosen: all but the idle threads'. */
    List<String> ROLES = List.of(
            "vcpu", "vmm", "vhost", "iothread", "kvm-pit", "irq", "ksoftirqd", "rcu", "kworker", "kernel", "user");

    /**
     * Threads by their role, of one machine or of all.
     *
     * @param role one of {@link #ROLES}
     * @param vm the name of the machine or of its monitor's process as a glob, that one's pid, or the key; null for all
     */
    record Role(String role, String vm) implements Selector {
        @Override
        public String toString() {
            return vm == null ? role : role + "@" + vm;
        }
    }

    /**
     * All threads that serve a machine.
     *
     * @param vm as in {@link Role}
     */
    record Vm(String vm) implements Selector {
        @Override
        public String toString() {
            return "vm=" + vm;
        }
    }

    /**
     * Threads by name.
     *
     * @param glob pattern of the whole name
     */
    record Comm(String glob) implements Selector {
        @Override
        public String toString() {
            return "comm=" + glob;
        }
    }

    /**
     * One thread.
     *
     * @param tid its id
     */
    record Tid(int tid) implements Selector {
        @Override
        public String toString() {
            return "tid=" + tid;
        }
    }

    /**
     * Interrupts of devices.
     *
     * @param irq number, or -1 for all
     */
    record Irq(int irq) implements Selector {
        @Override
        public String toString() {
            return "irq=" + (irq < 0 ? "*" : Integer.toString(irq));
        }
    }

    /** Reads the form that {@code toString} gives. */
    static Selector parse(String text) {
        String form = text.strip();
        int equals = form.indexOf('=');
        if (equals < 0) {
            return role(form);
        }
        String operand = form.substring(equals + 1);
        return switch (form.substring(0, equals)) {
            case "vm" -> new Vm(name(form, operand));
            case "comm" -> new Comm(name(form, operand));
            case "tid" -> new Tid(number(form, operand));
            case "irq" -> new Irq(operand.equals("*") ? -1 : number(form, operand));
            default ->
                throw new PolicyException("selector '" + Shown.text(form)
                        + "': expected a role, ROLE@VM, vm=NAME, comm=GLOB, tid=N or irq=N");
        };
    }

    private static Selector role(String form) {
        int at = form.indexOf('@');
        String role = at < 0 ? form : form.substring(0, at);
        if (!ROLES.contains(role)) {
            throw new PolicyException("selector '" + Shown.text(form) + "': no role '" + Shown.text(role) + "'"
                    + Nearest.hint(role, ROLES) + "; roles are " + String.join(", ", ROLES)
                    + "; or use vm=NAME, comm=GLOB, tid=N or irq=N");
        }
        return new Role(role, at < 0 ? null : name(form, form.substring(at + 1)));
    }

    private static String name(String form, String name) {
        if (name.isEmpty()
                || !name.equals(name.strip())
                || name.indexOf('=') >= 0
                || name.indexOf(',') >= 0
                || name.chars().anyMatch(Character::isISOControl)) {
            throw new PolicyException(
                    "selector '" + Shown.text(form)
                            + "': expected a name or a glob like rt*, with ? in the place of '=' and ',', and no blanks around");
        }
        return name;
    }

    private static int number(String form, String digits) {
        if (!digits.matches("[0-9]{1,9}")) {
            throw new PolicyException("selector '" + Shown.text(form) + "': expected a number like tid=142 or irq=27");
        }
        return Integer.parseInt(digits);
    }
}
