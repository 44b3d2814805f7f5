/* The engine: world after world. Philox, the loop over the generals and the order of a run are
   written here by hand; every formula of the law comes from law.h, which `header.py` makes of the
   law's own Python. Each part names its counterpart in the readable engine (engine/model.py).

   No C library, no allocation, no floating-point environment: a job is a table of 64-bit words
   (layout.py), numbers first, then addresses. The same file is compiled for every processor.

   Corners that C leaves open, and why none is reached or what is done about it
   - Contraction and reordering of real numbers: -ffp-contract=off and no fast-math, so that every
     operation is the one that Python makes. x87 is never used (x86-64, aarch64 and WebAssembly have
     IEEE double arithmetic); denormals are kept, since nothing sets flush-to-zero.
   - A real number made whole: undefined beyond 64 bits. `law_whole` gives 0 there and for what is
     not a number; `word_of` and `record` bound the number first.
   - Whole numbers that overflow: the law's are weeks, places, ways and counts, far below 2^31, and
     the tally adds at most as many troops as there are. Sums of a week's observables grow by less
     than 2^63 / 10^6 a world and wrap by definition (-fwrapv). Philox is unsigned.
   - Shifts: by constants below the width, or by exponents that `law_ldexp` has bounded.
   - Not a number: which bits it has is open, so no result holds one: a state with one in it would
     be shown, not compared. Comparisons with it are false, here as in Python.
   - Division by zero is IEEE's (infinity or not a number), where Python raises: the tables' ranges
     leave no zero divisor, and the tests run the corners.
   - Aliases and alignment: records of doubles are also read as arrays of doubles
     (-fno-strict-aliasing); arrays that callers give are aligned to their elements only and are
   read element by element or copied; vectors are loaded from the engine's own 64-byte places.
   - A list is written one place beyond its end: all lists have room for it. */
#include <stdbool.h>
#include <stdint.h>
#ifdef __wasm_simd128__
#include <wasm_simd128.h>
#endif
#if defined __x86_64__ && !defined LEVEL_ONLY
#include <cpuid.h>
#endif

#define LAW static inline __attribute__((unused))
#ifdef _WIN32
#define EXPORT __attribute__((dllexport, used))
#else
#define EXPORT __attribute__((visibility("default"), used))
#endif
#define JOINED_(a, b) a##b
#define JOINED(a, b) JOINED_(a, b)
#ifndef SUFFIX /* several levels of one processor lie in one file: rs_run, rs_run_v3 ... */
#define SUFFIX
#endif

/* ---- Python's own functions, as the law uses them ---- */

/* max(a, b): the first unless the second is greater; neither fmax nor the processor's own */
LAW double law_max(double a, double b) { return b > a ? b : a; }
LAW double law_min(double a, double b) { return b < a ? b : a; }
LAW double law_sqrt(double x) { return __builtin_sqrt(x); }
LAW int64_t law_whole(double x) { return x > -9e18 && x < 9e18 ? (int64_t)x : 0; }

/* The whole number at or below x; a processor of before 2008 has no instruction for it. */
LAW double floor_of(double x) {
#if defined __x86_64__ && !defined __SSE4_1__
    if (!(x > -0x1p52 && x < 0x1p52)) return x; /* whole already, or not a number */
    const double towards_zero = (double)(int64_t)x;
    return towards_zero > x ? towards_zero - 1.0 : towards_zero;
#else
    return __builtin_floor(x);
#endif
}

LAW int64_t law_floor(double x) { return law_whole(floor_of(x)); }

LAW double of_bits(uint64_t bits) {
    double x;
    __builtin_memcpy(&x, &bits, 8);
    return x;
}

LAW uint64_t bits_of(double x) {
    uint64_t bits;
    __builtin_memcpy(&bits, &x, 8);
    return bits;
}

/* math.ldexp: one multiplication where 2^k is a normal number; beyond, steps of which only the last
   one can round */
LAW double law_ldexp(double x, int64_t k) {
    if (k >= -1022 && k <= 1023) return x * of_bits((uint64_t)(k + 1023) << 52);
    const double step =
        k > 0 ? 0x1p1023 : 0x1p-1000; /* the last but one is exact, or all is lost */
    const int64_t way = k > 0 ? 1023 : -1000;
    for (int twice = 0; twice < 2 && (k < -1022 || k > 1023); twice++, k -= way) x *= step;
    return x * of_bits((uint64_t)((k < -1022 ? -1022 : k > 1023 ? 1023 : k) + 1023) << 52);
}

/* math.frexp: zero, infinity and not a number stay what they are, with exponent 0 */
LAW double law_frexp(double x, int64_t *exponent) {
    uint64_t bits = bits_of(x);
    int64_t k = (int64_t)(bits >> 52 & 0x7ff), below = 0;
    *exponent = 0;
    if (k == 0x7ff || x == 0.0) return x;
    if (k == 0) { /* a denormal number */
        bits = bits_of(x * 0x1p64);
        k = (int64_t)(bits >> 52 & 0x7ff);
        below = 64;
    }
    *exponent = k - 1022 - below;
    return of_bits((bits & 0x800fffffffffffffu) | 0x3fe0000000000000u);
}

#include "law.h"

/* ---- room ---- */

#define EIGHT 8u /* those who trust a general are listed by eights, so that few loops end oddly */
#define SEEN 15u /* of the sum over a general's trusted peers: how many plot (four low bits) */
#define FEW 1    /* how many most generals see at most */
#define TILE 64u /* generals that are looked at together */
#define PADDED(n) (((n) + TILE - 1) / TILE * TILE)
#define INSIDE static inline __attribute__((always_inline))
/* The loops stay functions of their own: a virtual machine's compiler does badly with large ones.
 */
#define APART static __attribute__((noinline))

struct fixed {
    double rent_share, complicity, tie;
}; /* of a general, side by side */

struct corps { /* `engine.population.Population`, padded to whole tiles */
    uint32_t number;
    int64_t troops_in_all;
    double inverse_peers, most_rent, most_complicity, most_tie;
    bool usual; /* no rent share, complicity or tie is below 0, infinite or not a number */
    const int32_t *troops;
    const uint16_t *trusting; /* at most 65,000 generals: the tables allow 20,000 */
    const uint32_t *begins;
    const struct fixed *fixed;
    const float *rent_share, *complicity, *tie;
    const uint32_t *ident;
};

