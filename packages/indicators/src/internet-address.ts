/** Classes of host names and addresses, whatever base or form an address is written in. */

/** `disguised` is an internal address in a form no person writes: decimal, octal, hex, mapped. */
export type AddressClass = 'public' | 'internal' | 'metadata' | 'disguised';

const METADATA_HOSTS: ReadonlySet<string> = new Set([
  'metadata.google.internal',
  'metadata.goog',
  'metadata',
  'instance-data',
  'metadata.tencentyun.com',
  'metadata.platformequinix.com',
  'kubernetes.default.svc',
  'kubernetes.default',
]);

const NUMBER = /^(?:0x[0-9a-f]{1,10}|\d{1,14})$/;

export function addressClass(host: string): AddressClass {
  if (host.startsWith('[')) return ipv6Class(host.replaceAll(/[[\]]/g, ''));
  const name = host.endsWith('.') ? host.slice(0, -1) : host;
  if (METADATA_HOSTS.has(name)) return 'metadata';
  if (name === 'localhost' || name.endsWith('.localhost')) return 'internal';
  const address = ipv4(name);
  if (address === undefined) return 'public';
  const kind = ipv4Class(address.value);
  if (kind === 'public') return 'public';
  return kind === 'metadata' ? 'metadata' : address.dotted ? 'internal' : 'disguised';
}

/** As inet_aton reads it: one to four parts, each decimal, octal or hex. */
function ipv4(text: string): { value: number; dotted: boolean } | undefined {
  const first = text.charCodeAt(0);
  if (first < 48 || first > 57) return undefined;
  const parts = text.split('.');
  if (parts.length > 4) return undefined;
  // "https:1" and "mailto:2" are no addresses: a short lone number names no host.
  if (parts.length === 1 && text.length < 8 && text !== '0') return undefined;
  let value = 0;
  let dotted = parts.length === 4;
  for (const [index, part] of parts.entries()) {
    if (!NUMBER.test(part)) return undefined;
    const octal = part.length > 1 && part.startsWith('0') && !part.startsWith('0x');
    if (octal || part.startsWith('0x') || part.length > 3) dotted = false;
    const number = octal ? Number.parseInt(part, 8) : Number(part);
    if (Number.isNaN(number)) return undefined;
    // Overflowing parts wrap in lax parsers: 425 is 169 there.
    const last = index === parts.length - 1;
    const span = last ? 2 ** (8 * (5 - parts.length)) : 256;
    if (number >= span) dotted = false;
    value = value * span + (number % span);
  }
  return { value, dotted };
}

function ipv4Class(value: number): 'public' | 'internal' | 'metadata' {
  const a = Math.floor(value / 2 ** 24);
  const b = Math.floor(value / 2 ** 16) % 256;
  if (a === 169 && b === 254) return 'metadata';
  if (value === 0x646464c8) return 'metadata';
  if (a === 127 || a === 10 || a === 0) return 'internal';
  if (a === 192 && b === 168) return 'internal';
  return a === 172 && b >= 16 && b < 32 ? 'internal' : 'public';
}

function ipv6Class(text: string): AddressClass {
  if (text === 'fd00:ec2::254') return 'metadata';
  if (/^(?:0{0,4}:){1,7}:?0{0,3}[01]?$/.test(text) || text === '::') return 'disguised';
  const mapped = /^(?:0{0,4}:){1,6}:?ffff:([\d.]{7,15}|[0-9a-f]{1,4}:[0-9a-f]{1,4})$/.exec(
    text,
  )?.[1];
  if (mapped !== undefined) {
    const [high = '', low = ''] = mapped.split(':');
    const value = mapped.includes('.')
      ? ipv4(mapped)?.value
      : Number.parseInt(high, 16) * 2 ** 16 + Number.parseInt(low, 16);
    return value !== undefined && ipv4Class(value) !== 'public' ? 'disguised' : 'public';
  }
  return /^f[cd]|^fe[89ab]/.test(text) ? 'internal' : 'public';
}
