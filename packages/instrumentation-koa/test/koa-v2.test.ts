/** The suite under the oldest Koa and the older koa-router. */
import { LOADINGS } from '../../instrumentation/test/traced-application.ts';
import { testKoa } from './koa.suite.ts';

for (const loading of LOADINGS) {
  testKoa({ alias: 'koa-v2', router: 'koa-router', bodyParser: 'koa-bodyparser', loading });
}
