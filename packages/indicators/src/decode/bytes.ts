/** Bytes of a body as text: UTF-16 where they say so or look like it, else UTF-8. */

const BYTES_MAX = 2 * 1024 * 1024;
const HEAD_BYTES = 64;

/** Of more than 2 MiB the first and the last MiB. What is no text becomes text without meaning. */
export function textOfBytes(bytes: Uint8Array): string {
  if (bytes.length > BYTES_MAX) {
    const half = BYTES_MAX / 2;
    return `${textOfBytes(bytes.subarray(0, half))} ${textOfBytes(bytes.subarray(-half))}`;
  }
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const order = utf16Order(buffer);
  if (order === undefined) return buffer.toString('utf8');
  const even = buffer.subarray(0, buffer.length - (buffer.length % 2));
  return (order === 'little' ? even : Buffer.from(even).swap16()).toString('utf16le');
}

/** By its byte order mark, or by where the zeros stand in what is markup or text of ASCII. */
function utf16Order(bytes: Uint8Array): 'little' | 'big' | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'little';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'big';
  const length = Math.min(HEAD_BYTES, bytes.length - (bytes.length % 2));
  let [zerosAtEven, zerosAtOdd] = [0, 0];
  for (let at = 0; at < length; at++) {
    if (bytes[at] !== 0) continue;
    if (at % 2 === 0) zerosAtEven += 1;
    else zerosAtOdd += 1;
  }
  const many = length * 0.4;
  if (zerosAtOdd > many && zerosAtEven === 0) return 'little';
  return zerosAtEven > many && zerosAtOdd === 0 ? 'big' : undefined;
}
