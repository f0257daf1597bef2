/** Reads a text that may be a GraphQL document: its measure, and each of its strings on its own. */
import { isGraphql, shapeOf } from './body/graphql.ts';
import type { Findings } from './findings.ts';
import { asksTooMuch, GRAPHQL_SIGNS } from './rules/graphql.ts';

const LENGTH_MIN = 12;

export function readGraphql(text: string, name: string, findings: Findings): void {
  if (text.length < LENGTH_MIN || !text.includes('{') || !isGraphql(text)) return;
  const shape = shapeOf(text);
  for (const literal of shape.literals) findings.read(literal, 'value', name);
  const signs = [
    ...(shape.introspects ? [GRAPHQL_SIGNS.introspection] : []),
    ...(shape.depth > asksTooMuch.depth ? [GRAPHQL_SIGNS.depth] : []),
    ...(shape.aliases > asksTooMuch.aliases ? [GRAPHQL_SIGNS.aliases] : []),
    ...(shape.directives > asksTooMuch.directives ? [GRAPHQL_SIGNS.directives] : []),
  ];
  findings.add(signs, name);
}
