/**
 * The prefilter of `src/prefilter/scalar-prefilter.ts`, sixteen bytes at a time. AssemblyScript: compiled to
 * WebAssembly with SIMD by `npm run generate`; see there for what is marked and why.
 *
 * Memory: constants of this module from 16 on; tables at 1024 (three pairs of nibble tables, 16 bytes each;
 * one of digits and separators at 1120), trigrams of names at 2048 and of token prefixes at 2560 (4096 bits
 * each), three masks of the stretch under way from 3072 on, everything else where the caller puts it.
 */

const NIBBLES: usize = 1024;
const SEPARATORS: usize = 1120;
const NAME_TRIGRAMS: usize = 2048;
const TOKEN_TRIGRAMS: usize = 2560;
/** Bytes that are classified before any is judged. */
const STRETCH: u32 = 512;
const TRIGGERS: usize = 3072;
const DIGITS: usize = 3136;
const OTHERS: usize = 3200;
const MASKS_BYTES: usize = 192;
/** Sixteen times 0x0f, `@`, `(`: loaded once, where a constant is put together again for every block. */
const LOW_BITS: usize = memory.data<u8>(
  [15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15],
  16,
);
const AT_SIGNS: usize = memory.data<u8>(
  [64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64],
  16,
);
const PARENS: usize = memory.data<u8>(
  [40, 40, 40, 40, 40, 40, 40, 40, 40, 40, 40, 40, 40, 40, 40, 40],
  16,
);
const DIGITS_MIN: i32 = 12;
const NAME_DISTANCE_MAX: i32 = 32;
const IBAN_REST: usize = 11;
const V_DISTANCE_MAX: i32 = 6;
const VALUES_SPACES_MAX: usize = 4;
/** Little-endian. */
const TPS: u32 = 0x737074;
/** Three letters that end no name. */
const NO_NAME: u32 = 0x7a7a7a;
/** `\u00`, as four bytes little-endian. */
const UNICODE_ESCAPE: u32 = 0x3030755c;

/** Where the bits of the scan under way go. */
let marks: usize = 0;
let notable: usize = 0;

function bit(table: usize, at: u32): bool {
  return ((load<u8>(table + (at >> 3)) >> (<u8>(at & 7))) & 1) != 0;
}

function has(table: usize, a: u32, b: u32, c: u32): bool {
  const product = (a | (b << 8) | (c << 16)) * 0x9e3779b1;
  return bit(table, product >> 20) && bit(table, (product >> 8) & 4095);
}

function setBit(bits: usize, at: u32): void {
  const word = bits + ((at >> 5) << 2);
  store<u32>(word, load<u32>(word) | (1 << (at & 31)));
}

function mark(at: u32): void {
  setBit(marks, at);
  setBit(notable, at);
}

function lower(byte: u32): u32 {
  return byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte;
}

function isDigit(byte: u32): bool {
  return byte >= 0x30 && byte <= 0x39;
}

function isHex(byte: u32): bool {
  const small = byte | 0x20;
  return isDigit(byte) || (small >= 0x61 && small <= 0x66);
}

// Of two hexadecimal digits; 0 where one is none.
function hexByte(high: u32, low: u32): u32 {
  if (!isHex(high) || !isHex(low)) return 0;
  const first = (high & 15) + (isDigit(high) ? 0 : 9);
  return (first << 4) | ((low & 15) + (isDigit(low) ? 0 : 9));
}

function isCapital(byte: u32): bool {
  return byte >= 0x41 && byte <= 0x5a;
}

function beginsIban(place: usize): bool {
  if (!isDigit(<u32>load<u8>(place + 3))) return false;
  for (let rest: usize = 4; rest < 4 + IBAN_REST; rest++) {
    const byte = <u32>load<u8>(place + rest);
    if (!isCapital(byte) && !isDigit(byte) && byte != 0x20) return false;
  }
  return true;
}

function isWord(byte: u32): bool {
  const small = byte | 0x20;
  return (small >= 0x61 && small <= 0x7a) || (byte >= 0x30 && byte <= 0x39);
}