struct men { /* what changes from week to week; `around` adds up the codes of trusted peers */
    uint8_t *status, *around;
    int16_t *private_;
    uint32_t *lost, *words;
};

struct asked { /* the generals who are asked this week, side by side */
    uint32_t *who, *word, *changes;
    double *rent_share, *complicity, *tie, *private_, *seen, *alarmed, *against;
    uint8_t *plots, *code;
};

struct tally {
    int64_t plotting, command, purged, fled, lost;
};

INSIDE void *taken(uint8_t **at, uint64_t bytes) {
    uint8_t *here = *at;
    *at += (bytes + 63) / 64 * 64;
    return here;
}

/* Lays out the work space from `at` on, a multiple of 64; returns how many bytes it takes. */
static uint64_t lay_out(uint8_t *at, uint32_t number, uint32_t peers, uint64_t rows,
                        struct corps *corps, struct men *men, struct asked *asked, double **fired) {
    const uint64_t m = PADDED((uint64_t)number) + TILE;
    uint8_t *begin = at;
    corps->fixed = taken(&at, m * sizeof(struct fixed));
    corps->rent_share = taken(&at, 4 * m);
    corps->complicity = taken(&at, 4 * m);
    corps->tie = taken(&at, 4 * m);
    corps->ident = taken(&at, m);
    corps->begins = taken(&at, 4 * m);
    corps->trusting = taken(&at, 2 * m * (peers + EIGHT));
    men->status = taken(&at, m);
    men->around = taken(&at, m);
    men->private_ = taken(&at, 2 * m);
    men->lost = taken(&at, 4 * m);
    men->words = taken(&at, 4 * m);
    uint32_t **lists[] = {&asked->who, &asked->word, &asked->changes};
    for (int k = 0; k < 3; k++) *lists[k] = taken(&at, 4 * m);
    double **reals[] = {&asked->rent_share, &asked->complicity, &asked->tie,    &asked->private_,
                        &asked->seen,       &asked->alarmed,    &asked->against};
    for (int k = 0; k < 7; k++) *reals[k] = taken(&at, 8 * m);
    asked->plots = taken(&at, m);
    asked->code = taken(&at, m);
    *fired = taken(&at, 8 * (rows + 1));
    return (uint64_t)(at - begin);
}

/* ---- randomness: `engine.draws`, Philox4x32-10, keyed and without state ---- */

INSIDE void philox_block(const uint32_t *counter, uint64_t seed, uint32_t *out) {
    uint32_t a = counter[0], b = counter[1], c = counter[2], d = counter[3];
    uint32_t k0 = (uint32_t)seed, k1 = (uint32_t)(seed >> 32);
    for (int round = 0; round < ROUNDS; round++, k0 += WEYL_0, k1 += WEYL_1) {
        uint64_t p0 = (uint64_t)MULTIPLIER_0 * a, p1 = (uint64_t)MULTIPLIER_1 * c;
        a = (uint32_t)(p1 >> 32) ^ b ^ k0;
        b = (uint32_t)p1;
        c = (uint32_t)(p0 >> 32) ^ d ^ k1;
        d = (uint32_t)p0;
    }
    out[0] = a, out[1] = b, out[2] = c, out[3] = d;
}

struct key {
    uint32_t when, replicate, channel;
    uint64_t seed;
};

#if defined __wasm_simd128__

#define GROUPS 4 /* blocks of four words at a time */
#define AT_ONCE 1
#define LOWS(p, q) wasm_i32x4_shuffle(p, q, 0, 2, 4, 6)
#define HIGHS(p, q) wasm_i32x4_shuffle(p, q, 1, 3, 5, 7)

INSIDE void philox_groups(const uint32_t *ident, struct key key, uint32_t *words) {
    const v128_t m0 = wasm_u32x4_splat(MULTIPLIER_0), m1 = wasm_u32x4_splat(MULTIPLIER_1);
    v128_t a = wasm_v128_load(ident), b = wasm_u32x4_splat(key.when);
    v128_t c = wasm_u32x4_splat(key.replicate), d = wasm_u32x4_splat(key.channel);
    uint32_t k0 = (uint32_t)key.seed, k1 = (uint32_t)(key.seed >> 32);
#pragma clang loop unroll(full)
    for (int round = 0; round < ROUNDS; round++, k0 += WEYL_0, k1 += WEYL_1) {
        v128_t e0 = wasm_u64x2_extmul_low_u32x4(a, m0), f0 = wasm_u64x2_extmul_high_u32x4(a, m0);
        v128_t e1 = wasm_u64x2_extmul_low_u32x4(c, m1), f1 = wasm_u64x2_extmul_high_u32x4(c, m1);
        a = wasm_v128_xor(wasm_v128_xor(HIGHS(e1, f1), b), wasm_u32x4_splat(k0));
        b = LOWS(e1, f1);
        c = wasm_v128_xor(wasm_v128_xor(HIGHS(e0, f0), d), wasm_u32x4_splat(k1));
        d = LOWS(e0, f0);
    }
    v128_t ab = wasm_i32x4_shuffle(a, b, 0, 4, 1, 5), cd = wasm_i32x4_shuffle(c, d, 0, 4, 1, 5);
    v128_t ba = wasm_i32x4_shuffle(a, b, 2, 6, 3, 7), dc = wasm_i32x4_shuffle(c, d, 2, 6, 3, 7);
    wasm_v128_store(words, wasm_i64x2_shuffle(ab, cd, 0, 2));
    wasm_v128_store(words + 4, wasm_i64x2_shuffle(ab, cd, 1, 3));
    wasm_v128_store(words + 8, wasm_i64x2_shuffle(ba, dc, 0, 2));
    wasm_v128_store(words + 12, wasm_i64x2_shuffle(ba, dc, 1, 3));
}

#else /* a word in the low half of each 64-bit lane; upper halves mean nothing until the end */

#if defined __AVX512F__
#define GROUPS 8
#define FIRST_HALF 0, 8, 1, 9, 2, 10, 3, 11
#define OTHER_HALF 4, 12, 5, 13, 6, 14, 7, 15
#elif defined __AVX2__
#define GROUPS 4
#define FIRST_HALF 0, 4, 1, 5
#define OTHER_HALF 2, 6, 3, 7
#else
#define GROUPS 2
#define FIRST_HALF 0, 2
#define OTHER_HALF 1, 3
#endif
typedef uint64_t words64 __attribute__((vector_size(8 * GROUPS)));
typedef uint32_t words32 __attribute__((vector_size(4 * GROUPS)));

