// Generated from package.json by `npm run generate`. Do not edit.

/** Who tells: the instrumentation scope of what this package emits. */
export const PACKAGE = { name: '@spanguard/instrumentation-password', version: '0.1.0' } as const;
