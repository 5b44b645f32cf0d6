/*
 * Where the kernel starts the program. The docker stub runs from here, without the C library's start, which costs more
 * than all the stub does; every other name goes on to the library's own entry.
 */
	.globl drydock_start
	.type drydock_start, @function
drydock_start:
	pushl %edx
	leal 4(%esp), %eax
	subl $8, %esp
	pushl %eax
	call stub_entry
	addl $12, %esp
	popl %edx
	jmp _start
	.section .note.GNU-stack, "", @progbits
