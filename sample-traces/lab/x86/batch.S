# A batch guest: computes for ever and takes no interrupt. A load beside the real-time guest that is a VM itself.
.code16
.org 0
    cli
1:  addw $3, %dx
    addr32 loop 1b
    jmp 1b
