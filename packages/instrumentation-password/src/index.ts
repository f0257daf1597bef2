/** Password checks, seen where they happen. */
export { createPasswordInstrumentation } from './create-password-instrumentation.ts';
