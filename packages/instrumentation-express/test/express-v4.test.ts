/** The suites under Express 4. */
import { testExpress } from './express.suite.ts';
import { testLogins } from './logins.suite.ts';

testExpress('4', { express: 'express-v4' });
testLogins('4', { express: 'express-v4' });
