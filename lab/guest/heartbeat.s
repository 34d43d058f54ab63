# A 512-byte guest. While it runs it adds one to the 32-bit counter at the start of sector 1 of its
# disk nine times a second, so that from outside one can see that it runs and went on after a
# migration. When it reads a number that it did not write, it adds one to a second counter beside the
# first: somebody else writes to its disk. It powers off when ACPI asks.
#
#   as --32 -o heartbeat.o heartbeat.s
#   ld -m elf_i386 -Ttext 0x7c00 --oformat binary -o heartbeat.bin heartbeat.o
#
# Emulated, a BIOS disk call costs up to 5 ms of processor time, a tenth of a core at this rate. So a
# virtio disk on a plain PCI slot (machine "pc") is driven directly, for a hundredth or two; any other
# disk goes through the BIOS.

	.set PM1_STS, 0x600		# where SeaBIOS puts PIIX4's and ICH9's power management block
	.set PM1_EN, 0x602
	.set PM1_CNT, 0x604
	.set PWRBTN, 1 << 8		# the same bit in PM1_STS and PM1_EN
	.set SOFT_OFF, 1 << 13		# SLP_EN with SLP_TYP 0, which QEMU takes for S5

	.set TICKS, 0x46c		# the BIOS counts its 18.2 timer interrupts a second here
	.set SECTOR, 0x8000		# sector 1 in memory
	.set STATUS, 0x8200		# where the virtio device reports on a request
	.set QUEUE, 0x9000		# its queue, in the legacy layout for 256 entries: descriptors,
	.set AVAIL, 0xa000		#   requests made,
	.set USED, 0xb000		#   requests answered; each ring is flags, index, entries
	.set READ, 0
	.set WRITE, 1

	.code16
	.globl _start
_start:	ljmp $0, $1f
1:	xorw %ax, %ax
	movw %ax, %ds
	movw %ax, %es
	movw %ax, %ss
	movw $0x7000, %sp
	cld
	sti
	movw $PM1_EN, %dx		# without this QEMU does not even latch the button
	movw $PWRBTN, %ax
	outw %ax, %dx
	call setup

beat:	rdtsc				# two ticks are 110 ms; by a chance of one in eight it is three,
	andb $7, %ah			# lest two copies go on in step and never see each other
	cmpb $1, %ah
	movw $2, %cx
	adcw $0, %cx
1:	call tick
	loop 1b
	movb $READ, %al
	call *disk
	jc beat				# a failed transfer is tried again
	movl SECTOR, %eax
	cmpl %eax, last
	je 1f
	cmpb $0, started		# at first any number will do
	je 1f
	incl SECTOR + 4
1:	incl %eax
	movl %eax, SECTOR
	movl %eax, last
	movb $1, started
2:	movb $WRITE, %al
	call *disk
	jnc beat
	call tick
	jmp 2b

# Sleep until the next timer interrupt.
tick:	movw TICKS, %bx			# others end hlt too, hence the look at the counter
1:	hlt
	cmpw TICKS, %bx
	je 1b
# Power off if the button was pressed.
button:	movw $PM1_STS, %dx
	inw %dx, %ax
	testw $PWRBTN, %ax
	jz 1f
	movw $PM1_CNT, %dx
	movw $SOFT_OFF, %ax
	outw %ax, %dx
1:	ret

# Transfer through the BIOS; carry set on failure.
bios:	movb %al, %ah			# 0x42 reads, 0x43 writes
	addb $0x42, %ah
	xorb %al, %al
	movw $packet, %si
	movb $0x80, %dl
	int $0x13
	ret

# The same through the virtio queue. All ring entries stay 0, the first descriptor.
virtio:	movb %al, request
	xorb $1, %al			# the device writes to the sector's memory when we read
	addb %al, %al
	incw %ax			# and the descriptor is chained to the next
	movb %al, QUEUE + 16 + 12
	incw AVAIL + 2
	movw port, %dx
	addw $16, %dx			# notify queue 0
	xorw %ax, %ax
	outw %ax, %dx
1:	cli				# lest the answer comes between the look and the sleep
	movw USED + 2, %ax
	cmpw AVAIL + 2, %ax
	je 2f
	sti
	hlt
	call button
	jmp 1b
2:	sti
	cmpb $1, STATUS			# a status of 0, success, sets carry here,
	cmc				# so turn it round
	ret

# The virtio device's interrupt: it only has to end hlt.
answer:	pushw %ax
	pushw %dx
	movw %cs:port, %dx
	addw $19, %dx			# reading the device's interrupt status takes the interrupt back
	inb %dx, %al
	movb $0x20, %al			# end of interrupt, to both controllers
	outb %al, $0xa0
	outb %al, $0x20
	popw %dx
	popw %ax
	iret

# Find the virtio disk, or leave the BIOS as the driver.
setup:	movw $0xb102, %ax		# PCI BIOS: find device 1af4:1001
	movw $0x1001, %cx
	movw $0x1af4, %dx
	xorw %si, %si
	int $0x1a
	jc 1f
	movw $0xb109, %ax		# read the word at 0x10: where its registers are
	movw $0x10, %di
	int $0x1a
	jc 1f
	testb $1, %cl			# not in port space: not one that we can drive
	jz 1f
	andb $0xfc, %cl
	movw %cx, port
	movw $virtio, disk

	movw $QUEUE, %di		# an empty queue with three descriptors
	xorw %ax, %ax
	movw $0x1800, %cx
	rep stosw
	movw $chain, %si
	movw $QUEUE, %di
	movw $48, %cx
	rep movsb

	movw $0xb108, %ax		# read the byte at 0x3c: its interrupt line, 10 or 11
	movw $0x3c, %di
	int $0x1a
	movzbw %cl, %si
	shlw $2, %si
	movw $answer, (0x70 - 8) * 4(%si)
	movw $0, (0x70 - 8) * 4 + 2(%si)
	subb $8, %cl			# let it through the second controller
	movb $1, %ah
	shlb %cl, %ah
	notb %ah
	inb $0xa1, %al
	andb %ah, %al
	outb %al, $0xa1

	movw port, %dx
	addw $18, %dx			# device status
	xorb %al, %al			# reset
	outb %al, %dx
	movb $3, %al			# seen, and there is a driver
	outb %al, %dx
	subw $4, %dx			# select queue 0
	xorw %ax, %ax
	outw %ax, %dx
	subw $6, %dx			# it is on this page
	movl $QUEUE >> 12, %eax
	outl %eax, %dx
	addw $10, %dx
	movb $7, %al			# go
	outb %al, %dx
1:	ret

disk:	.word bios			# the driver in use
port:	.word 0				# the virtio device's registers
last:	.long 0				# the number that we wrote
started:
	.byte 0				# whether we wrote one
packet:	.byte 16, 0			# BIOS: size of this packet, reserved
	.word 1, SECTOR, 0		# sectors, offset, segment
	.quad 1				# first sector
request:
	.long READ, 0			# virtio: what to do, priority
	.quad 1				# first sector
chain:	.long request, 0		# address, length, flags (1: continues, 2: device writes), next
	.long 16
	.word 1, 1
	.quad SECTOR
	.long 512
	.word 1, 2
	.quad STATUS
	.long 1
	.word 2, 0
	.ascii "havirt heartbeat"
	.org 510
	.word 0xaa55
