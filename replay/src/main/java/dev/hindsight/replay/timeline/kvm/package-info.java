/** From events of KVM to virtual machines, vCPU spans, exits and the ways of virtual interrupts. */
package dev.hindsight.replay.timeline.kvm;
