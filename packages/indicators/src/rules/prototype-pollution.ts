/** Prototype pollution: names that reach an object's prototype instead of the object. */
import { type Rule, rule } from '../rule.ts';

export const PROTOTYPE_POLLUTION_RULES: readonly Rule[] = [
  rule('prototype_pollution.proto', '__proto__', /(?:^|[\s"'[.{,&?])__proto__(?:$|["'\][.])/i),
  rule('prototype_pollution.proto_word', '__proto__', /__proto__/i, {
    suspicious: true,
    told: { as: 'sentence', worth: 'nothing' },
  }),
  rule(
    'prototype_pollution.constructor',
    'constructor',
    /constructor(?:\.|\]?\[['"]?|['"]\s?:\s?\{\s?['"])prototype/i,
    { told: { as: 'sentence', worth: 'suspicious' } },
  ),
  rule('prototype_pollution.object', 'object.prototype', /\bobject\.prototype\.\w/i, {
    suspicious: true,
    told: { as: 'sentence', worth: 'nothing' },
  }),
  // References of React's Flight protocol that walk out of the value they name.
  rule(
    'prototype_pollution.reference',
    ':constructor¦:__proto__¦:prototype',
    /\$\w{1,6}(?::\w{1,24}){0,6}:(?:constructor|__proto__|prototype)\b/,
  ),
  rule('prototype_pollution.accessor', '__define¦__lookup', /__(?:define|lookup)[gs]etter__/i),
];