// The three letters before `end`, in small letters and as one number; 0 where one might be of an escape.
function threeLetters(input: usize, end: i32): u32 {
  if (end < 5) return 0;
  const bytes = load<u32>(input + end - 4);
  const before = bytes & 0xff;
  const second = <u32>load<u8>(input + end - 5);
  if (before == 0x25 || second == 0x25 || isDigit(before) || isDigit(second)) return 0;
  const letters = (bytes >> 8) | 0x202020;
  // `https` ends as `otps` does.
  if (letters == TPS && (before | 0x20) == 0x74) return NO_NAME;
  const isLetters = isLetter(letters & 0xff) && isLetter((letters >> 8) & 0xff);
  return isLetters && isLetter(letters >> 16) ? letters : 0;
}

function isQuoteOrSpace(byte: u32): bool {
  return byte == 0x22 || byte == 0x20;
}

function endsSensitiveName(input: usize, at: i32): bool {
  // Nearly all names end in three letters, before the sign or the quote or space before that.
  const previous = at > 0 ? <u32>load<u8>(input + at - 1) : 0;
  const letters = threeLetters(input, isQuoteOrSpace(previous) ? at - 1 : at);
  if (letters != 0) return has(NAME_TRIGRAMS, letters & 0xff, (letters >> 8) & 0xff, letters >> 16);
  let found: i32 = 0;
  let a: u32 = 0;
  let b: u32 = 0;
  let c: u32 = 0;
  const limit = max<i32>(0, at - NAME_DISTANCE_MAX);
  let from = at - 1;
  while (from >= limit) {
    let byte = <u32>load<u8>(input + from);
    if (byte == 0x2f) return false;
    if (!isWord(byte)) {
      from -= 1;
      continue;
    }
    const high = from >= 1 ? <u32>load<u8>(input + from - 1) : 0;
    const isPercent = from >= 2 && load<u8>(input + from - 2) == 0x25 && isHex(byte) && isHex(high);
    if (isPercent || (from >= 5 && load<u32>(input + from - 5) == UNICODE_ESCAPE)) {
      byte = hexByte(high, byte);
      from -= isPercent ? 2 : 5;
      if (!isWord(byte)) {
        from -= 1;
        continue;
      }
    }
    if (found == 0 && isDigit(byte)) {
      from -= 1;
      continue;
    }
    if (found == 0) c = lower(byte);
    else if (found == 1) b = lower(byte);
    else a = lower(byte);
    found += 1;
    if (found == 3) {
      const isTps = a == 0x74 && b == 0x70 && c == 0x73;
      if (isTps && from >= 1 && (load<u8>(input + from - 1) | 0x20) == 0x74) return false;
      return has(NAME_TRIGRAMS, a, b, c);
    }
    from -= 1;
  }
  return false;
}

function isLetter(byte: u32): bool {
  const small = byte | 0x20;
  return small >= 0x61 && small <= 0x7a;
}

function isBesideV(byte: u32): bool {
  return byte == 0x20 || byte == 0x22 || byte == 0x27 || byte == 0x5c;
}

function endsSingleV(input: usize, at: i32): bool {
  let from = at - 1;
  const limit = max<i32>(0, at - V_DISTANCE_MAX);
  while (from > limit && isBesideV(<u32>load<u8>(input + from))) from -= 1;
  return (
    from > 0 &&
    ((<u32>load<u8>(input + from)) | 0x20) == 0x76 &&
    !isWord(<u32>load<u8>(input + from - 1))
  );
}

function mayNameSecret(input: usize, at: u32): bool {
  const previous = at > 0 ? <u32>load<u8>(input + at - 1) : 0;
  const letters = threeLetters(input, isQuoteOrSpace(previous) ? at - 1 : at);
  if (letters != 0) return has(NAME_TRIGRAMS, letters & 0xff, (letters >> 8) & 0xff, letters >> 16);
  return endsSensitiveName(input, at) || endsSingleV(input, at);
}

