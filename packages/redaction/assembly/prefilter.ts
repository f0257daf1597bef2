/**
 * The prefilter of `src/prefilter/scalar-prefilter.ts`, sixteen bytes at a time. AssemblyScript: compiled to
 * WebAssembly with SIMD by `npm run generate`; see there for what is marked and why.
 *
 * Memory: tables at 1024 (three pairs of nibble tables, 16 bytes each), trigrams of names at 2048 and of
 * token prefixes at 2560 (4096 bits each), everything else where the caller puts it.
 */

const NIBBLES: usize = 1024;
const NAME_TRIGRAMS: usize = 2048;
const TOKEN_TRIGRAMS: usize = 2560;
const DIGITS_MIN: i32 = 12;
const NAME_DISTANCE_MAX: i32 = 32;

function hash(a: u32, b: u32, c: u32): u32 {
  return (a * 961 + b * 31 + c) & 4095;
}

function has(table: usize, bit: u32): bool {
  return ((load<u8>(table + (bit >> 3)) >> (<u8>(bit & 7))) & 1) != 0;
}

function mark(marks: usize, at: u32): void {
  const word = marks + ((at >> 5) << 2);
  store<u32>(word, load<u32>(word) | (1 << (at & 31)));
}

function lower(byte: u32): u32 {
  return byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte;
}

function isWord(byte: u32): bool {
  const small = byte | 0x20;
  return (small >= 0x61 && small <= 0x7a) || (byte >= 0x30 && byte <= 0x39);
}

function endsSensitiveName(input: usize, at: i32): bool {
  let found: i32 = 0;
  let a: u32 = 0;
  let b: u32 = 0;
  let c: u32 = 0;
  const limit = max<i32>(0, at - NAME_DISTANCE_MAX);
  let from = at - 1;
  while (from >= limit) {
    const byte = <u32>load<u8>(input + from);
    if (!isWord(byte)) {
      from -= 1;
      continue;
    }
    if (from >= 2 && load<u8>(input + from - 2) == 0x25) {
      from -= 3;
      continue;
    }
    if (found == 0) c = lower(byte);
    else if (found == 1) b = lower(byte);
    else a = lower(byte);
    found += 1;
    if (found == 3) return has(NAME_TRIGRAMS, hash(a, b, c));
    from -= 1;
  }
  return false;
}

function isTrigger(input: usize, at: u32): bool {
  const byte = <u32>load<u8>(input + at);
  const next = <u32>load<u8>(input + at + 1);
  const third = <u32>load<u8>(input + at + 2);
  if (byte == 0x40) return true;
  if (byte == 0x3d || byte == 0x3a || byte == 0x3e) return endsSensitiveName(input, at);
  if (byte == 0x25) {
    if (next == 0x34) return third == 0x30;
    const code = third | 0x20;
    return next == 0x33 && (code == 0x64 || code == 0x61) && endsSensitiveName(input, at);
  }
  if (byte == 0x2d) return next == 0x2d && third == 0x2d;
  if ((byte | 0x20) == 0x62) {
    const second = next | 0x20;
    const after = third | 0x20;
    if ((second == 0x65 && after == 0x61) || (second == 0x61 && after == 0x73)) return true;
  }
  return has(TOKEN_TRIGRAMS, hash(byte, next, third));
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
    let triggers = <u32>i8x16.bitmask(i8x16.ne(found, i8x16.splat(0)));
    while (triggers != 0) {
      const offset = <u32>ctz(triggers);
      triggers &= triggers - 1;
      if (at + offset < length && isTrigger(input, at + offset)) mark(marks, at + offset);
    }

    const digits = <u32>(
      i8x16.bitmask(i8x16.lt_u(i8x16.sub(bytes, i8x16.splat(0x30)), i8x16.splat(10)))
    );
    if (digits == 0) {
      run = 0;
      continue;
    }
    const separators = <u32>(
      i8x16.bitmask(
        v128.or(
          v128.or(i8x16.eq(bytes, i8x16.splat(0x20)), i8x16.eq(bytes, i8x16.splat(0x2d))),
          v128.or(i8x16.eq(bytes, i8x16.splat(0x2b)), i8x16.eq(bytes, i8x16.splat(0x25))),
        ),
      )
    );
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
