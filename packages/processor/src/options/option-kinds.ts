/**
 * Kinds of option a configuration file may hold. Each builder returns a zod schema that carries, for
 * messages and for the reference, what is expected and what the option means.
 */
import { X509Certificate } from 'node:crypto';
import { isIPv6 } from 'node:net';
import { z } from 'zod';
import { Secret } from './secret.ts';

/** What messages and the reference say of one option. */
export interface OptionMeta {
  /** What a value must look like, limits included: finishes the sentence "expected …". */
  readonly expected: string;
  /** What the option means, one sentence. */
  readonly doc: string;
  /** The default as a user would write it; absent where the option is required or off. */
  readonly default?: string;
  /** The value is a secret: messages do not show it. */
  readonly secret?: true;
}

const OPTION_META = new WeakMap<z.core.$ZodType, OptionMeta>();

/** What a schema built here expects and means; undefined for groups of options. */
export function optionMeta(schema: z.core.$ZodType): OptionMeta | undefined {
  return OPTION_META.get(schema);
}

/** The same schema, with what is said of it. */
export function described<T extends z.ZodType>(schema: T, meta: OptionMeta): T {
  OPTION_META.set(schema, meta);
  return schema;
}

/** The members of a map whose names are free within limits. */
export interface MapMembers {
  /** The schema of the member of a name; undefined for a name that is not allowed. */
  readonly schemaOf: (name: string) => z.core.$ZodType | undefined;
  /** A schema for each kind of member, by the name it has alone. */
  readonly members: readonly { readonly name: string; readonly schema: z.core.$ZodType }[];
  /** Whether the reference tells of the members' options here; else it does elsewhere. */
  readonly areToldHere: boolean;
}

const MEMBERS = new WeakMap<z.core.$ZodType, MapMembers>();

/** The same schema of a map, with what may stand in it. */
export function describeMembers<T extends z.ZodType>(schema: T, members: MapMembers): T {
  MEMBERS.set(schema, members);
  return schema;
}

/** What may stand in a map built here; undefined for all else. */
export function membersOf(schema: z.core.$ZodType): MapMembers | undefined {
  return MEMBERS.get(schema);
}

/** An option of a group, by its dotted path from there. */
export interface GroupOption extends OptionMeta {
  readonly path: string;
}

const GROUPS = new WeakMap<z.core.$ZodType, readonly GroupOption[]>();

/** The same schema of a group that checks itself, with its options for the reference. */
export function describeGroup<T extends z.ZodType>(schema: T, options: readonly GroupOption[]): T {
  GROUPS.set(schema, options);
  return schema;
}

/** The options of a group that checks itself; undefined for all else. */
export function optionsOf(schema: z.core.$ZodType): readonly GroupOption[] | undefined {
  return GROUPS.get(schema);
}
const DURATION = /^(\d{1,9})(ms|s|m|h|d)$/;
const BYTE_SIZE = /^(\d{1,9})(B|KiB|MiB|GiB|TiB)$/;

interface Ranged {
  readonly min: string;
  readonly max: string;
  readonly default: string;
  readonly doc: string;
}

/** A length of time such as `250ms`, `30s`, `5m`, `1h` or `7d`; gives milliseconds. */
export function duration({ min, max, default: preset, doc }: Ranged) {
  const [minMs, maxMs] = [parseDuration(min) ?? 0, parseDuration(max) ?? Infinity];
  const meta = {
    expected: `a duration from ${min} to ${max}, such as ${preset}`,
    doc,
    default: preset,
  };
  const schema = z
    .string()
    .regex(DURATION)
    .transform((written, context) => {
      const value = parseDuration(written);
      if (value !== undefined && value >= minMs && value <= maxMs) return value;
      context.addIssue({ code: 'custom', message: meta.expected });
      return z.NEVER;
    });
  return described(schema.prefault(preset), meta);
}

