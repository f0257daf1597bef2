/** What loggers call what a security event is made of, in one spelling: small letters, no separators. */

/** What a field of a log says. */
export const LOG_FIELDS = [
  ...(['event', 'user', 'client', 'outcome', 'status', 'method', 'target', 'request'] as const),
  ...(['agent', 'bytes', 'message'] as const),
] as const;

/** One of {@link LOG_FIELDS}. */
export type LogField = (typeof LOG_FIELDS)[number];

/** The first one of a record that says something, by field. */
export type LogValues = Map<LogField, string>;

const SPELLINGS: Readonly<Record<LogField, string>> = {
  event:
    'event eventname eventtype owaspevent owaspeventname owaspeventtype owaspeventevent securityevent ' +
    'appsecevent eventaction action',
  user:
    'user username userid userlogin usr usrid usrname login loginname account accountname principal ' +
    'principalname email useremail subject sub enduserid remoteuser owaspeventuser owaspeventuserid ' +
    'sourceuser targetusername',
  client:
    'ip clientip clientaddress clientaddr remoteaddr remoteip remoteaddress sourceip sourceipaddress ' +
    'sourceaddress srcip srcaddr ipaddress ipaddr rhost peerip realip xrealip requestip reqip ' +
    'reqremoteaddress reqremoteaddr httpclientip clientipaddress requestremoteip requestremoteaddr ' +
    'requestclientip netpeerip userip owaspeventsourceip',
  outcome: 'outcome result eventoutcome success authresult loginresult loginstatus',
  status:
    'status statuscode httpstatus httpstatuscode responsecode responsestatus responsestatuscode ' +
    'resstatuscode resstatus httpresponsestatuscode scstatus',
  method: 'method requestmethod httpmethod reqmethod verb httprequestmethod csmethod',
  target:
    'url uri requesturi path requestpath requrl reqpath requri urlpath httpurl originalurl requesturl ' +
    'requestoriginalurl urloriginal httptarget urlfull csuristem',
  request: 'request requestline',
  agent:
    'useragent httpuseragent agent reqheadersuseragent requestheadersuseragent useragentoriginal ' +
    'csuseragent httprequestuseragent',
  bytes:
    'bytes bodybytessent bytessent size responsesize contentlength rescontentlength ' +
    'resheaderscontentlength scbytes bytesout',
  message: 'message msg description log text eventmessage shortmessage',
};

const FIELD_OF_SPELLING = new Map<string, LogField>();
const FIELD_OF_HASH = new Map<number, LogField>();
/** A name longer than any of them is none. */
const NAME_BYTES_MAX = 40;
const FNV_BASIS = 0x811c9dc5;
const FNV_PRIME = 0x01000193;
const NOTHING = 0;

/** What each byte of a name counts as: letters small, separators nothing. */
const LETTER = new Uint8Array(256);
for (let byte = 0; byte < LETTER.length; byte++) {
  const isSeparator = byte === 0x2d || byte === 0x2e || byte === 0x5f || byte === 0x20;
  const isCapital = byte >= 0x41 && byte <= 0x5a;
  LETTER[byte] = isSeparator ? NOTHING : isCapital ? byte | 0x20 : byte;
}
/** Whether a name may begin with one byte and end with another. */
const ENDS = new Uint8Array(65_536);
for (const field of LOG_FIELDS) {
  for (const spelling of SPELLINGS[field].split(' ')) {
    const bytes = Buffer.from(spelling);
    FIELD_OF_SPELLING.set(spelling, field);
    FIELD_OF_HASH.set(hashOf(bytes, 0, bytes.length), field);
    ENDS[endsOf(bytes, 0, bytes.length)] = 1;
  }
}

/** The field that a name stands for. Asked of every attribute, so no string is made unless it is one. */
export function fieldOfBytes(bytes: Uint8Array, start: number, end: number): LogField | undefined {
  // Nine names in ten are decided by their ends.
  if (ENDS[endsOf(bytes, start, end)] === 0 || end - start > NAME_BYTES_MAX) return undefined;
  const field = FIELD_OF_HASH.get(hashOf(bytes, start, end));
  if (field === undefined) return undefined;
  return fieldOfName(Buffer.from(bytes.subarray(start, end)).toString('latin1'));
}

/** The field that a name stands for. */
export function fieldOfName(name: string): LogField | undefined {
  if (name.length > NAME_BYTES_MAX || !FIELD_OF_HASH.has(hashOfName(name))) return undefined;
  return FIELD_OF_SPELLING.get(name.toLowerCase().replaceAll(/[-._ ]/g, ''));
}

function endsOf(bytes: Uint8Array, start: number, end: number): number {
  return (((bytes[start] ?? 0) | 0x20) << 8) | ((bytes[end - 1] ?? 0) | 0x20);
}

function hashOfName(name: string): number {
  let hash = FNV_BASIS;
  for (let at = 0; at < name.length; at++) {
    const letter = LETTER[name.charCodeAt(at) & 0xff] ?? NOTHING;
    if (letter !== NOTHING) hash = Math.imul(hash ^ letter, FNV_PRIME);
  }
  return hash;
}

function hashOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = FNV_BASIS;
  for (let at = start; at < end; at++) {
    const letter = LETTER[bytes[at] ?? 0] ?? NOTHING;
    if (letter !== NOTHING) hash = Math.imul(hash ^ letter, FNV_PRIME);
  }
  return hash;
}
