/** The assertions that every recogniser's cases are written in. */
import { expect } from 'chai';
import { type IndicatorKind, type Place, recogniseValue } from '../src/index.ts';

function seen(value: string, place: Place | undefined): string[] {
  const options = place === undefined ? undefined : { place };
  return recogniseValue(value, options).map(({ rule, confidence }) => `${rule}:${confidence}`);
}

/** The value is a sign of the kind, sure enough to alert alone. */
export function recognises(kind: IndicatorKind, value: string, place?: Place): void {
  const high = seen(value, place).filter((sign) => sign.endsWith(':high'));
  expect(
    high.some((sign) => sign.startsWith(`${kind}.`)),
    `${kind} in ${value}; saw [${seen(value, place).join(' ')}]`,
  ).to.equal(true);
}

/** The value is a sign of the kind in either tier. */
export function suspects(kind: IndicatorKind, value: string, place?: Place): void {
  expect(
    seen(value, place).some((sign) => sign.startsWith(`${kind}.`)),
    `${kind} in ${value}; saw [${seen(value, place).join(' ')}]`,
  ).to.equal(true);
}

/** The value is no sign of anything. */
export function allows(value: string, place?: Place): void {
  expect(seen(value, place), value).to.deep.equal([]);
}

/** The value may be looked at twice but alerts nobody by itself. */
export function doesNotAlert(value: string, place?: Place): void {
  const high = seen(value, place).filter((sign) => sign.endsWith(':high'));
  expect(high, value).to.deep.equal([]);
}