function marksNext(input: usize, at: u32): bool {
  const byte = <u32>load<u8>(input + at);
  const next = <u32>load<u8>(input + at + 1);
  const isBefore = byte == 0x20 || byte == 0x28;
  if (next == 0x2c) return !isBefore && endsSensitiveName(input, at);
  if (!isBefore) return false;
  if (next == 0x2d) return byte == 0x20 && isLetter(<u32>load<u8>(input + at + 2));
  const isQuote = next == 0x22 || next == 0x27 || next == 0x5c;
  if (!isQuote || at == 0 || !isWord(<u32>load<u8>(input + at - 1))) return false;
  return endsSensitiveName(input, at);
}

// `values`, as four bytes and two, little-endian and in small letters.
function markValues(input: usize, paren: u32): void {
  let end = input + paren;
  const limit = end - VALUES_SPACES_MAX;
  while (end > limit && (load<u8>(end - 1) == 0x20 || load<u8>(end - 1) == 0x0a)) end -= 1;
  if ((load<u16>(end - 2) | 0x2020) != 0x7365) return;
  if ((load<u32>(end - 6) | 0x20202020) == 0x756c6176) mark(<u32>(end - 6 - input));
}

// Marks a byte that may be a trigger, or the one behind it.
function judge(input: usize, at: u32): void {
  const byte = <u32>load<u8>(input + at);
  // Space, quotes and the bracket; the percent sign is a trigger of its own.
  if (byte <= 0x28 && byte != 0x25) {
    if (byte == 0x28) markValues(input, at);
    if (marksNext(input, at)) mark(at + 1);
  } else if (isTrigger(input, at)) mark(at);
}

function isTrigger(input: usize, at: u32): bool {
  const byte = <u32>load<u8>(input + at);
  const next = <u32>load<u8>(input + at + 1);
  const third = <u32>load<u8>(input + at + 2);
  if (byte == 0x40) return true;
  if (byte == 0x3d || byte == 0x3a || byte == 0x3e) return mayNameSecret(input, at);
  if (byte == 0x25) {
    if (next >= 0x34 && next <= 0x37) return true;
    if (next == 0x32) return third == 0x35;
    const code = third | 0x20;
    return next == 0x33 && (code == 0x64 || code == 0x61) && mayNameSecret(input, at);
  }
  if (byte == 0x5c) return next == 0x75 && third == 0x30;
  if (byte == 0x2d) {
    if (next == 0x2d) return third == 0x2d || isLetter(third);
    return (
      isDigit(next) &&
      isDigit(third) &&
      load<u8>(input + at + 3) == 0x2d &&
      isDigit(<u32>load<u8>(input + at + 7))
    );
  }
  if (isCapital(byte) && isCapital(next) && isDigit(third) && beginsIban(input + at)) return true;
  if ((byte | 0x20) == 0x61 && (next | 0x20) == 0x73 && (third | 0x20) == 0x69) return true;
  if ((byte | 0x20) == 0x62) {
    const second = next | 0x20;
    const after = third | 0x20;
    if (second == 0x65 && after == 0x61) return true;
  }
  return has(TOKEN_TRIGRAMS, byte, next, third);
}

function shared(low: v128, high: v128, lowTable: v128, highTable: v128): v128 {
  return v128.and(i8x16.swizzle(lowTable, low), i8x16.swizzle(highTable, high));
}

function zeros(bytes: v128): u32 {
  return <u32>i8x16.bitmask(i8x16.eq(bytes, i8x16.splat(0)));
}

