/**
 * The numbers that loops over exponentials and logarithms use, as globals that the module exports and so cannot take for constants: V8's newer compiler makes a literal
 * vector anew from two integers wherever it stands, also in a loop, which took a quarter of the cross-entropy's time.
 */

/** 1.5 * 2^23: added to a number it rounds it to an integer, which is then in the low bits. */
export let rounding: f32 = 12582912;
export let one: f32 = 1;
export let half: f32 = 0.5;
export let logTwoHigh: f32 = 0.693359375;
export let logTwoLow: f32 = 2.1219444e-4;
export let log2OfE: f32 = 1.44269504088896341;

/** e^r by powers of r. */
export let e2: f32 = 4.9999993e-1;
export let e3: f32 = 1.666652e-1;
export let e4: f32 = 4.166839e-2;
export let e5: f32 = 8.36875e-3;
export let e6: f32 = 1.38145e-3;
/** Below it e^x is subnormal. */
export let expFloor: f32 = -87.3;

/** 2^r by powers of r. */
export let p1: f32 = 6.93147182e-1;
export let p2: f32 = 2.40226477e-1;
export let p3: f32 = 5.55033237e-2;
export let p4: f32 = 9.61842015e-3;
export let p5: f32 = 1.339896e-3;
export let p6: f32 = 1.53577734e-4;
export let powerFloor: f32 = -127;

/** (e^r - 1 - r) / r² by powers of r; the first is a half. */
export let m1: f32 = 1.66666657e-1;
export let m2: f32 = 4.16663587e-2;
export let m3: f32 = 8.33338965e-3;
export let m4: f32 = 1.39406684e-3;
export let m5: f32 = 1.9845902e-4;

/** (log(1 + z) - z + z² / 2) / z³ by powers of z. */
export let l0: f32 = 3.3333331174e-1;
export let l1: f32 = -2.4999993993e-1;
export let l2: f32 = 2.0000714765e-1;
export let l3: f32 = -1.6668057665e-1;
export let l4: f32 = 1.4249322787e-1;
export let l5: f32 = -1.2420140846e-1;
export let l6: f32 = 1.167699874e-1;
export let l7: f32 = -1.151461031e-1;
export let l8: f32 = 7.0376836292e-2;

/** 1 / n!. */
export let factorial3: f32 = 1.6666667e-1;
export let factorial4: f32 = 4.1666667e-2;
export let factorial5: f32 = 8.333333e-3;
export let factorial6: f32 = 1.3888889e-3;
export let factorial7: f32 = 1.984127e-4;
export let factorial8: f32 = 2.4801587e-5;

/** 1 / n and 2. */
export let third: f32 = 3.3333334e-1;
export let fifth: f32 = 0.2;
export let seventh: f32 = 1.4285715e-1;
export let ninth: f32 = 1.1111111e-1;
export let eleventh: f32 = 9.0909094e-2;
export let two: f32 = 2;
