/** The suite under the Express that is installed. */
import { testExpress } from './express.suite.ts';

testExpress('5', import.meta.url);
