/** The suites under the Express 4 that stands beside the Passport instrumentation. */
import { testExpress } from './express.suite.ts';
import { testLogins } from './logins.suite.ts';

const express4 = new URL('../../instrumentation-passport/package.json', import.meta.url);

testExpress('4', express4);
testLogins('4', express4);
