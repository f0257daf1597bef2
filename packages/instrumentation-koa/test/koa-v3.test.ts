/** The suite under the newest Koa and @koa/router. */
import { LOADINGS } from '../../instrumentation/test/traced-application.ts';
import { testKoa } from './koa.suite.ts';

for (const loading of LOADINGS) {
  testKoa({ router: '@koa/router', bodyParser: '@koa/bodyparser', loading });
}
