/** The suite under the Express 4 that stands beside it. */
import { testStrategies } from './strategies.suite.ts';

testStrategies('4', import.meta.url);