#define AT_ONCE 2 /* vectors whose rounds take turns: one waits for its products, the other goes on */

INSIDE void words_out(words64 a, words64 b, words64 c, words64 d, uint32_t *words) {
    const words64 low = (words64){} + 0xffffffffu;
    const words64 ab = (a & low) | b << 32, cd = (c & low) | d << 32;
    const words64 one = __builtin_shufflevector(ab, cd, FIRST_HALF);
    const words64 two = __builtin_shufflevector(ab, cd, OTHER_HALF);
    __builtin_memcpy(words, &one, sizeof one);
    __builtin_memcpy(words + 2 * GROUPS, &two, sizeof two);
}

INSIDE void philox_groups(const uint32_t *ident, struct key key, uint32_t *words) {
    const words64 low = (words64){} + 0xffffffffu;
    words64 a[AT_ONCE], b[AT_ONCE], c[AT_ONCE], d[AT_ONCE], p0[AT_ONCE], p1[AT_ONCE];
    for (int k = 0; k < AT_ONCE; k++) {
        words32 first;
        __builtin_memcpy(&first, ident + k * GROUPS, sizeof first);
        a[k] = __builtin_convertvector(first, words64);
        b[k] = (words64){} + key.when;
        c[k] = (words64){} + key.replicate;
        d[k] = (words64){} + key.channel;
    }
    uint32_t k0 = (uint32_t)key.seed, k1 = (uint32_t)(key.seed >> 32);
#pragma clang loop unroll(full)
    for (int round = 0; round < ROUNDS; round++, k0 += WEYL_0, k1 += WEYL_1) {
        for (int k = 0; k < AT_ONCE; k++) p0[k] = (a[k] & low) * MULTIPLIER_0;
        for (int k = 0; k < AT_ONCE; k++) p1[k] = (c[k] & low) * MULTIPLIER_1;
        for (int k = 0; k < AT_ONCE; k++) {
            a[k] = (p1[k] >> 32) ^ b[k] ^ k0;
            b[k] = p1[k];
            c[k] = (p0[k] >> 32) ^ d[k] ^ k1;
            d[k] = p0[k];
        }
    }
    for (int k = 0; k < AT_ONCE; k++)
        words_out(a[k], b[k], c[k], d[k], words + 4 * k * GROUPS);
}

#endif

/* draws.words: four words for each of `groups` blocks, whole vectors of them */
APART void philox_words(const uint32_t *ident, uint32_t groups, struct key key, uint32_t *words) {
    for (uint32_t g = 0; g < groups; g += AT_ONCE * GROUPS)
        philox_groups(ident + g, key, words + 4 * g);
}

LAW double uniform_of(uint32_t word) { return ((double)word + 0.5) * UNIT; }

/* draws.week_uniforms */
APART void draw_week(uint32_t when, uint32_t replicate, uint64_t seed, double *u) {
    _Static_assert(WEEK_LENGTH % (4 * AT_ONCE * GROUPS) == 0, "whole groups of blocks");
    _Static_assert(TILE % (4 * AT_ONCE * GROUPS) == 0, "whole groups of blocks");
    uint32_t ident[WEEK_LENGTH / 4], words[WEEK_LENGTH];
    for (uint32_t k = 0; k < WEEK_LENGTH / 4; k++) ident[k] = k;
    philox_words(ident, WEEK_LENGTH / 4, (struct key){when, replicate, CHANNEL_WEEK, seed}, words);
    for (uint32_t k = 0; k < WEEK_LENGTH; k++) u[k] = uniform_of(words[k]);
}

/* draws.private_loyalties */
static void private_start(const struct corps *corps, uint32_t replicate, uint64_t seed,
                          int16_t *private_) {
    uint32_t first[TILE], second[TILE];
    for (uint32_t i = 0; i < corps->number; i += TILE) {
        const uint32_t *ident = corps->ident + i / 4;
        philox_words(ident, TILE / 4, (struct key){0, replicate, CHANNEL_PRIVATE, seed}, first);
        philox_words(ident, TILE / 4, (struct key){1, replicate, CHANNEL_PRIVATE, seed}, second);
        for (uint32_t j = 0; j < TILE; j++) {
            const uint32_t a = first[j], b = second[j];
            const uint32_t four =
                (a & 0x3fff) + (a >> 16 & 0x3fff) + (b & 0x3fff) + (b >> 16 & 0x3fff);
            private_[i + j] = (int16_t)((int32_t)four - PRIVATE_CENTRE);
        }
    }
}

/* ---- the generals' week: `RegimeModel.generals_week`, `General.consider`, `General.act` ---- */

/* Whom to ask. Everybody whom the law would change must be asked; asking others is only slow.

   Let w be a general's word and u = (w + 1/2) / 2^32 his uniform, exact in a double. By
   `general.fate` (1) a plotter may change only if u < rate or u >= stays; (2) another may change
   only if u < rate and u (1 + a) < rate, where a = `answer`, the odds against. `under`, `rarely`
   and `beyond` are bounds of the word: u < rate implies w <= floor(rate 2^32), and u >= stays
   implies w >= floor(stays 2^32) - 1; `word_of` gives these floors, moved into the words, and two
   words are added or taken to be safe.

   (3) So it is right to ask whoever has w <= under, and plotters with w >= beyond. To ask fewer,
   let `odds` be a number that is surely not above a for a certain man; then by (2) he may change
   only if u (1 + odds) < rate. Rounding keeps the order of numbers, so the rounded product is below
   rate only if the exact one is below rate (1 + 2^-51), hence only if w <= floor(2^32 rate / (1 +
   odds)) + 1.

   (4) `odds` is the least of the law's own odds at loyalty `steadfast` and no alarm over 0 ... FEW
   plotting peers. It holds for a man who sees FEW plotters or less, whose loyalty is at least
   `steadfast` and who sees any alarm, because `answer` is made of operations that keep the order of
   numbers, rounded or not: beta (b (prize + cost) - cost - alarm - loyal) does not rise with
   loyalty nor with alarm where beta >= 0 and the weight of alarm >= 0, and the odds do not fall as
   it falls. Nothing is supposed of the sign of prize + cost, for each belief is tried by itself. If
   beta or the weight is below 0 or not a number, everybody under `rate` is asked. Which number
   `steadfast` is only decides how many are asked; it stands near odds of six against.

   (5) Loyalty is first judged at half the width: `near` is the law's own formula in floats. With
   e = 2^-24, every input is within e of its number and every operation adds e; the quotient
   k_rent r / (r + half) of numbers not below 0 is within 11 e of itself, each product within 3 e,
   the four sums add 4 e of all magnitudes, so |near - loyal| <= 16 e S with S the sum of the
   magnitudes. `firm` is steadfast + 64 e S + 2^-80, rounded up: near >= firm proves loyal >=
   steadfast; the 2^-80 covers what underflows, for half >= 2^-60. Where the rents are below 0, half
   is smaller, or anything is too large for this count, everybody under `rate` is asked, by (3). A
   comparison that is not a number counts as not firm. */
