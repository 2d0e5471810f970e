//go:build goexperiment.simd

#include "textflag.h"

// BEGIN makes register p point to the row that begins at place i of the list at DI; DX points to the data.
#define BEGIN(i, p) \
	MOVQ (8*i)(DI), p \
	LEAQ (DX)(p*4), p

// ROW2 adds to the sums c and d of a row its element CX times the 32 columns in Z28 and Z29; ROW1 to c, times the 16 in Z28.
#define ROW2(p, x, c, d) \
	VBROADCASTSS (p)(CX*4), x \
	VFMADD231PS Z28, x, c \
	VFMADD231PS Z29, x, d

#define ROW1(p, x, c) \
	VBROADCASTSS (p)(CX*4), x \
	VFMADD231PS Z28, x, c

// NEXT goes from a row of the results to the next. Behind the last one it stays: rows that are missing are the last one
// again, with the same sums.
#define NEXT \
	DECQ CX \
	CMOVQEQ R8, DX \
	ADDQ DX, DI

#define LOAD(c, d) \
	VMOVUPS.Z (DI), K1, c \
	VMOVUPS.Z 64(DI), K2, d \
	NEXT

#define STORE(c, d) \
	VMOVUPS c, K1, (DI) \
	VMOVUPS d, K2, 64(DI) \
	NEXT

#define RESULTS \
	MOVQ out+64(FP), DI \
	MOVQ ldo+72(FP), DX \
	SHLQ $2, DX \
	MOVQ count+80(FP), CX \
	XORL R8, R8

// func tileProducts(data *float32, row *[8]int, offset *int, runs, run, step int, right *float32, panel int,
//	out *float32, ldo, count int, mask uint32, add bool)
TEXT ·tileProducts(SB), NOSPLIT, $0-93
	MOVL mask+88(FP), AX
	KMOVW AX, K1
	SHRL $16, AX
	KMOVW AX, K2
	VPXORQ Z0, Z0, Z0
	VPXORQ Z1, Z1, Z1
	VPXORQ Z2, Z2, Z2
	VPXORQ Z3, Z3, Z3
	VPXORQ Z4, Z4, Z4
	VPXORQ Z5, Z5, Z5
	VPXORQ Z6, Z6, Z6
	VPXORQ Z7, Z7, Z7
	VPXORQ Z8, Z8, Z8
	VPXORQ Z9, Z9, Z9
	VPXORQ Z10, Z10, Z10
	VPXORQ Z11, Z11, Z11
	VPXORQ Z12, Z12, Z12
	VPXORQ Z13, Z13, Z13
	VPXORQ Z14, Z14, Z14
	VPXORQ Z15, Z15, Z15
	CMPB add+92(FP), $0
	JEQ begin
	RESULTS
	LOAD(Z0, Z1)
	LOAD(Z2, Z3)
	LOAD(Z4, Z5)
	LOAD(Z6, Z7)
	LOAD(Z8, Z9)
	LOAD(Z10, Z11)
	LOAD(Z12, Z13)
	LOAD(Z14, Z15)
begin:
	MOVQ data+0(FP), DX
	MOVQ row+8(FP), DI
	BEGIN(0, R8)
	BEGIN(1, R9)
	BEGIN(2, R10)
	BEGIN(3, R11)
	BEGIN(4, R12)
	BEGIN(5, R13)
	BEGIN(6, AX)
	BEGIN(7, BX)
	MOVQ offset+16(FP), DI
	MOVQ right+48(FP), SI
	MOVQ runs+24(FP), R15
	CMPL mask+88(FP), $0xffff
	JLS runs1
	MOVQ panel+56(FP), R14
runs2:
	MOVQ (DI), CX
	ADDQ $8, DI
	MOVQ run+32(FP), DX
elements2:
	VMOVUPS (SI), Z28
	VMOVUPS (SI)(R14*4), Z29
	ROW2(R8, Z30, Z0, Z1)
	ROW2(R9, Z31, Z2, Z3)
	ROW2(R10, Z30, Z4, Z5)
	ROW2(R11, Z31, Z6, Z7)
	ROW2(R12, Z30, Z8, Z9)
	ROW2(R13, Z31, Z10, Z11)
	ROW2(AX, Z30, Z12, Z13)
	ROW2(BX, Z31, Z14, Z15)
	ADDQ step+40(FP), CX
	ADDQ $64, SI
	DECQ DX
	JNE elements2
	DECQ R15
	JNE runs2
	JMP end
runs1:
	MOVQ (DI), CX
	ADDQ $8, DI
	MOVQ run+32(FP), DX
elements1:
	VMOVUPS (SI), Z28
	ROW1(R8, Z30, Z0)
	ROW1(R9, Z31, Z2)
	ROW1(R10, Z30, Z4)
	ROW1(R11, Z31, Z6)
	ROW1(R12, Z30, Z8)
	ROW1(R13, Z31, Z10)
	ROW1(AX, Z30, Z12)
	ROW1(BX, Z31, Z14)
	ADDQ step+40(FP), CX
	ADDQ $64, SI
	DECQ DX
	JNE elements1
	DECQ R15
	JNE runs1
end:
	RESULTS
	STORE(Z0, Z1)
	STORE(Z2, Z3)
	STORE(Z4, Z5)
	STORE(Z6, Z7)
	STORE(Z8, Z9)
	STORE(Z10, Z11)
	STORE(Z12, Z13)
	STORE(Z14, Z15)
	VZEROUPPER
	RET
