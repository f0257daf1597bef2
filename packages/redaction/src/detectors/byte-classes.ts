/** What a byte can be part of, one table look-up each. ASCII only: bytes of other characters are none. */

/** Bits of {@link BYTE_CLASS}. */
export const CLASS = {
  digit: 1,
  letter: 2,
  /** Of a name before `=` or `:`, percent signs and brackets of forms included. */
  name: 4,
  /** Of a base64, base64url or token68 text. */
  token: 8,
  /** Of the local part of an e-mail address. */
  local: 16,
  /** Of a host name. */
  host: 32,
  space: 64,
  /** Ends a value that stands without quotes. */
  delimiter: 128,
} as const;

/** Bits of each byte. */
export const BYTE_CLASS: Uint8Array = table({
  [CLASS.digit]: '0123456789',
  [CLASS.letter]: 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ',
  [CLASS.name]: 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.[]%',
  [CLASS.token]: 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~+/=',
  [CLASS.local]:
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.!#$%&'*+/=?^_`{|}~-",
  [CLASS.host]: 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-',
  [CLASS.space]: ' \t\r\n',
  [CLASS.delimiter]: ' \t\r\n,;&"\'<>()[]{}|`',
});

/** Whether a byte has a bit. */
export function isClass(byte: number | undefined, bit: number): boolean {
  return ((BYTE_CLASS[byte ?? 0] ?? 0) & bit) !== 0;
}

function table(classes: Readonly<Record<number, string>>): Uint8Array {
  const bits = new Uint8Array(256);
  for (const [bit, characters] of Object.entries(classes)) {
    for (const character of characters) {
      const code = character.charCodeAt(0);
      bits[code] = (bits[code] ?? 0) | Number(bit);
    }
  }
  return bits;
}
