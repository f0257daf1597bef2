/** The suite on the oldest Node server of Hono. */
import { LOADINGS } from '../../instrumentation/test/traced-application.ts';
import { testHono } from './hono.suite.ts';

for (const loading of LOADINGS) testHono({ alias: 'hono-node-server-v1', loading });
