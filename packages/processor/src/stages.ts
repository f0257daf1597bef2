/** The stages of the intake one by one, for who measures them; a program runs them through `createProcessor`. */
export { BatchDetector } from './detection/batch-detector.ts';
export { DETECTION_COLUMNS } from './detection/columns.ts';
export { decodeFacts } from './model/facts/decode-facts.ts';
export { FactBatch } from './model/facts/fact-batch.ts';
export { systemClock } from './pipeline/clock.ts';
export { BatchRedactor } from './redaction/batch-redactor.ts';
export { factMaskOf } from './service/create-stages.ts';
