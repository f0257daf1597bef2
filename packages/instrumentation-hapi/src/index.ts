/** Security meaning for hapi applications. */
export { createHapiInstrumentation } from './create-hapi-instrumentation.ts';
