/** Security meaning for Koa applications. */
export { createKoaInstrumentation } from './create-koa-instrumentation.ts';
