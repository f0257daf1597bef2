/** Ordinary requests: texts of each kind in the places where they are sent. */
import { ordinary } from './payloads.ts';
import { ENCODINGS, PLACES, type Request, requestOf } from './placed.ts';

/** One ordinary request. */
export interface OrdinaryRequest {
  readonly kind: string;
  readonly text: string;
  readonly request: Request;
}

const SEARCH_PLACES = ['query value', 'form value', 'JSON value', 'GraphQL variable', 'referer'];
const PROSE_PLACES = [
  'form, parsed',
  'JSON value',
  'JSON text',
  'multipart',
  'XML text',
  'text body',
];
const ENCODED = ['plain', 'base64', 'url'];

/** Ordinary requests of a seed, `times` of each template in each of its places. */
export function* ordinaryRequests(seed: number, times: number): Generator<OrdinaryRequest> {
  for (const { family: kind, text: written } of ordinary(seed, times)) {
    const text = kind === 'beacon' ? written : written.replaceAll('\\n', '\n');
    for (const request of requestsOf(kind, text)) yield { kind, text, request };
  }
}

function requestsOf(kind: string, text: string): readonly Request[] {
  switch (kind) {
    case 'search':
      return placed(text, SEARCH_PLACES, ['plain', 'url']);
    case 'prose':
      return placed(text, PROSE_PLACES, ENCODED);
    case 'beacon':
      return [requestOf({ target: `/collect?${text}` }), requestOf({ body: text })];
    case 'cookie':
      return [requestOf({}, { cookie: text })];
    case 'agent':
      return [requestOf({}, { 'user-agent': text })];
    case 'target':
      return [
        requestOf({ target: text }),
        requestOf({}, { referer: `https://shop.example${text}` }),
      ];
    default:
      return documents(text);
  }
}

/** As it came, and parsed as a framework would. */
function documents(text: string): readonly Request[] {
  try {
    return [requestOf({ body: text }), requestOf({ body: JSON.parse(text) as unknown })];
  } catch {
    return [requestOf({ body: text })];
  }
}

function placed(
  text: string,
  places: readonly string[],
  encodings: readonly string[],
): readonly Request[] {
  return places.flatMap((place) =>
    encodings.flatMap((encoding) => {
      const encoded = ENCODINGS[encoding]?.(text, undefined) ?? text;
      const request = PLACES[place]?.(encoded);
      return request === undefined ? [] : [request];
    }),
  );
}
