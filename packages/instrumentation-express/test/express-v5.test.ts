/** The suites under the Express that is installed. */
import { testExpress } from './express.suite.ts';
import { testLogins } from './logins.suite.ts';

testExpress('5', {});
testLogins('5', {});
