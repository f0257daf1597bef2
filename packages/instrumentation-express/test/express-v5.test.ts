/** The suites under the Express that is installed. */
import { testExpress } from './express.suite.ts';
import { testLogins } from './logins.suite.ts';

testExpress('5', import.meta.url);
testLogins('5', import.meta.url);
