/** Small applications in many styles, and what is true of each request to them. */
import { basicApplication, keyApplication } from './credential-applications.ts';
import { expressApplications } from './express-applications.ts';
import type { Application } from './application.ts';
import { frameworkApplications } from './framework-applications.ts';
import { openidApplication } from './openid-application.ts';

export {
  type Application,
  type Asked,
  RIGHT_PASSWORD,
  type Step,
  type StepName,
  STEPS,
  type Truth,
} from './application.ts';
export { resultsOf, type Run, type Score, scoreOf, type Told } from './score.ts';

/** All applications, in the order of the table. */
export const applications: readonly Application[] = [
  ...expressApplications,
  openidApplication,
  basicApplication(),
  keyApplication(),
  ...frameworkApplications,
];
