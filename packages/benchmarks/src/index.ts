/** Benchmarks are run, not imported: see `run.ts`. */
export { renderResults } from './measure/render-results.ts';
export { type Result } from './measure/result.ts';
