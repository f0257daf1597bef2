/** The suite under the Express 5 of its own instrumentation. */
import { testStrategies } from './strategies.suite.ts';

testStrategies('5', new URL('../../instrumentation-express/package.json', import.meta.url).href);
