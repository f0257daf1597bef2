/** GraphQL documents that map an API or ask for more than any page needs. Judged by measure, not by words. */
import type { Indicator } from '../indicator.ts';

/** Beyond these a document asks for too much. */
export const asksTooMuch = { depth: 15, aliases: 64, directives: 50, operations: 20 } as const;

type GraphqlExcess = 'introspection' | 'depth' | 'aliases' | 'directives' | 'batch';

const sign = (what: GraphqlExcess): Indicator =>
  Object.freeze({
    kind: 'extraneous',
    confidence: 'suspicious',
    rule: `extraneous.graphql_${what}`,
    decoding: [],
  });

/** Suspicious at most: developers' tools introspect, and a page may ask for much. */
export const GRAPHQL_SIGNS: Readonly<Record<GraphqlExcess, Indicator>> = {
  introspection: sign('introspection'),
  depth: sign('depth'),
  aliases: sign('aliases'),
  directives: sign('directives'),
  batch: sign('batch'),
} as const;
