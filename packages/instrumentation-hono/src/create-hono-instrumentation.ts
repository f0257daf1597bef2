/** The Hono patches, declared: its routers and its request, in both builds of the package. No span is made. */
import type { InstrumentationConfig } from '@opentelemetry/instrumentation';
import {
  type ModulePatch,
  type SecurityInstrumentation,
  createSecurityInstrumentation,
  patch,
} from '@spanguard/instrumentation';
import { PACKAGE } from './generated/package-name.ts';
import { observeBody } from './observe-body.ts';
import { observeAdd } from './observe-handler.ts';

const ROUTERS = [
  ['smart-router', 'SmartRouter'],
  ['reg-exp-router', 'RegExpRouter'],
  ['trie-router', 'TrieRouter'],
  ['linear-router', 'LinearRouter'],
  ['pattern-router', 'PatternRouter'],
] as const;

/**
 * Gives server spans the right `http.route` (base paths, nested and mounted applications, and also for what
 * middleware answers before the handler), and the request's record the body as the application parsed it, its
 * response payload and its user. Hono 4 on `@hono/node-server` 1 and 2, `require` and `import`.
 *
 * @example
 * const instrumentations = [createHttpInstrumentation(), createHonoInstrumentation()];
 */
export function createHonoInstrumentation(
  config: InstrumentationConfig = {},
): SecurityInstrumentation {
  const hono = patch('hono', '>=4 <5');
  for (const folder of ['dist', 'dist/cjs']) declareBuild(hono, folder);
  return createSecurityInstrumentation({ ...PACKAGE, patches: [hono] }, config);
}

function declareBuild(hono: ModulePatch, folder: string): void {
  for (const [path, name] of ROUTERS) {
    hono.file(`${folder}/router/${path}/router.js`, (file) =>
      file.method(`${name}.prototype.add`, observeAdd),
    );
  }
  hono.file(`${folder}/request.js`, (file) => {
    for (const name of ['json', 'parseBody', 'formData']) {
      file.method(`HonoRequest.prototype.${name}`, observeBody);
    }
  });
}
