/** A map of components in a configuration: each under its type, or `type/name` where there are several. */
import { z } from 'zod';
import type { ConfiguredComponent, DescribedComponent } from './described-component.ts';
import { described, describeMembers } from './option-kinds.ts';

/** A name of the type `type`, alone or with what tells it from others of the type. */
const NAME = /^([a-z][a-z0-9_]{0,31})(?:\/[a-z0-9_-]{1,64})?$/;
const COMPONENTS_MAX = 64;

/** What a map holds, and where it stands. */
export interface ComponentMapOptions {
  /** What stands here, one sentence. */
  readonly doc: string;
  /**
   * No other place of the configuration holds components of these types: those that are on by default are
   * here, and the reference tells of their options here.
   */
  readonly isOnlyPlace: boolean;
}

/** Components by their names, at most 64, each checked by the shape of its type; types in their order first. */
export function componentMap<About, Needs, Component>(
  types: readonly DescribedComponent<About, Needs, Component>[],
  { doc, isOnlyPlace }: ComponentMapOptions,
) {
  type Configured = ConfiguredComponent<About, Needs, Component>;
  const known = types.map(({ type }) => type).join(', ');
  const betas = types
    .flatMap(({ type, stability }) => (stability === 'beta' ? type : []))
    .join(', ');
  const names = `type or type/name, the type one of ${known}`;
  const meta = {
    expected: `at most ${COMPONENTS_MAX} components, named ${names}`,
    doc: betas === '' ? doc : `${doc} Still beta: ${betas}.`,
    default: '{}',
  };
  const shapeOf = (name: string): z.ZodType<Configured> | undefined =>
    types.find(({ type }) => type === NAME.exec(name)?.[1])?.shape;
  // Not a record of zod, which passes over a key named `__proto__`.
  const schema = z.unknown().transform((written, context) => {
    const components = new Map<string, Configured>();
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
    return isOnlyPlace ? withDefaults(types, components) : components;
  });
  return describeMembers(described(schema.prefault({}), meta), {
    schemaOf: shapeOf,
    members: types.map(({ type, shape }) => ({ name: type, schema: shape })),
    areToldHere: isOnlyPlace,
  });
}

/** Those named for their type alone in the order of the types, each on by default there; then the others. */
function withDefaults<About, Needs, Component>(
  types: readonly DescribedComponent<About, Needs, Component>[],
  written: ReadonlyMap<string, ConfiguredComponent<About, Needs, Component>>,
): ReadonlyMap<string, ConfiguredComponent<About, Needs, Component>> {
  const components = new Map<string, ConfiguredComponent<About, Needs, Component>>();
  for (const { type, shape, isOnByDefault } of types) {
    const component = written.get(type) ?? (isOnByDefault ? shape.parse({}) : undefined);
    if (component !== undefined) components.set(type, component);
  }
  for (const [name, component] of written) components.set(name, component);
  return components;
}

function entriesOf(written: unknown): [string, unknown][] | undefined {
  if (typeof written !== 'object' || written === null || Array.isArray(written)) return undefined;
  const entries = Object.entries(written);
  return entries.length <= COMPONENTS_MAX ? entries : undefined;
}
