/**
 * The prefilter of `src/prefilter/scalar-prefilter.ts`, sixteen bytes at a time. AssemblyScript: compiled to
 * WebAssembly with SIMD by `npm run generate`; see there for what is marked and why.
 *
 * Memory: tables at 1024 (three pairs of nibble tables, 16 bytes each; one of separators at 1120),
 * trigrams of names at 2048 and of token prefixes at 2560 (4096 bits each), everything else where the
 * caller puts it.
 */

const NIBBLES: usize = 1024;
const SEPARATORS: usize = 1120;
const NAME_TRIGRAMS: usize = 2048;
const TOKEN_TRIGRAMS: usize = 2560;
const DIGITS_MIN: i32 = 12;
const NAME_DISTANCE_MAX: i32 = 32;
const IBAN_REST: usize = 11;
const V_DISTANCE_MAX: i32 = 6;
const VALUES_SPACES_MAX: usize = 4;
/** Little-endian. */
const TPS: u32 = 0x737074;
/** `\u00`, as four bytes little-endian. */
const UNICODE_ESCAPE: u32 = 0x3030755c;

function bit(table: usize, at: u32): bool {
  return ((load<u8>(table + (at >> 3)) >> (<u8>(at & 7))) & 1) != 0;
}

function has(table: usize, a: u32, b: u32, c: u32): bool {
  const product = (a | (b << 8) | (c << 16)) * 0x9e3779b1;
  return bit(table, product >> 20) && bit(table, (product >> 8) & 4095);
}

function mark(marks: usize, at: u32): void {
  const word = marks + ((at >> 5) << 2);
  store<u32>(word, load<u32>(word) | (1 << (at & 31)));
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
  // `https` ends as `otps` does: the whole name decides.
  if (letters == TPS && (before | 0x20) == 0x74) return 0;
  const isLetters = isLetter(letters & 0xff) && isLetter((letters >> 8) & 0xff);
  return isLetters && isLetter(letters >> 16) ? letters : 0;
}

function endsSensitiveName(input: usize, at: i32): bool {
  // Nearly all names end in three letters, before the sign or the quote before that.
  const previous = at > 0 ? <u32>load<u8>(input + at - 1) : 0;
  const letters = threeLetters(input, previous == 0x22 ? at - 1 : at);
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
  const letters = threeLetters(input, previous == 0x22 ? at - 1 : at);
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
function markValues(input: usize, paren: u32, marks: usize): void {
  let end = input + paren;
  const limit = end - VALUES_SPACES_MAX;
  while (end > limit && (load<u8>(end - 1) == 0x20 || load<u8>(end - 1) == 0x0a)) end -= 1;
  if ((load<u16>(end - 2) | 0x2020) != 0x7365) return;
  if ((load<u32>(end - 6) | 0x20202020) == 0x756c6176) mark(marks, <u32>(end - 6 - input));
}

// 0 for no mark; 1 where this byte is marked, 2 where the next one is.
function markedBytes(input: usize, at: u32): u32 {
  const byte = <u32>load<u8>(input + at);
  // Space, quotes and the bracket; the percent sign is a trigger of its own.
  if (byte <= 0x28 && byte != 0x25) return marksNext(input, at) ? 2 : 0;
  return isTrigger(input, at) ? 1 : 0;
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

function teddy(bytes: v128, table: usize): v128 {
  const low = v128.and(bytes, i8x16.splat(0x0f));
  const high = i8x16.shr_u(bytes, 4);
  return v128.and(i8x16.swizzle(v128.load(table), low), i8x16.swizzle(v128.load(table + 16), high));
}

// Marks bytes 0 to length - 1 of the input; the 32 bytes behind it must be zero, and the marks too.
export function scan(input: usize, length: u32, marks: usize): void {
  let run: i32 = 0;
  for (let at: u32 = 0; at < length; at += 16) {
    const place = input + at;
    const bytes = v128.load(place);
    let found = teddy(bytes, NIBBLES);
    found = v128.and(found, teddy(v128.load(place + 1), NIBBLES + 32));
    found = v128.and(found, teddy(v128.load(place + 2), NIBBLES + 64));
    found = v128.or(found, i8x16.eq(bytes, i8x16.splat(0x40)));
    found = v128.or(found, i8x16.eq(bytes, i8x16.splat(0x28)));
    let triggers = <u32>i8x16.bitmask(i8x16.ne(found, i8x16.splat(0)));
    while (triggers != 0) {
      const offset = <u32>ctz(triggers);
      triggers &= triggers - 1;
      if (at + offset >= length) break;
      if (load<u8>(place + offset) == 0x28) markValues(input, at + offset, marks);
      const marked = markedBytes(input, at + offset);
      if (marked != 0) mark(marks, at + offset + marked - 1);
    }

    const digits = <u32>(
      i8x16.bitmask(i8x16.lt_u(i8x16.sub(bytes, i8x16.splat(0x30)), i8x16.splat(10)))
    );
    if (digits == 0 && run == 0) continue;
    const between = teddy(bytes, SEPARATORS);
    const separators = <u32>i8x16.bitmask(i8x16.ne(between, i8x16.splat(0)));
    const others = ~(digits | separators) & 0xffff;
    if (run + <i32>popcnt(digits) >= DIGITS_MIN) {
      for (let offset: u32 = 0; offset < 16 && at + offset < length; offset++) {
        if (((digits >> offset) & 1) != 0) {
          run += 1;
          if (run >= DIGITS_MIN) mark(marks, at + offset);
        } else if (((others >> offset) & 1) != 0) run = 0;
      }
    } else if (others == 0) {
      run += <i32>popcnt(digits);
    } else {
      const last = 31 - <u32>clz(others);
      run = <i32>popcnt(digits >> (last + 1));
    }
  }
}
