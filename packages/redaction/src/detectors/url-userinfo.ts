/** User and password in a URL or connection string: `scheme://user:password@host` (RFC 3986, 3.2.1). */
import type { Detector } from './detector.ts';

const USERINFO_BYTES_MAX = 512;
const [SLASH, AT, COLON] = [0x2f, 0x40, 0x3a] as const;

/** Looks at the colon of `://`; replaces what stands between it and the `@`. */
export const urlUserinfoDetector: Detector = {
  name: 'url_userinfo',
  triggers: ':',
  findAt: ({ bytes, end }, at) => {
    if (bytes[at + 1] !== SLASH || bytes[at + 2] !== SLASH || at + 3 >= end) return undefined;
    const from = at + 3;
    const limit = Math.min(end, from + USERINFO_BYTES_MAX);
    for (let to = from; to < limit; to++) {
      const byte = bytes[to] ?? 0;
      if (byte === AT) {
        if (to === from) return undefined;
        const [first, last] = [bytes[from], bytes[to - 1]];
        return first === 0x5b && last === 0x5d && !hasColon(bytes, from, to)
          ? undefined
          : { start: from, end: to };
      }
      // A path, a query, white space or a quote comes first: there is no userinfo.
      if (byte === SLASH || byte === 0x3f || byte === 0x23 || byte <= 0x20 || byte === 0x22)
        return undefined;
    }
    return undefined;
  },
};

function hasColon(bytes: Uint8Array, from: number, to: number): boolean {
  for (let at = from; at < to; at++) if (bytes[at] === COLON) return true;
  return false;
}
