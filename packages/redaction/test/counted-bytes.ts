/** Bytes that count how often they are read: what a text costs, however fast the machine is. */

/** Reads so far: one for each byte looked at, and for each byte of a stretch taken out. */
export interface CountedBytes {
  readonly bytes: Uint8Array;
  readonly reads: () => number;
}

/** The bytes of a text, counted. */
export function countedBytes(text: string): CountedBytes {
  const target = new TextEncoder().encode(text);
  let reads = 0;
  const subarray = (from: number, to: number): Uint8Array => {
    const part = target.subarray(from, to);
    reads += part.length;
    return part;
  };
  const bytes = new Proxy(target, {
    get: (_, name) => {
      if (name === 'length') return target.length;
      if (name === 'subarray') return subarray;
      reads += 1;
      return target[Number(name)];
    },
  });
  return { bytes, reads: () => reads };
}
