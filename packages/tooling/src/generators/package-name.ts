/** What a package calls itself in telemetry, taken from its manifest: one place says name and version. */
import { readFileSync } from 'node:fs';
import { packageUrl } from '../repository.ts';

/** Packages that say in telemetry who they are. */
export const NAMED_PACKAGES: readonly string[] = [
  ...['sdk', 'instrumentation-express', 'instrumentation-passport'],
  'instrumentation-fastify',
  'instrumentation-koa',
  'instrumentation-hapi',
  'instrumentation-hono',
  'instrumentation-http',
  'instrumentation-password',
  'instrumentation-token',
];

/** The generated file of such a package. */
export function packageNameFile(packageName: string): URL {
  return new URL('src/generated/package-name.ts', packageUrl(packageName));
}

/** Its text. */
export function renderPackageName(packageName: string): string {
  const text = readFileSync(new URL('package.json', packageUrl(packageName)), 'utf8');
  const { name, version } = JSON.parse(text) as { name: string; version: string };
  return [
    '// Generated from package.json by `npm run generate`. Do not edit.',
    '',
    '/** Who tells: the instrumentation scope of what this package emits. */',
    `export const PACKAGE = { name: '${name}', version: '${version}' } as const;`,
    '',
  ].join('\n');
}
