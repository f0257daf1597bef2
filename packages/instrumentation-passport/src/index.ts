/** Login outcomes of every Passport strategy. */
export { createPassportInstrumentation } from './create-passport-instrumentation.ts';