struct bounds {
    uint32_t under, rarely, beyond;
    float firm;
};

/* The word of this uniform or the one below it; the last word for what is not a number. */
LAW uint32_t word_of(double uniform) {
    const double word = floor_of(uniform * 4294967296.0);
    return word < 4294967295.0 ? (word > 0.0 ? (uint32_t)word : 0) : 4294967295u;
}

LAW double size(double x) { return x < 0.0 ? -x : x; }

static struct bounds whom_to_ask(const struct corps *corps, const double *t) {
    const double rate = t[TERM_RATE], stays = word_of(t[TERM_STAYS]), cost = t[TERM_COST];
    const double prize = t[TERM_PRIZE], beta = t[TERM_BETA];
    struct bounds b = {law_min(word_of(rate) + 2.0, 4294967295.0), 0,
                       t[TERM_STAYS] > 0.0 && stays > 2.0 ? stays - 2.0 : 0.0, 0.0f};
    double belief[FEW + 1], keen = -0x1p100, odds = 0x1p100;
    for (int k = 0; k <= FEW; k++) {
        belief[k] = plotting_belief(k * corps->inverse_peers, t[TERM_GAIN], t[TERM_SIGNAL]);
        keen = law_max(keen, belief[k] * (prize + cost));
    }
    const double steadfast = keen - cost + WILL / beta; /* at odds of six against, or nearly */
    for (int k = 0; k <= FEW; k++)
        odds = law_min(odds, plotting_response(belief[k], steadfast, 0.0, prize, cost, beta));
    const double magnitudes = size(t[TERM_K_RENT])
                              + size(t[TERM_K_COMPLICITY]) * corps->most_complicity
                              + size(t[TERM_K_TIE]) * corps->most_tie + size(t[TERM_COMMON])
                              + size(t[TERM_SPREAD]) * 32768.0;
    const double firm = steadfast + magnitudes * 0x1p-18 + 0x1p-80;
    b.firm = (float)(firm + size(firm) * 0x1p-20);
    const bool counted = corps->usual && t[TERM_RENT] >= 0.0 && t[TERM_HALF] >= 0x1p-60
                         && t[TERM_RENT] * corps->most_rent <= 0x1p60 && t[TERM_HALF] <= 0x1p60
                         && magnitudes <= 0x1p60 && size(firm) <= 0x1p60;
    const bool ordered = beta >= 0.0 && t[TERM_ALARM] >= 0.0;
    const double fewer = law_min(word_of(rate / (1.0 + odds)) + 2.0, 4294967295.0);
    b.rarely = counted && ordered && fewer < b.under ? (uint32_t)fewer : b.under;
    return b;
}

/* Which of sixteen lanes hold: their comparison's bits. */
typedef uint32_t words16 __attribute__((vector_size(64)));
typedef int32_t holds16 __attribute__((vector_size(64)));
typedef float floats16 __attribute__((vector_size(64)));
typedef uint8_t bytes16 __attribute__((vector_size(16)));
typedef bool lanes16 __attribute__((ext_vector_type(16)));

INSIDE uint32_t bits_of_lanes(holds16 holds) {
#ifdef __wasm_simd128__
    v128_t four[4];
    __builtin_memcpy(four, &holds, 64);
    const v128_t low = wasm_i16x8_narrow_i32x4(four[0], four[1]);
    return wasm_i8x16_bitmask(
        wasm_i8x16_narrow_i16x8(low, wasm_i16x8_narrow_i32x4(four[2], four[3])));
#else
    const lanes16 lanes = __builtin_convertvector(holds, lanes16);
    uint16_t bits;
    __builtin_memcpy(&bits, &lanes, 2);
    return bits;
#endif
}

INSIDE holds16 widened(const uint8_t *bytes) {
    bytes16 narrow;
    __builtin_memcpy(&narrow, bytes, 16);
    return __builtin_convertvector(narrow, holds16);
}

/* Which of the 64 generals from `i` on are asked, as bits. */
APART uint64_t asked_of_tile(const struct corps *corps, const struct men *men, const double *t,
                             const uint32_t *restrict words, struct bounds b, uint32_t i) {
    float near[TILE] __attribute__((aligned(64)));
    const float *restrict rent_share = corps->rent_share + i, *restrict tie = corps->tie + i;
    const float *restrict complicity = corps->complicity + i;
    const int16_t *restrict private_ = men->private_ + i;
    const float rent = (float)t[TERM_RENT], k_rent = (float)t[TERM_K_RENT],
                half = (float)t[TERM_HALF];
    const float binds = (float)t[TERM_K_COMPLICITY], k_tie = (float)t[TERM_K_TIE];
    const float common = (float)t[TERM_COMMON], spread = (float)t[TERM_SPREAD];
    for (uint32_t j = 0; j < TILE; j++)
        near[j] =
            loyalty_loyalty_narrow(rent * rent_share[j], complicity[j], tie[j], (float)private_[j],
                                   k_rent, half, binds, k_tie, common, spread);
    const words16 under = (words16){} + b.under, rarely = (words16){} + b.rarely;
    const words16 beyond = (words16){} + b.beyond;
    const floats16 firm = (floats16){} + b.firm;
    uint64_t bits = 0;
    for (uint32_t j = 0; j < TILE; j += 16) {
        words16 word;
        floats16 loyal;
        __builtin_memcpy(&word, words + i + j, 64);
        __builtin_memcpy(&loyal, near + j, 64);
        const holds16 plots = (widened(men->status + i + j) & PLOTTING) != 0;
        const holds16 many_in = (widened(men->around + i + j) & (int32_t)SEEN) > FEW;
        const holds16 soft = ~(loyal >= firm) | many_in | plots;
        const holds16 may =
            (word <= rarely) | ((word <= under) & soft) | ((word >= beyond) & plots);
        bits |= (uint64_t)bits_of_lanes(may) << j;
    }
    const uint32_t left = corps->number - i;
    return left < TILE ? bits & ((UINT64_C(1) << left) - 1) : bits;
}

