/** Pure recognisers of attack signs in one input. */
export {
  type Confidence,
  type Decoding,
  INDICATOR_KINDS,
  type Indicator,
  type IndicatorKind,
  type LocatedIndicator,
  type Place,
} from './indicator.ts';
export { DEFAULT_LIMITS, type Limits } from './limits.ts';
export { recogniseBody } from './recognise-body.ts';
export { type HeaderValues, recogniseHeader, recogniseHeaders } from './recognise-headers.ts';
export { recogniseTarget } from './recognise-target.ts';
export { type RecogniseOptions, recogniseUserAgent, recogniseValue } from './recognise-value.ts';
