/** The suite under the Express 4 that stands beside this package. */
import { testStrategies } from './strategies.suite.ts';

testStrategies('4', import.meta.url);
