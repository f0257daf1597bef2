/** Security meaning for Express applications. */
export { createExpressInstrumentation } from './create-express-instrumentation.ts';