/** A size such as `64KiB`, `4MiB` or `2GiB`; gives bytes. */
export function byteSize({ min, max, default: preset, doc }: Ranged) {
  const [minBytes, maxBytes] = [parseByteSize(min) ?? 0, parseByteSize(max) ?? Infinity];
  const meta = {
    expected: `a size from ${min} to ${max}, such as ${preset}`,
    doc,
    default: preset,
  };
  const schema = z
    .string()
    .regex(BYTE_SIZE)
    .transform((written, context) => {
      const value = parseByteSize(written);
      if (value !== undefined && value >= minBytes && value <= maxBytes) return value;
      context.addIssue({ code: 'custom', message: meta.expected });
      return z.NEVER;
    });
  return described(schema.prefault(preset), meta);
}

interface Counted {
  readonly min: number;
  readonly max: number;
  readonly default: number;
  readonly doc: string;
}

/** A whole number within limits. */
export function wholeNumber({ min, max, default: preset, doc }: Counted) {
  const expected = `a whole number from ${min} to ${max}`;
  const schema = z.number().int().min(min).max(max).default(preset);
  return described(schema, { expected, doc, default: String(preset) });
}

/** A switch. */
export function flag({ default: preset, doc }: { default: boolean; doc: string }) {
  const meta = { expected: 'true or false', doc, default: String(preset) };
  return described(z.boolean().default(preset), meta);
}

/** One of a fixed set of words. */
export function oneOf<const T extends readonly [string, ...string[]]>(
  values: T,
  { default: preset, doc }: { default: T[number]; doc: string },
) {
  const meta = { expected: `one of ${values.join(', ')}`, doc, default: preset };
  return described(z.enum(values).default(preset as never), meta);
}

/** Some of a fixed set of words, at least one; all of them by default. */
export function someOf<const T extends readonly [string, ...string[]]>(values: T, doc: string) {
  const all = [...values];
  const expected = `a list of at least one of ${values.join(', ')}`;
  const schema = z
    .array(z.enum(values))
    .min(1)
    .max(values.length)
    .default(all as never);
  return described(schema, { expected, doc, default: `[${values.join(', ')}]` });
}

/** Free text, at most 4,096 characters. */
export function text({ default: preset, doc }: { default: string; doc: string }) {
  const meta = { expected: 'text of 1 to 4096 characters', doc, default: preset };
  return described(z.string().min(1).max(4096).default(preset), meta);
}

/** Free text that may be left out. */
export function optionalText(doc: string) {
  return described(z.string().min(1).max(4096).optional(), {
    expected: 'text of 1 to 4096 characters',
    doc,
  });
}

/** Path of a folder. */
export function folderPath(doc: string) {
  const expected = 'the path of a folder, 1 to 4096 characters';
  return described(z.string().min(1).max(4096), { expected, doc });
}

/** A list of texts, at most 1,024 of 256 characters each. */
export function textList(doc: string) {
  const meta = {
    expected: 'a list of at most 1024 texts of 1 to 256 characters',
    doc,
    default: '[]',
  };
  return described(z.array(z.string().min(1).max(256)).max(1024).default([]), meta);
}

/** Where a server listens. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

/** `host:port`; an IPv6 host stands in brackets. Port 0 takes any free port. */
export function endpoint({ default: preset, doc }: { default: string; doc: string }) {
  const meta = { expected: `host:port, such as ${preset} or [::1]:4318`, doc, default: preset };
  const schema = z.string().transform((value, context) => {
    const match = /^(?:\[([0-9a-fA-F:.]{2,45})\]|([\w.-]{1,253})):(\d{1,5})$/.exec(value);
    const host = match?.[1] ?? match?.[2];
    const port = Number(match?.[3]);
    if (host !== undefined && port <= 65_535) return { host, port };
    context.addIssue({ code: 'custom', message: meta.expected });
    return z.NEVER;
  });
  return described(schema.prefault(preset), meta);
}

const HOST_NAME = /^[0-9A-Za-z][\w.-]{0,252}$/;

