/**
 * Renders the conventions model as TypeScript constants and as a reference page. Reads and writes no
 * file.
 */
import { parse } from 'yaml';
import {
  attributesRead,
  checkFields,
  fieldConstants,
  type FieldModel,
  renderFieldReference,
  renderFields,
} from './fields.ts';
import { type Tellers, toldBy } from './tellers.ts';

interface AttributeModel {
  readonly id: string;
  readonly type: 'string' | 'string[]' | 'int' | 'boolean';
  readonly brief: string;
  readonly values?: readonly string[];
  /** Names other senders use for it, by precedence. */
  readonly aliases?: readonly string[];
  readonly example: string;
  readonly origin: 'semconv' | 'spanguard';
  readonly stability: 'stable' | 'development';
}

interface EventModel {
  readonly name: string;
  readonly severity: 'info' | 'warn' | 'critical';
  readonly origin: 'owasp' | 'spanguard';
  readonly brief: string;
}

interface ConventionsModel {
  readonly attributes: readonly AttributeModel[];
  readonly events: readonly EventModel[];
  readonly fields: readonly FieldModel[];
}

const HEADER =
  '// Generated from packages/conventions/model.yaml by `npm run generate`. Do not edit.\n';

/** Severity numbers of the OpenTelemetry log data model, by the levels of the OWASP vocabulary. */
const SEVERITY_NUMBER = { info: 9, warn: 13, critical: 21 } as const;

const FIELD_EXPORTS = [
  ...['FACT_ATTRIBUTES', 'type FactAttributeName'],
  ...['FACT_FIELDS', 'type FactField', 'type FactFieldKind', 'type FactFieldName'],
];

/** One file of the conventions package: its path there and its text. */
export interface GeneratedFile {
  readonly path: string;
  readonly text: string;
}

/**
 * Renders every generated file of the conventions package from the text of `model.yaml`, the reference
 * page with who tells each name.
 */
export function renderConventions(modelYaml: string, tellers: Tellers): GeneratedFile[] {
  const model = parse(modelYaml) as ConventionsModel;
  checkFields(model.fields, model.attributes);
  return [
    { path: 'src/generated/attributes.ts', text: renderAttributes(model.attributes) },
    { path: 'src/generated/events.ts', text: renderEvents(model.events) },
    {
      path: 'src/generated/fields.ts',
      text: `${HEADER}\n${renderFields(model.fields, model.attributes)}`,
    },
    { path: 'src/index.ts', text: renderIndex(model) },
    { path: 'REFERENCE.md', text: renderReference(model, tellers) },
  ];
}

function renderAttributes(attributes: readonly AttributeModel[]): string {
  const parts = attributes.map((attribute) => {
    const name = constantName(attribute.id);
    const constant = `/** ${attribute.brief} */\nexport const ATTR_${name} = '${attribute.id}' as const;\n`;
    if (attribute.values === undefined) return constant;
    const values = attribute.values.map((value) => `'${value}'`).join(', ');
    const type = typeName(attribute.id);
    return (
      `${constant}/** The allowed values of \`${attribute.id}\`. */\n` +
      `export const ${name}_VALUES = [${values}] as const;\n` +
      `/** One of {@link ${name}_VALUES}. */\nexport type ${type} = (typeof ${name}_VALUES)[number];\n`
    );
  });
  return `${HEADER}\n${parts.join('\n')}`;
}

function renderEvents(events: readonly EventModel[]): string {
  const constants = events.map(
    (event) =>
      `/** ${event.brief}. */\nexport const ${eventConstant(event)} = '${event.name}' as const;\n`,
  );
  const table = events.map((event) => `  '${event.name}': ${SEVERITY_NUMBER[event.severity]},\n`);
  return (
    `${HEADER}\n${constants.join('')}\n` +
    '/** Severity number of every security event: 9 INFO, 13 WARN, 21 FATAL (critical). */\n' +
    'export const SECURITY_EVENT_SEVERITY = {\n' +
    `${table.join('')}} as const;\n\n` +
    '/** The EventName of a security event. */\n' +
    'export type SecurityEventName = keyof typeof SECURITY_EVENT_SEVERITY;\n'
  );
}

function renderIndex({ attributes, events, fields }: ConventionsModel): string {
  const attributeNames = attributes.flatMap((attribute) => {
    const name = constantName(attribute.id);
    const constant = `ATTR_${name}`;
    if (attribute.values === undefined) return [constant];
    return [constant, `${name}_VALUES`, `type ${typeName(attribute.id)}`];
  });
  const eventNames = [
    ...events.map(eventConstant),
    'SECURITY_EVENT_SEVERITY',
    'type SecurityEventName',
  ];
  return (
    `${HEADER}\n/** Names and allowed values of every attribute and event, and the fields of facts. Holds no logic. */\n` +
    `export {\n  ${attributeNames.join(',\n  ')},\n} from './generated/attributes.ts';\n` +
    `export {\n  ${eventNames.join(',\n  ')},\n} from './generated/events.ts';\n` +
    `export {\n  ${[...FIELD_EXPORTS, ...fieldConstants(fields, attributes)].join(',\n  ')},\n} from './generated/fields.ts';\n`
  );
}

function renderReference(
  { attributes, events, fields }: ConventionsModel,
  tellers: Tellers,
): string {
  const read = attributesRead(fields);
  const attributeRows = attributes.map((attribute) => {
    const values = attribute.values?.map((value) => `\`${value}\``).join(' ') ?? '';
    const aliases = attribute.aliases?.map((alias) => `\`${alias}\``).join(' ');
    const meaning =
      aliases === undefined
        ? attribute.brief
        : `${attribute.brief} The processor also reads it from ${aliases}.`;
    const told = toldBy(tellers, `ATTR_${constantName(attribute.id)}`, read.has(attribute.id));
    return `| \`${attribute.id}\` | ${attribute.type} | ${meaning} | ${values} | \`${attribute.example}\` | ${attribute.origin} | ${told} |`;
  });
  const eventRows = events.map(
    (event) =>
      `| \`${event.name}\` | ${event.severity} (${SEVERITY_NUMBER[event.severity]}) | ${event.brief} | ${event.origin} | ${toldBy(tellers, eventConstant(event))} |`,
  );
  return [
    '<!-- Generated from model.yaml by `npm run generate`. Do not edit. -->\n',
    '# Attributes and events\n',
    'Told by: `application` is what the instrumentations and `@spanguard/api` send, `processor` what it adds',
    'itself. What nobody tells yet is kept for its name; an application may tell such an event with',
    '`securityEvent`.\n',
    '## Attributes\n',
    '| attribute | type | meaning | values | example | origin | told by |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    ...attributeRows,
    '\n## Events\n',
    'Events are OpenTelemetry LogRecords with an EventName, in the context of the request span.\n',
    '| event | severity | meaning | origin | told by |',
    '| --- | --- | --- | --- | --- |',
    ...eventRows,
    ...renderFieldReference(fields, attributes),
    '',
  ].join('\n');
}

function constantName(id: string): string {
  return id.toUpperCase().replaceAll(/[.-]/g, '_');
}

function typeName(id: string): string {
  const words = id.replace(/^security\./, '').split(/[._]/);
  return words.map((word) => word.slice(0, 1).toUpperCase() + word.slice(1)).join('');
}

function eventConstant(event: EventModel): string {
  return `EVENT_${constantName(event.name.replace(/^security\./, ''))}`;
}
