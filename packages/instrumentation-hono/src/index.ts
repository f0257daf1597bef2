/** Security meaning for Hono applications on Node. */
export { createHonoInstrumentation } from './create-hono-instrumentation.ts';
