/** The suite on the newest Node server of Hono. */
import { LOADINGS } from '../../instrumentation/test/traced-application.ts';
import { testHono } from './hono.suite.ts';

for (const loading of LOADINGS) testHono({ loading });
