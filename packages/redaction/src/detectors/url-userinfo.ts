/** User and password in a URL or connection string: `scheme://user:password@host` (RFC 3986, 3.2.1). */
import type { Detector } from './detector.ts';
import { placeholderEnd } from './placeholder.ts';

const [SLASH, AT] = [0x2f, 0x40] as const;

/** Looks at the colon of `://`; replaces what stands between it and the `@`. */
export const urlUserinfoDetector: Detector = {
  name: 'url_userinfo',
  triggers: ':',
  isTriggerMarked: false,
  findAt: ({ bytes, end }, at) => {
    if (at + 3 >= end || bytes[at + 1] !== SLASH || bytes[at + 2] !== SLASH) return undefined;
    const from = at + 3;
    // Linear all the same: what is read here has no slash, and so no other `://`.
    for (let to = from; to < end; to++) {
      const byte = bytes[to] ?? 0;
      if (byte === AT) {
        if (to === from) return undefined;
        return placeholderEnd(bytes, from, to) === to ? undefined : { start: from, end: to };
      }
      // A path, a query, white space or a quote comes first: there is no userinfo.
      if (byte === SLASH || byte === 0x3f || byte === 0x23 || byte <= 0x20 || byte === 0x22)
        return undefined;
    }
    return undefined;
  },
};