/* Lists those who are asked, by the words that have been drawn; returns how many. */
static uint32_t listed(const struct corps *corps, const struct men *men, const double *t,
                       struct asked *asked) {
    const struct bounds bounds = whom_to_ask(corps, t);
    const uint32_t *restrict words = men->words;
    uint32_t *restrict who = asked->who, *restrict word = asked->word, many = 0;
    for (uint32_t i = 0; i < corps->number; i += TILE) {
        uint64_t bits = asked_of_tile(corps, men, t, words, bounds, i);
        for (; bits; bits &= bits - 1, many++) {
            who[many] = i + (uint32_t)__builtin_ctzll(bits);
            word[many] = words[who[many]];
        }
    }
    return many;
}

/* What the generals who are asked are and see, side by side: `General.consider`, first half. */
APART void look_around(const struct corps *corps, const struct men *men, struct asked *asked,
                       uint32_t many) {
    const double inverse = corps->inverse_peers;
    const struct fixed *restrict fixed = corps->fixed;
    const uint8_t *restrict status = men->status, *restrict around = men->around;
    const int16_t *restrict loyal = men->private_;
    const uint32_t *restrict who = asked->who;
    double *restrict rent_share = asked->rent_share, *restrict complicity = asked->complicity;
    double *restrict tie = asked->tie, *restrict private_ = asked->private_;
    double *restrict seen = asked->seen, *restrict alarmed = asked->alarmed;
    uint8_t *restrict plots = asked->plots;
#pragma clang loop vectorize(disable)
    for (uint32_t k = 0; k < many; k++) {
        const uint32_t i = who[k];
        rent_share[k] = fixed[i].rent_share;
        complicity[k] = fixed[i].complicity;
        tie[k] = fixed[i].tie;
        private_[k] = (double)loyal[i];
        seen[k] = (double)(int32_t)(around[i] & SEEN) * inverse;
        alarmed[k] = (double)(int32_t)(around[i] >> 4) * (0.5 * inverse);
        plots[k] = status[i] & PLOTTING;
    }
}

/* What they answer: `General.consider`, second half, by the law alone. */
APART void answers(const double *t, struct asked *asked, uint32_t many) {
    const double *restrict rent_share = asked->rent_share, *restrict complicity = asked->complicity;
    const double *restrict tie = asked->tie, *restrict private_ = asked->private_;
    const double *restrict seen = asked->seen, *restrict alarmed = asked->alarmed;
    const uint8_t *restrict plots = asked->plots;
    const uint32_t *restrict word = asked->word;
    double *restrict against = asked->against;
    uint8_t *restrict code = asked->code;
    for (uint32_t k = 0; k < many; k++)
        against[k] = general_answer(seen[k], alarmed[k], rent_share[k], complicity[k], tie[k],
                                    private_[k], t[TERM_RENT], t[TERM_K_RENT], t[TERM_HALF],
                                    t[TERM_K_COMPLICITY], t[TERM_K_TIE], t[TERM_COMMON],
                                    t[TERM_SPREAD], t[TERM_GAIN], t[TERM_SIGNAL], t[TERM_PRIZE],
                                    t[TERM_COST], t[TERM_ALARM], t[TERM_BETA]);
    for (uint32_t k = 0; k < many; k++)
        code[k] =
            (uint8_t)(int32_t)general_fate(uniform_of(word[k]), (double)(int32_t)plots[k],
                                           against[k], t[TERM_RATE], t[TERM_KEPT], t[TERM_STAYS]);
}

/* Lets general `i` have this status code from now on, before the eyes of those who trust him. */
INSIDE void turn(const struct corps *corps, uint8_t *restrict status, uint8_t *restrict around,
                 uint32_t i, uint8_t now) {
    const uint32_t *restrict begins = corps->begins, end = begins[i + 1];
    const uint16_t *restrict trusting = corps->trusting;
    const uint8_t step = (uint8_t)(now - status[i]);
    status[i] = now;
    for (uint32_t k = begins[i]; k < end; k += EIGHT)
        for (uint32_t j = 0; j < EIGHT; j++) around[trusting[k + j]] += step;
}

/* All answers take effect at once, after last week's losses are forgotten: `General.act`, and the
   counts of `RegimeModel.rest_of_week`. Where a man is lost, the next one is promoted into his
   place. */
APART void take_effect(const struct corps *corps, const struct men *men, const struct asked *asked,
                       uint32_t many, struct tally *tally) {
    uint8_t *restrict status = men->status, *restrict around = men->around;
    uint32_t *restrict lost = men->lost, *restrict changes = asked->changes, changed = 0;
    const uint8_t *restrict plots = asked->plots, *restrict code = asked->code;
    const uint32_t *restrict who = asked->who;
    for (int64_t k = 0; k < tally->lost; k++) turn(corps, status, around, lost[k], 0);
    struct tally now = {tally->plotting, tally->command, 0, 0, 0};
    for (uint32_t k = 0; k < many; k++) {
        changes[changed] = k;
        changed += code[k] != plots[k];
    }
    for (uint32_t c = 0; c < changed; c++) {
        const uint32_t k = changes[c], i = who[k];
        const int64_t step = (code[k] & PLOTTING) - plots[k];
        turn(corps, status, around, i, code[k]);
        now.plotting += step;
        now.command += step * corps->troops[i];
        if (code[k] >= FLED) {
            men->private_[i] = (int16_t)counterintelligence_promoted((double)men->private_[i]);
            *(code[k] >= PURGED ? &now.purged : &now.fled) += 1;
            lost[now.lost++] = i;
        }
    }
    *tally = now;
}

