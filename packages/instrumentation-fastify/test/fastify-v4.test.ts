/** The suite under the oldest Fastify. */
import { LOADINGS } from '../../instrumentation/test/traced-application.ts';
import { testFastify } from './fastify.suite.ts';

for (const loading of LOADINGS) testFastify({ alias: 'fastify-v4', loading });
