/** Tokens that their issuers made easy to recognise: a fixed prefix, an alphabet, a length. */
import type { Detector } from './detector.ts';
import { isEscapeEnd } from './text-escapes.ts';
import { holdsText, textOf } from './text-of.ts';

interface VendorToken {
  readonly prefix: string;
  /** What follows the prefix. */
  readonly rest: RegExp;
}

const WORD = (min: number, max: number): RegExp => new RegExp(`^[A-Za-z0-9_-]{${min},${max}}`);

/** Prefixes as their vendors publish them. */
export const VENDOR_TOKENS: readonly VendorToken[] = [
  { prefix: 'AKIA', rest: /^[0-9A-Z]{16}/ },
  { prefix: 'ASIA', rest: /^[0-9A-Z]{16}/ },
  { prefix: 'ghp_', rest: WORD(36, 255) },
  { prefix: 'gho_', rest: WORD(36, 255) },
  { prefix: 'ghu_', rest: WORD(36, 255) },
  { prefix: 'ghs_', rest: WORD(36, 255) },
  { prefix: 'ghr_', rest: WORD(36, 255) },
  { prefix: 'github_pat_', rest: WORD(22, 255) },
  { prefix: 'glpat-', rest: WORD(20, 64) },
  { prefix: 'xoxb-', rest: WORD(10, 255) },
  { prefix: 'xoxp-', rest: WORD(10, 255) },
  { prefix: 'xoxa-', rest: WORD(10, 255) },
  { prefix: 'xoxr-', rest: WORD(10, 255) },
  { prefix: 'xapp-', rest: WORD(10, 255) },
  { prefix: 'sk_live_', rest: WORD(16, 255) },
  { prefix: 'rk_live_', rest: WORD(16, 255) },
  { prefix: 'sk_test_', rest: WORD(16, 255) },
  { prefix: 'whsec_', rest: /^[A-Za-z0-9+/=]{24,128}/ },
  { prefix: 'AIza', rest: WORD(35, 35) },
  { prefix: 'npm_', rest: /^[A-Za-z0-9]{36}/ },
  { prefix: 'SG.', rest: /^[A-Za-z0-9_-]{16,32}\.[A-Za-z0-9_-]{16,64}/ },
  { prefix: 'dop_v1_', rest: /^[a-f0-9]{64}/ },
  { prefix: 'pypi-', rest: WORD(50, 255) },
  { prefix: 'shpat_', rest: /^[a-fA-F0-9]{32}/ },
  { prefix: 'sk-ant-', rest: WORD(32, 255) },
  { prefix: 'sk-proj-', rest: WORD(32, 255) },
  { prefix: 'hf_', rest: /^[A-Za-z0-9]{34}/ },
  { prefix: 'AGE-SECRET-KEY-1', rest: /^[A-Z0-9]{58}/ },
];

const REST_BYTES_MAX = 255;
const FIRST_BYTES = [...new Set(VENDOR_TOKENS.map(({ prefix }) => prefix.charAt(0)))].join('');
const BY_FIRST_BYTE: ReadonlyMap<number, readonly VendorToken[]> = new Map(
  Array.from(FIRST_BYTES, (first) => [
    first.charCodeAt(0),
    VENDOR_TOKENS.filter(({ prefix }) => prefix.startsWith(first)),
  ]),
);

/** Looks at the first byte of a prefix that begins a word. */
export const vendorTokenDetector: Detector = {
  name: 'vendor_token',
  triggers: FIRST_BYTES,
  marked: 'trigger',
  findAt: ({ bytes, start, end }, at) => {
    const isInWord = at > start && isWordByte(bytes[at - 1]);
    if (isInWord && !isEscapeEnd(bytes, start, at - 1)) return undefined;
    for (const { prefix, rest } of BY_FIRST_BYTE.get(bytes[at] ?? 0) ?? []) {
      if (!holdsText(bytes, at, prefix)) continue;
      const from = at + prefix.length;
      const match = rest.exec(textOf(bytes, from, Math.min(end, from + REST_BYTES_MAX)));
      if (match !== null) return { start: at, end: from + match[0].length };
    }
    return undefined;
  },
};

function isWordByte(byte: number | undefined): boolean {
  if (byte === undefined) return false;
  const lower = byte | 0x20;
  return (lower >= 0x61 && lower <= 0x7a) || (byte >= 0x30 && byte <= 0x39) || byte === 0x5f;
}
