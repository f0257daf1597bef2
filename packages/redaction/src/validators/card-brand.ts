/** Issuer ranges of card numbers with the lengths each brand uses (public ranges, ISO/IEC 7812). */

/** One brand's range: the first four digits, and the lengths numbers in it may have. */
interface BrandRange {
  readonly from: number;
  readonly to: number;
  readonly lengths: readonly number[];
  /** Ranges so wide that a number alone proves nothing: words around it must. */
  readonly needsContext: boolean;
}

const RANGES: readonly BrandRange[] = [
  { from: 4000, to: 4999, lengths: [16], needsContext: false },
  { from: 4000, to: 4999, lengths: [13, 19], needsContext: true },
  { from: 5100, to: 5599, lengths: [16], needsContext: false },
  { from: 2221, to: 2720, lengths: [16], needsContext: false },
  { from: 3400, to: 3499, lengths: [15], needsContext: false },
  { from: 3700, to: 3799, lengths: [15], needsContext: false },
  { from: 3000, to: 3059, lengths: [14], needsContext: false },
  { from: 3600, to: 3699, lengths: [14], needsContext: false },
  { from: 3800, to: 3999, lengths: [14, 16], needsContext: false },
  { from: 3528, to: 3589, lengths: [16], needsContext: false },
  { from: 6011, to: 6011, lengths: [16], needsContext: false },
  { from: 6440, to: 6599, lengths: [16], needsContext: false },
  { from: 6011, to: 6599, lengths: [19], needsContext: true },
  { from: 6200, to: 6299, lengths: [16], needsContext: false },
  { from: 6200, to: 6299, lengths: [17, 18, 19], needsContext: true },
  // JCB's old range.
  { from: 1800, to: 1800, lengths: [15], needsContext: true },
  { from: 2131, to: 2131, lengths: [15], needsContext: true },
  { from: 3000, to: 3999, lengths: [14, 15, 16, 17, 18, 19], needsContext: true },
  { from: 5000, to: 5099, lengths: [12, 13, 14, 15, 16, 17, 18, 19], needsContext: true },
  { from: 5600, to: 6999, lengths: [12, 13, 14, 15, 16, 17, 18, 19], needsContext: true },
];

/** What a number's first digits and length say of it. */
export type CardBrand = 'none' | 'card' | 'card_with_context';

/** Judges digits given as values 0 to 9, without their check digit. */
export function cardBrand(digits: Uint8Array, count: number): CardBrand {
  const prefix =
    (digits[0] ?? 0) * 1000 + (digits[1] ?? 0) * 100 + (digits[2] ?? 0) * 10 + (digits[3] ?? 0);
  let brand: CardBrand = 'none';
  for (const { from, to, lengths, needsContext } of RANGES) {
    if (prefix < from || prefix > to || !lengths.includes(count)) continue;
    if (!needsContext) return 'card';
    brand = 'card_with_context';
  }
  return brand;
}
