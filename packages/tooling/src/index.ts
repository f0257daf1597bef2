/** What other private packages use of the tooling. */
export { packageUrl, REPOSITORY_URL } from './repository.ts';