static void generals_week(const struct corps *corps, const struct men *men, const double *terms,
                          struct key key, struct asked *asked, struct tally *tally) {
    double t[TERMS];
    for (int k = 0; k < TERMS; k++) t[k] = terms[k];
    t[TERM_SPREAD] = t[TERM_SPREAD] * PRIVATE_SCALE;
    philox_words(corps->ident, PADDED(corps->number) / 4, key, men->words);
    const uint32_t many = listed(corps, men, t, asked);
    look_around(corps, men, asked, many);
    answers(t, asked, many);
    take_effect(corps, men, asked, many, tally);
}

/* ---- the world's week ---- */

/* Step 1: `RegimeModel._apply_events` and the `listen` of patrons, principals and units. */
static void inputs_of_week(int64_t when, const double *base, struct events *events, double *fired,
                           const double *seen, double *inputs, struct world *world) {
    double own[INPUTS];
    for (int k = 0; k < INPUTS; k++) inputs[k] = base[k];
    for (int k = 0; k < STOCKS && when > 0; k++)
        inputs[STOCK_AT[k]] = ((const double *)world)[STOCK_IS[k]];
    events_apply(when, events, fired, seen, base + INPUTS, own, inputs);
    for (int k = 0; k < PATRONS; k++) {
        double *patron = (double *)&world->patrons[k]; /* support, then the gifts */
        patron[0] = inputs[SUPPORT_AT + k];
        for (int gift = 0; gift < GIVES; gift++)
            patron[1 + gift] = inputs[GIVES_AT + GIVES * k + gift];
    }
    for (int k = 0; k < PRINCIPALS; k++)
        for (int i = 0; i < HELD; i++)
            ((double *)&world->principals[k])[i] = inputs[HOLDS_AT + HELD * k + i];
    for (int k = 0; k < UNITS; k++)
        for (int i = 0; i < HAS; i++)
            ((double *)&world->units[k])[i] = inputs[UNITS_AT + HAS * k + i];
}

struct weekly {
    const double *low;
    int64_t *counts, *sums, *bins, weeks, size;
    double scale[OBSERVED]; /* bins a unit */
};

/* `model.observe`: the weekly variables from the flat state. */
LAW void observe(const struct world *world, double *restrict seen) {
    for (int k = 0; k < OBSERVED; k++) {
        const double value = ((const double *)world)[OBSERVED_AT[k]];
        seen[k] = OBSERVED_LOG[k] ? arithmetic_log(1.0 + value) : value;
    }
}

/* `model._record`: whole numbers, so that the order of worlds does not matter. */
APART void record(const double *restrict seen, const struct weekly *w, int64_t when) {
    if (w->size == 0) return; /* nobody reads them */
    int32_t place[OBSERVED];
    const double last = (double)(w->size - 1);
    for (int k = 0; k < OBSERVED; k++) {
        double at = (seen[k] - w->low[k]) * w->scale[k];
        at = at > 0.0 ? at : 0.0;
        place[k] = (int32_t)(at < last ? at : last);
    }
    w->counts[when] += 1;
    for (int k = 0; k < OBSERVED; k++) {
        w->sums[k * w->weeks + when] += law_floor(seen[k] * FIXED_POINT);
        w->bins[(k * w->weeks + when) * w->size + place[k]] += 1;
    }
}

struct trace {
    double *state, *inputs;
    uint8_t *status;
    int16_t *private_;
};

static void keep_trace(const struct trace *to, int64_t row, const struct world *world,
                       const double *inputs, const struct men *men, uint32_t number) {
    for (int k = 0; k < STATE; k++) to->state[row * STATE + k] = ((const double *)world)[k];
    for (int k = 0; k < INPUTS; k++) to->inputs[row * INPUTS + k] = inputs[k];
    for (uint32_t i = 0; i < number; i++) to->status[row * number + i] = men->status[i];
    for (uint32_t i = 0; i < number; i++) to->private_[row * number + i] = men->private_[i];
}

/* ---- a run ---- */

#define AT(type, place) ((type *)(uintptr_t)job[place])

/* Who trusts each general, by eights; a list is filled up with places beyond the last general,
   whose `around` nobody reads. */
static void trust_by_eights(const uint64_t *job, struct corps *corps) {
    const uint32_t *from = AT(uint32_t, RUN_TRUSTING), *begins = AT(uint32_t, RUN_BEGINS);
    uint16_t *to = (uint16_t *)corps->trusting;
    uint32_t *own = (uint32_t *)corps->begins, at = 0;
    for (uint32_t i = 0; i < corps->number; i++) {
        own[i] = at;
        for (uint32_t k = begins[i]; k < begins[i + 1]; k++) to[at++] = (uint16_t)from[k];
        for (; at % EIGHT; at++) to[at] = (uint16_t)(PADDED(corps->number) + at % EIGHT);
    }
    own[corps->number] = at;
}

static void corps_of(const uint64_t *job, struct corps *corps) {
    const uint32_t number = (uint32_t)job[RUN_GENERALS], padded = PADDED(number) + TILE;
    const double *rent = AT(double, RUN_RENT_SHARE), *binds = AT(double, RUN_COMPLICITY);
    const double *tie = AT(double, RUN_TIE);
    corps->number = number;
    corps->inverse_peers = 1.0 / (double)job[RUN_PEERS];
    corps->troops = AT(int32_t, RUN_TROOPS);
    corps->troops_in_all = 0;
    corps->most_rent = corps->most_complicity = corps->most_tie = 0.0;
    corps->usual = true;
    for (uint32_t i = 0; i < padded; i++) {
        const bool is = i < number;
        const struct fixed one = {is ? rent[i] : 0.0, is ? binds[i] : 0.0, is ? tie[i] : 0.0};
        corps->troops_in_all += is ? corps->troops[i] : 0;
        corps->most_rent = law_max(corps->most_rent, one.rent_share);
        corps->most_complicity = law_max(corps->most_complicity, one.complicity);
        corps->most_tie = law_max(corps->most_tie, one.tie);
        corps->usual &= one.rent_share >= 0.0 && one.complicity >= 0.0 && one.tie >= 0.0
                        && one.rent_share <= 0x1p60 && one.complicity <= 0x1p60
                        && one.tie <= 0x1p60;
        ((struct fixed *)corps->fixed)[i] = one;
        ((float *)corps->rent_share)[i] = (float)one.rent_share;
        ((float *)corps->complicity)[i] = (float)one.complicity;
        ((float *)corps->tie)[i] = (float)one.tie;
    }
    trust_by_eights(job, corps);
    for (uint32_t g = 0; g < padded / 4; g++)
        ((uint32_t *)corps->ident)[g] =
            g < (number + 3) / 4 ? (uint32_t)AT(int32_t, RUN_IDENT)[g] : 0;
}