// Tells of each byte of a stretch whether it may be a trigger, is a digit, or ends a run of digits; notes those
// that are not ASCII from `bits` on. No branch: what is found is judged afterwards.
function classify(input: usize, length: u32, bits: usize): void {
  const low0 = v128.load(NIBBLES);
  const high0 = v128.load(NIBBLES + 16);
  const low1 = v128.load(NIBBLES + 32);
  const high1 = v128.load(NIBBLES + 48);
  const low2 = v128.load(NIBBLES + 64);
  const high2 = v128.load(NIBBLES + 80);
  const lowRun = v128.load(SEPARATORS);
  const highRun = v128.load(SEPARATORS + 16);
  const lowBits = v128.load(LOW_BITS);
  const atSigns = v128.load(AT_SIGNS);
  const parens = v128.load(PARENS);
  for (let at: u32 = 0; at < length; at += 16) {
    const first = v128.load(input + at);
    const second = v128.load(input + at + 1);
    const third = v128.load(input + at + 2);
    const low = v128.and(first, lowBits);
    const upper = v128.and(i16x8.shr_u(first, 4), lowBits);
    const next = v128.and(i16x8.shr_u(second, 4), lowBits);
    const last = v128.and(i16x8.shr_u(third, 4), lowBits);
    let found = shared(low, upper, low0, high0);
    found = v128.and(found, shared(v128.and(second, lowBits), next, low1, high1));
    found = v128.and(found, shared(v128.and(third, lowBits), last, low2, high2));
    found = v128.or(found, i8x16.eq(first, atSigns));
    found = v128.or(found, i8x16.eq(first, parens));
    const mask = at >> 3;
    store<u16>(TRIGGERS + mask, <u16>(zeros(found) ^ 0xffff));
    const run = shared(low, upper, lowRun, highRun);
    // The bit of digits is the one before the last.
    store<u16>(DIGITS + mask, <u16>i8x16.bitmask(i16x8.shl(run, 1)));
    store<u16>(OTHERS + mask, <u16>zeros(run));
    // The first may be noted already, from the stretch before.
    store<u16>(bits + mask, load<u16>(bits + mask) | (<u16>i8x16.bitmask(first)));
  }
}

function hasTwelveInARow(bits: u64): bool {
  let rows = bits & (bits >> 1);
  rows &= rows >> 2;
  rows &= rows >> 4;
  return (rows & (rows >> 4)) != 0;
}

// The length of the run at the end of 64 bytes, behind one of `before` digits.
function runBehind(before: i32, digits: u64, others: u64): i32 {
  if (others == 0) return before + <i32>popcnt(digits);
  const behind = <u32>clz(others);
  return behind == 0 ? 0 : <i32>popcnt(digits >> (64 - behind));
}

// Whether a run of `before` digits grows to the shortest length within 64 bytes, or another one may.
function mayReachEnd(before: i32, digits: u64, others: u64): bool {
  const first = others == 0 ? digits : digits & ((others & (0 - others)) - 1);
  return before + <i32>popcnt(first) >= DIGITS_MIN || hasTwelveInARow(~others);
}

// Marks digits from the shortest length of a run on. Returns the length of the run that reaches the end.
function markRuns(at: u32, before: i32, digits: u64, others: u64): i32 {
  let run = before;
  for (let offset: u32 = 0; offset < 64; offset += 16) {
    const digitsHere = (digits >> offset) & 0xffff;
    const othersHere = (others >> offset) & 0xffff;
    if (run + <i32>popcnt(digitsHere) < DIGITS_MIN) {
      run = runBehind(run, digitsHere << 48, othersHere << 48);
      continue;
    }
    for (let bit: u32 = 0; bit < 16; bit++) {
      if (((digitsHere >> bit) & 1) != 0) {
        run += 1;
        if (run >= DIGITS_MIN) mark(at + offset + bit);
      } else if (((othersHere >> bit) & 1) != 0) run = 0;
    }
  }
  return run;
}

// Marks bytes 0 to length - 1 of the input, and notes those that are marked or not ASCII. The 64 bytes behind
// the input must be zero, and both bitmaps too.
export function scan(input: usize, length: u32, marksAt: usize, notableAt: usize): void {
  marks = marksAt;
  notable = notableAt;
  let run: i32 = 0;
  for (let from: u32 = 0; from < length; from += STRETCH) {
    const to = min<u32>(length, from + STRETCH);
    if (to - from < STRETCH) memory.fill(TRIGGERS, 0, MASKS_BYTES);
    classify(input + from, to - from, notable + (from >> 3));
    for (let at = from; at < to; at += 64) {
      let triggers = load<u64>(TRIGGERS + ((at - from) >> 3));
      while (triggers != 0) {
        judge(input, at + <u32>ctz(triggers));
        triggers &= triggers - 1;
      }
    }
    for (let at = from; at < to; at += 64) {
      const digits = load<u64>(DIGITS + ((at - from) >> 3));
      const others = load<u64>(OTHERS + ((at - from) >> 3));
      if (mayReachEnd(run, digits, others)) run = markRuns(at, run, digits, others);
      else run = runBehind(run, digits, others);
    }
  }
}
