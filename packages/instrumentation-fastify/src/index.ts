/** Security meaning for Fastify applications. */
export { createFastifyInstrumentation } from './create-fastify-instrumentation.ts';
