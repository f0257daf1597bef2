/** The network a client is counted by. */
import { isIP } from 'node:net';

/**
 * An IPv4 address as it is, an IPv6 address as its /64: one subscriber has a whole /64, and would
 * otherwise never be seen twice. Mapped IPv4 (`::ffff:a.b.c.d`) counts as IPv4. Undefined for what is
 * no address.
 */
export function clientPrefix(address: string): string | undefined {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1] ?? address;
  switch (isIP(mapped)) {
    case 4:
      return `${mapped}/32`;
    case 6:
      return `${networkOf(mapped)}/64`;
    default:
      return undefined;
  }
}

/** The first four groups, the rest zero, in the short form. */
function networkOf(address: string): string {
  const [head = '', tail] = (address.split('%', 1)[0] ?? '').split('::');
  const front = head === '' ? [] : head.split(':');
  const back = tail === undefined || tail === '' ? [] : tail.split(':');
  // A dotted last group stands for two.
  const written = front.length + back.length + (back.at(-1)?.includes('.') === true ? 1 : 0);
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - written);
  const groups = [...front, ...Array.from({ length: zeros }, () => '0'), ...back].slice(0, 4);
  const short = groups.map((group) => (parseInt(group, 16) || 0).toString(16));
  while (short.length > 1 && short.at(-1) === '0') short.pop();
  return short.length === 1 && short[0] === '0' ? '::' : `${short.join(':')}::`;
}
