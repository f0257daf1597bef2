/** Renders the options as a JSON Schema, by which editors complete and check a configuration file. */
import { z } from 'zod';
import { membersOf, optionMeta } from '../options/option-kinds.ts';
import { configShape } from './shape.ts';

/** Where the schema lies, from the root of the repository. */
export const SCHEMA_PATH = 'collector-config/spanguard.schema.json';

type Schema = z.core.JSONSchema.BaseSchema;

/** What stands for a value wherever a scalar may: see `substitution.ts`. */
const SUBSTITUTED = { type: 'string', pattern: String.raw`\$\{(env|file):[^}]+\}` } as const;
const SCALARS: ReadonlySet<unknown> = new Set(['string', 'number', 'integer', 'boolean']);

/** The schema, as it is written to its file. */
export function renderSchema(): string {
  const { $schema, ...schema } = schemaOf(configShape);
  const whole = {
    $schema,
    title: 'Configuration of Spanguard',
    description:
      'What `spanguard run --config` reads. Generated; see packages/processor/README.md.',
    ...schema,
  };
  return `${JSON.stringify(whole, undefined, 2)}\n`;
}

/** What may be written, before defaults are put in and values are turned into what the code works with. */
function schemaOf(shape: z.core.$ZodType): Schema {
  return z.toJSONSchema(shape, {
    io: 'input',
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema, path }) => {
      if (path.at(-1) !== 'propertyNames') describe(zodSchema, jsonSchema);
    },
  });
}

function describe(zodSchema: z.core.$ZodType, schema: Schema): void {
  const map = membersOf(zodSchema);
  if (map !== undefined) {
    schema.type = 'object';
    schema.additionalProperties = false;
    schema.patternProperties = Object.fromEntries(
      map.members.map(({ name, schema: member }) => {
        const { $schema: _, ...properties } = schemaOf(member);
        return [`^${name}(/[a-z0-9_-]{1,64})?$`, properties];
      }),
    );
  }
  // Zod writes the default of what is inside: a group whose options all have one is `{}`.
  delete schema.default;
  const checks = SCALARS.has(schema.type) ? withSubstitution(schema) : { ...schema };
  for (const key of Object.keys(schema)) delete schema[key];
  Object.assign(schema, checks);
  const meta = optionMeta(zodSchema);
  if (meta === undefined) return;
  schema.description = `${meta.doc} Expected: ${meta.expected}.`;
  if (meta.default !== undefined) schema.default = defaultOf(meta.default, checks);
}

/** Text without a pattern takes `${env:X}` as it is. */
function withSubstitution(schema: Schema): Schema {
  const isAnyText =
    schema.type === 'string' && schema.pattern === undefined && schema.enum === undefined;
  return isAnyText ? { ...schema } : { anyOf: [{ ...schema }, SUBSTITUTED] };
}

/** As it would be written in YAML: only what is no text is parsed. */
function defaultOf(written: string, schema: Schema): unknown {
  const types = [schema.type, ...(schema.anyOf ?? []).map((one) => one.type)];
  if (types[0] === 'array' || types[0] === 'object') return defaultOfList(written);
  return types.some((type) => type === 'integer' || type === 'number' || type === 'boolean')
    ? JSON.parse(written)
    : written;
}

function defaultOfList(written: string): unknown {
  if (written === '[]') return [];
  return written === '{}' ? {} : written.slice(1, -1).split(', ');
}