#ifndef LEVEL_ONLY
/* Bytes of work space, wherever it begins, for so many generals, peers and rows of events. */
EXPORT uint64_t rs_work(uint32_t number, uint32_t peers, uint32_t rows) {
    struct corps corps;
    struct men men;
    struct asked asked;
    double *fired;
    return 64
           + lay_out((uint8_t *)(uintptr_t)64, number, peers, rows, &corps, &men, &asked, &fired);
}
#endif

struct run { /* one job, made ready */
    struct corps corps;
    struct men men;
    struct asked asked;
    struct events events;
    struct weekly weekly;
    struct trace trace;
    struct tally tally;
    struct world world;
    int64_t horizon;
    uint64_t seed;
    const double *began;
    double *fired;
    double inputs[INPUTS], seen[OBSERVED], u[WEEK_LENGTH];
};

static void made_ready(const uint64_t *job, struct run *run) {
    uint8_t *work = (uint8_t *)(((uintptr_t)job[RUN_WORK] + 63) / 64 * 64);
    lay_out(work, (uint32_t)job[RUN_GENERALS], (uint32_t)job[RUN_PEERS], job[RUN_ROWS], &run->corps,
            &run->men, &run->asked, &run->fired);
    corps_of(job, &run->corps);
    run->events = (struct events){
        (int64_t)job[RUN_ROWS],    AT(int64_t, RUN_TARGET), AT(double, RUN_VALUE),
        AT(double, RUN_SHARE),     AT(double, RUN_OVER),    AT(double, RUN_LASTS),
        AT(int64_t, RUN_VARIABLE), AT(bool, RUN_ABOVE),     AT(double, RUN_THRESHOLD),
        AT(int64_t, RUN_HOW),      AT(int64_t, RUN_PLACE),  AT(double, RUN_LEAST),
        AT(double, RUN_MOST),      AT(bool, RUN_STOCK)};
    struct weekly *weekly = &run->weekly;
    weekly->low = AT(double, RUN_LOW);
    weekly->counts = AT(int64_t, RUN_COUNTS);
    weekly->sums = AT(int64_t, RUN_SUMS);
    weekly->bins = AT(int64_t, RUN_BINS);
    weekly->weeks = (int64_t)job[RUN_HORIZON] + 1;
    weekly->size = (int64_t)job[RUN_BIN_COUNT];
    for (int k = 0; k < OBSERVED; k++)
        weekly->scale[k] = (double)weekly->size / (AT(double, RUN_HIGH)[k] - weekly->low[k]);
    run->trace = (struct trace){AT(double, RUN_TRACE_STATE), AT(double, RUN_TRACE_INPUTS),
                                AT(uint8_t, RUN_TRACE_STATUS), AT(int16_t, RUN_TRACE_PRIVATE)};
    run->horizon = (int64_t)job[RUN_HORIZON];
    run->seed = job[RUN_SEED];
    run->began = AT(double, RUN_WEEK);
}

/* Week 0: `RegimeModel._start`. */
static void start_world(struct run *run, uint32_t replicate, const double *x,
                        struct structural *p) {
    struct men *men = &run->men;
    private_start(&run->corps, replicate, run->seed, men->private_);
    for (uint32_t i = 0; i < PADDED(run->corps.number); i++) men->status[i] = men->around[i] = 0;
    for (int k = 0; k < STATE; k++) ((double *)&run->world)[k] = 0.0;
    for (int64_t k = 0; k < run->events.rows; k++) run->fired[k] = run->began[k];
    run->tally = (struct tally){0, 0, 0, 0, 0};
    draw_week(0, replicate, run->seed, run->u);
    inputs_of_week(0, x, &run->events, run->fired, run->seen, run->inputs, &run->world);
    week_start(&run->world, (struct inputs *)run->inputs, p, run->u);
    observe(&run->world, run->seen);
    record(run->seen, &run->weekly, 0);
}

/* One week: `RegimeModel.step`. */
APART void one_week(struct run *run, uint32_t replicate, int64_t when, const double *x,
                    struct structural *p, double *chances, int16_t *ledger) {
    const struct tally *tally = &run->tally;
    struct world *world = &run->world;
    struct inputs *inputs = (struct inputs *)run->inputs;
    const double number = (double)run->corps.number, troops = (double)run->corps.troops_in_all;
    double terms[TERMS];
    draw_week((uint32_t)when, replicate, run->seed, run->u);
    inputs_of_week(when, x, &run->events, run->fired, run->seen, run->inputs, world);
    week_before_generals(world, inputs, p, run->u, terms);
    const struct key key = {(uint32_t)when, replicate, CHANNEL_GENERAL, run->seed};
    generals_week(&run->corps, &run->men, terms, key, &run->asked, &run->tally);
    const int64_t way = week_after_generals(
        world, inputs, p, run->u, (double)tally->plotting / number, (double)tally->command / troops,
        (double)tally->purged / number, (double)tally->fled / number);
    if (chances && ledger[LEADER_WEEK] == 0) exits_weigh(&world->exits, chances);
    ledger_settle(world, way, when, p, ledger);
    observe(world, run->seen);
    if (ledger[LEADER_WEEK] == 0) record(run->seen, &run->weekly, when);
}

/* Runs the worlds of a job: `model.run_block`. Returns how many are done: all, or fewer if `stop`
   was set meanwhile (it is looked at before each world). */
