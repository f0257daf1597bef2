/** Security meaning for Node's HTTP servers. */
export { createHttpInstrumentation, withSecurityHooks } from './create-http-instrumentation.ts';
export { createPayloadInstrumentation } from './create-payload-instrumentation.ts';
