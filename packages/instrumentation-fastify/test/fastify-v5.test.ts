/** The suite under the newest Fastify. */
import { LOADINGS } from '../../instrumentation/test/traced-application.ts';
import { testFastify } from './fastify.suite.ts';

for (const loading of LOADINGS) testFastify({ loading });
