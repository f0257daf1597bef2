/** A map of components in a configuration: each under its type, or `type/name` where there are several. */
import { z } from 'zod';
import { described, describeMembers } from './option-kinds.ts';

/** A kind of component a configuration may name. */
export interface DescribedComponent<T> {
  /** A word of `a-z`, `0-9` and `_`. */
  readonly type: string;
  /** Its options, checked. */
  readonly shape: z.ZodType<T>;
}

const NAME = /^([a-z][a-z0-9_]{0,31})(?:\/[a-z0-9_-]{1,64})?$/;
const COMPONENTS_MAX = 64;

/** Components by their names, at most 64, each checked by the shape of its type. */
export function componentMap<T>(types: readonly DescribedComponent<T>[], doc: string) {
  const known = types.map(({ type }) => type).join(', ');
  const names = `type or type/name, the type one of ${known}`;
  const meta = {
    expected: `at most ${COMPONENTS_MAX} components, named ${names}`,
    doc,
    default: '{}',
  };
  const shapeOf = (name: string): z.ZodType<T> | undefined =>
    types.find(({ type }) => type === NAME.exec(name)?.[1])?.shape;
  // Not a record of zod, which passes over a key named `__proto__`.
  const schema = z.unknown().transform((written, context) => {
    const components = new Map<string, T>();
    const named = entriesOf(written);
    if (named === undefined) context.addIssue({ code: 'custom', message: meta.expected });
    for (const [name, value] of named ?? []) {
      const parsed = shapeOf(name)?.safeParse(value);
      if (parsed === undefined) {
        const problem = `unknown name; allowed here: ${names}`;
        context.addIssue({ code: 'custom', path: [name], params: { problem } });
      } else if (parsed.success) {
        components.set(name, parsed.data);
      } else {
        for (const issue of parsed.error.issues) {
          context.addIssue({ ...issue, path: [name, ...issue.path] });
        }
      }
    }
    return components;
  });
  return describeMembers(described(schema.prefault({}), meta), shapeOf);
}

function entriesOf(written: unknown): [string, unknown][] | undefined {
  if (typeof written !== 'object' || written === null || Array.isArray(written)) return undefined;
  const entries = Object.entries(written);
  return entries.length <= COMPONENTS_MAX ? entries : undefined;
}
