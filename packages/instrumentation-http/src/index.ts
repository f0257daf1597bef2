/** Security meaning for Node's HTTP servers. */
export { createHttpInstrumentation, withSecurityHooks } from './create-http-instrumentation.ts';
