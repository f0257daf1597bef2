/** Times as OTLP has them: nanoseconds since the epoch in a fixed64. */

/** The time at `at` in milliseconds, with fraction. */
export function timeMs(bytes: Uint8Array, at: number): number {
  return (uint32At(bytes, at) + uint32At(bytes, at + 4) * 4_294_967_296) / 1_000_000;
}

function uint32At(bytes: Uint8Array, at: number): number {
  return (
    ((bytes[at] ?? 0) |
      ((bytes[at + 1] ?? 0) << 8) |
      ((bytes[at + 2] ?? 0) << 16) |
      ((bytes[at + 3] ?? 0) << 24)) >>>
    0
  );
}
