/** The check digit of card numbers (ISO/IEC 7812-1, annex B). */

/** Whether the digits, given as values 0 to 9, end in their check digit. */
export function luhnValid(digits: Uint8Array, count: number): boolean {
  let sum = 0;
  for (let index = count - 1, doubled = false; index >= 0; index--, doubled = !doubled) {
    const digit = digits[index] ?? 0;
    const weighted = doubled ? digit * 2 : digit;
    sum += weighted > 9 ? weighted - 9 : weighted;
  }
  return sum % 10 === 0;
}
