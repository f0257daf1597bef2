/** Token checks, seen where they happen. */
export { createTokenInstrumentation } from './create-token-instrumentation.ts';