EXPORT uint64_t JOINED(rs_run, SUFFIX)(const uint64_t *job) {
    struct run run;
    made_ready(job, &run);
    const volatile uint32_t *stop = AT(uint32_t, RUN_STOP);
    const uint64_t every = job[RUN_EVERY], first = job[RUN_FIRST];
    for (uint64_t row = 0; row < job[RUN_WORLDS]; row++) {
        if (stop && *stop) return row;
        const uint32_t replicate = (uint32_t)(first + row);
        const uint64_t drawn = (first + row) / every - first / every;
        const double *x = AT(double, RUN_X) + drawn * ROW;
        struct structural *p = AT(struct structural, RUN_P) + drawn;
        int16_t *ledger = AT(int16_t, RUN_LEDGER) + row * LEDGER;
        double *chances = job[RUN_WEIGHED] ? AT(double, RUN_CHANCES) + EXITS * row : 0;
        start_world(&run, replicate, x, p);
        for (int64_t when = 1; when <= run.horizon; when++) {
            one_week(&run, replicate, when, x, p, chances, ledger);
            if (row == job[RUN_TRACED])
                keep_trace(&run.trace, when - 1, &run.world, run.inputs, &run.men,
                           run.corps.number);
            if (ledger[REGIME_FATE] == 2) break;
        }
        ledger_close(&run.world.regime, p, ledger);
    }
    return job[RUN_WORLDS];
}

/* ---- draws of the priors: `engine.worlds._drawn` ---- */

#ifndef LEVEL_ONLY

/* draws.prior_uniforms: 53 bits of two words */
LAW double prior_uniform(uint32_t key, uint32_t draw, uint64_t seed) {
    uint32_t words[4];
    philox_block((const uint32_t[4]){key, 0, draw, CHANNEL_PRIOR}, seed, words);
    const double high = (double)(words[0] >> 5), low = (double)(words[1] >> 6);
    return (high * 67108864.0 + low + 0.5) / 9007199254740992.0;
}

/* One uncertain number in one draw. */
static double uncertain_value(const uint64_t *job, uint64_t k, uint32_t draw) {
    const double *table = AT(double, DRAW_TABLES) + AT(int64_t, DRAW_GRID)[k];
    const double uniform = prior_uniform(AT(uint32_t, DRAW_KEYS)[k], draw, job[DRAW_SEED]);
    const double u =
        quantiles_inside(uniform, AT(double, DRAW_LOW_SHARE)[k], AT(double, DRAW_HIGH_SHARE)[k]);
    const double value = quantiles_quantile(AT(int64_t, DRAW_FAMILY)[k], u, AT(double, DRAW_A)[k],
                                            AT(double, DRAW_B)[k], AT(double, DRAW_C)[k],
                                            AT(double, DRAW_D)[k], table);
    return quantiles_bounded(value, AT(double, DRAW_LOW)[k], AT(double, DRAW_HIGH)[k]);
}

EXPORT void rs_draw(const uint64_t *job) {
    for (uint64_t row = 0; row < job[DRAW_DRAWS]; row++) {
        const uint32_t draw = (uint32_t)(job[DRAW_FIRST_DRAW] + row);
        double *x = AT(double, DRAW_X) + row * ROW, *p = AT(double, DRAW_P) + row * STRUCTURAL;
        for (int k = 0; k < ROW; k++) x[k] = AT(double, DRAW_BASE_X)[k];
        for (int k = 0; k < STRUCTURAL; k++) p[k] = AT(double, DRAW_BASE_P)[k];
        if (job[DRAW_JOINT_ROWS]) {
            const double uniform = prior_uniform((uint32_t)job[DRAW_KEY], draw, job[DRAW_SEED]);
            const int64_t which = law_floor(uniform * (double)job[DRAW_JOINT_ROWS]);
            const double *from = AT(double, DRAW_JOINT) + which * (int64_t)job[DRAW_JOINT_COLUMNS];
            for (uint64_t c = 0; c < job[DRAW_JOINT_COLUMNS]; c++)
                p[AT(int64_t, DRAW_COLUMNS)[c]] = from[c];
        }
        for (uint64_t k = 0; k < job[DRAW_UNCERTAIN]; k++) {
            const double value = uncertain_value(job, k, draw);
            double *vector = AT(bool, DRAW_STRUCTURAL)[k] ? p : x;
            const int64_t *begins = AT(int64_t, DRAW_BEGINS);
            for (int64_t to = begins[k]; to < begins[k + 1]; to++)
                vector[AT(int64_t, DRAW_INDEX)[to]] =
                    AT(bool, DRAW_MOVED)[to]
                        ? quantiles_lever_part(value, AT(double, DRAW_AT_ZERO)[to],
                                               AT(double, DRAW_AT_ONE)[to],
                                               AT(double, DRAW_START)[to], AT(double, DRAW_END)[to])
                        : value;
        }
    }
}

/* ---- for callers that cannot lend their arrays ---- */

#ifdef __wasm__
/* Moves what is not zero out of `bins` into pairs of place and count; returns how many pairs. A
   block of worlds fills few of the bins, and copying them all would take as long as the block. */
EXPORT uint64_t rs_moved_out(int64_t *bins, uint64_t size, uint32_t *pairs) {
    uint32_t many = 0;
    for (uint64_t k = 0; k < size; k++) {
        if (!bins[k]) continue;
        pairs[2 * many] = (uint32_t)k;
        pairs[2 * many + 1] = (uint32_t)bins[k];
        bins[k] = 0;
        many++;
    }
    return many;
}
#endif

/* ---- what the module says of itself ---- */

EXPORT const char rs_about[] = ABOUT;

#ifdef __x86_64__
/* The level of this processor that the file has code for: 1 (any x86-64), 3 (AVX2), 4 (AVX-512). */
EXPORT uint32_t rs_level(void) {
    uint32_t a, b, c, d, low, high;
    if (!__get_cpuid(1, &a, &b, &c, &d) || !(c & bit_OSXSAVE)) return 1;
    const uint32_t third = bit_SSE3 | bit_SSSE3 | bit_FMA | bit_CMPXCHG16B | bit_SSE41 | bit_SSE42
                           | bit_MOVBE | bit_POPCNT | bit_AVX | bit_F16C;
    if ((c & third) != third) return 1;
    __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    if ((low & 6) != 6) return 1; /* the system keeps the wide registers */
    if (!__get_cpuid(0x80000001, &a, &b, &c, &d) || !(c & bit_LZCNT)) return 1;
    if (!__get_cpuid_count(7, 0, &a, &b, &c, &d)) return 1;
    const uint32_t avx2 = bit_AVX2 | bit_BMI | bit_BMI2;
    if ((b & avx2) != avx2) return 1;
    const uint32_t avx512 = bit_AVX512F | bit_AVX512BW | bit_AVX512CD | bit_AVX512DQ | bit_AVX512VL;
    return (b & avx512) == avx512 && (low & 0xe6) == 0xe6 ? 4 : 3;
}
#endif
#endif