/** Name or address of a server. */
export function hostName(doc: string) {
  const expected = 'a host name or address of at most 253 characters, without a port';
  const schema = z.string().refine((value) => isIPv6(value) || HOST_NAME.test(value));
  return described(schema, { expected, doc });
}

const CERTIFICATES_CHARACTERS_MAX = 1_048_576;

/** Certificates in PEM, at most 1 MiB. */
export function certificates(doc: string) {
  const expected = 'certificates in PEM, at most 1 MiB';
  const schema = z.string().max(CERTIFICATES_CHARACTERS_MAX).refine(areCertificates).optional();
  return described(schema, { expected, doc });
}

function areCertificates(pem: string): boolean {
  const found = pem.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? [];
  try {
    return found.map((one) => new X509Certificate(one)).length > 0;
  } catch {
    return false;
  }
}

/** As servers take it without further ado: no quotes, no comments, no name before it. */
const MAIL_ADDRESS = /^[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[0-9A-Za-z][0-9A-Za-z.-]{0,252}$/;

/** A mail address. */
export function mailAddress(doc: string) {
  const expected = 'a mail address, such as alerts@example.com';
  return described(z.string().regex(MAIL_ADDRESS), { expected, doc });
}

/** Mail addresses, 1 to 32. */
export function mailAddresses(doc: string) {
  const expected = 'a list of 1 to 32 mail addresses, such as [ops@example.com]';
  return described(z.array(z.string().regex(MAIL_ADDRESS)).min(1).max(32), { expected, doc });
}

/** An http or https URL without credentials in it. */
export function httpUrl(doc: string) {
  const expected = 'an http:// or https:// URL without credentials in it';
  const schema = z.string().max(2048).refine(isPlainHttpUrl, { message: expected });
  return described(schema, { expected, doc });
}

/** Plain http is for this machine alone, where nobody listens in. */
const LOOPBACK_HOSTS: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);

/** An address that is a secret by itself, so that it is never printed, and never sent in clear. */
export function secretUrl(doc: string) {
  const expected = 'a secret https:// URL, or an http:// one of this machine';
  const schema = z
    .string()
    .max(2048)
    .refine(isSecretUrl, { message: expected })
    .transform((value) => new Secret(value));
  return described(schema, { expected, doc, secret: true });
}

/** A value that is never printed. */
export function secret(doc: string) {
  const schema = z
    .string()
    .min(1)
    .max(8192)
    .transform((value) => new Secret(value))
    .optional();
  return described(schema, { expected: 'a secret of 1 to 8192 characters', doc, secret: true });
}

/** Header names with their values, at most 32; values are secrets. */
export function secretHeaders(doc: string) {
  const name = z.string().regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,128}$/);
  const value = z
    .string()
    .max(8192)
    .regex(/^[\t\x20-\x7e\x80-\xff]*$/)
    .transform((header) => new Secret(header));
  const schema = z.record(name, value).prefault({});
  return described(schema, {
    expected: 'a map of header names to values',
    doc,
    default: '{}',
    secret: true,
  });
}

function isPlainHttpUrl(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const url = new URL(value);
  return /^https?:$/.test(url.protocol) && url.username === '' && url.password === '';
}

function isSecretUrl(value: string): boolean {
  if (!isPlainHttpUrl(value)) return false;
  const { protocol, hostname } = new URL(value);
  return protocol === 'https:' || LOOPBACK_HOSTS.has(hostname);
}

const DURATION_UNIT_MS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

function parseDuration(value: string): number | undefined {
  const match = DURATION.exec(value);
  if (match === null) return undefined;
  return Number(match[1]) * DURATION_UNIT_MS[match[2] as keyof typeof DURATION_UNIT_MS];
}

const BYTE_UNIT = { B: 1, KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3, TiB: 1024 ** 4 } as const;

function parseByteSize(value: string): number | undefined {
  const match = BYTE_SIZE.exec(value);
  if (match === null) return undefined;
  return Number(match[1]) * BYTE_UNIT[match[2] as keyof typeof BYTE_UNIT];
}
