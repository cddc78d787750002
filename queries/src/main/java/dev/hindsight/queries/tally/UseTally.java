package dev.hindsight.queries.tally;

/** CPU time of a role, as {@code cpu_usage_by_role_and_vm.sql} has it. */
public record UseTally(String role, String vm, long ns, long guestNs, long exitNs, long haltPollNs) {}
