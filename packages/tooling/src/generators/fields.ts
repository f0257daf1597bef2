/** Renders the catalogue of fields: the table that code reads, and the page that authors of rules read. */

/** An attribute, as far as fields need it. */
export interface FieldAttribute {
  readonly id: string;
  readonly brief: string;
  readonly example: string;
  readonly values?: readonly string[];
  /** Names other senders use for it, by precedence. */
  readonly aliases?: readonly string[];
}

/** An entry of the catalogue. */
export interface FieldModel {
  readonly id: string;
  /** Its own in every journal ever written. */
  readonly number: number;
  readonly kind: 'text' | 'texts' | 'number' | 'flag' | 'entity' | 'entities';
  readonly from: 'attribute' | 'record' | 'derived';
  /** Attributes that a derived field is made of, or an attribute's where it is absent itself. */
  readonly reads?: readonly string[];
  /** Of the attribute with the same id, where absent. */
  readonly brief?: string;
  readonly example?: string;
}

const FIELD_NUMBER_MAX = 191;

const KIND_IN_WORDS: Readonly<Record<FieldModel['kind'], string>> = {
  text: 'text',
  texts: 'texts',
  number: 'number',
  flag: 'true or false',
  entity: 'entity',
  entities: 'entities',
};

/** Throws where the catalogue contradicts itself. */
export function checkFields(
  fields: readonly FieldModel[],
  attributes: readonly FieldAttribute[],
): void {
  const known = new Set(attributes.map(({ id }) => id));
  const numbers = new Set<number>();
  for (const { id, number, from, reads = [], brief, example } of fields) {
    const isTaken = numbers.has(number) || number < 1 || number > FIELD_NUMBER_MAX;
    if (isTaken) throw new Error(`field ${id}: number ${number} is taken, or not 1 to 191`);
    numbers.add(number);
    const unknown = [...(from === 'attribute' ? [id] : []), ...reads].find(
      (name) => !known.has(name),
    );
    if (unknown !== undefined) throw new Error(`field ${id}: no attribute is called ${unknown}`);
    const isSaid = known.has(id) || (brief !== undefined && example !== undefined);
    if (!isSaid) throw new Error(`field ${id}: brief and example are missing`);
  }
}

/** Every attribute that a field is made of. */
export function attributesRead(fields: readonly FieldModel[]): ReadonlySet<string> {
  return new Set(
    fields.flatMap(({ id, from, reads = [] }) => (from === 'attribute' ? [id, ...reads] : reads)),
  );
}

/** Names of the constants of fields that are no attributes. */
export function fieldConstants(
  fields: readonly FieldModel[],
  attributes: readonly FieldAttribute[],
): string[] {
  return ownFields(fields, attributes).map(({ id }) => fieldConstant(id));
}

/** The module that detection, journal and rules take their columns from. */
export function renderFields(
  fields: readonly FieldModel[],
  attributes: readonly FieldAttribute[],
): string {
  const byId = new Map(attributes.map((attribute) => [attribute.id, attribute]));
  const wireOf = (id: string): readonly string[] => [id, ...(byId.get(id)?.aliases ?? [])];
  const rows = fields.map(
    ({ id, number, kind, from }) =>
      `  { name: '${id}', number: ${number}, kind: '${kind}', wire: ${list(from === 'attribute' ? wireOf(id) : [])} },\n`,
  );
  const constants = ownFields(fields, attributes).map(
    ({ id, brief }) => `/** ${brief} */\nexport const ${fieldConstant(id)} = '${id}' as const;\n`,
  );
  const attributeRows = [...attributesRead(fields)].map(
    (id) => `  { name: '${id}', wire: ${list(wireOf(id))} },\n`,
  );
  return (
    '/** What a field holds; `entity` is a text that stands for someone or something, counted by its fingerprint. */\n' +
    `export type FactFieldKind = ${Object.keys(KIND_IN_WORDS)
      .map((kind) => `'${kind}'`)
      .join(' | ')};\n\n` +
    '/** One field of the catalogue. */\n' +
    'export interface FactField {\n' +
    '  readonly name: string;\n' +
    '  /** Its own in every journal ever written. */\n' +
    '  readonly number: number;\n' +
    '  readonly kind: FactFieldKind;\n' +
    '  /** Attributes it is copied of, by precedence; none where it is derived or said by the record itself. */\n' +
    '  readonly wire: readonly string[];\n' +
    '}\n\n' +
    '/** Every field a row of facts may have and a rule may ask for. */\n' +
    `export const FACT_FIELDS = [\n${rows.join('')}] as const;\n\n` +
    '/** Name of a field. */\n' +
    "export type FactFieldName = (typeof FACT_FIELDS)[number]['name'];\n\n" +
    '/** Every attribute that facts are made of, with the names it is read by, in order of precedence. */\n' +
    `export const FACT_ATTRIBUTES = [\n${attributeRows.join('')}] as const;\n\n` +
    '/** Name of an attribute that facts are made of. */\n' +
    "export type FactAttributeName = (typeof FACT_ATTRIBUTES)[number]['name'];\n\n" +
    constants.join('')
  );
}

/** The chapter of the reference page. */
export function renderFieldReference(
  fields: readonly FieldModel[],
  attributes: readonly FieldAttribute[],
): string[] {
  const byId = new Map(attributes.map((attribute) => [attribute.id, attribute]));
  const rows = fields.map(({ id, kind, from, reads = [], ...own }) => {
    const attribute = byId.get(id);
    const { brief = attribute?.brief ?? '', example = attribute?.example ?? '' } = own;
    const sources = from === 'attribute' ? [id, ...reads] : reads;
    const names = sources.flatMap((name) => [name, ...(byId.get(name)?.aliases ?? [])]);
    const values = from === 'attribute' ? attribute?.values : undefined;
    const meaning = values === undefined ? brief : `${brief} One of ${quoted(values)}.`;
    return `| \`${id}\` | ${KIND_IN_WORDS[kind]} | ${meaning} | ${quoted(names) || 'the record'} | \`${example}\` |`;
  });
  return [...FIELD_PREFACE, ...rows];
}

const FIELD_PREFACE = [
  '\n## Fields a rule may use\n',
  'The processor writes a row for every server span (`event: request`) and for every security event, whichever',
  'SDK sent it, and rules are asked about rows. Rows of other spans are written where a rule asks for them:',
  '`client_request` (a span of kind client), `database_query` (the same, with `db.system.name`) and',
  '`message_publish` (of kind producer). A field is absent where nothing tells it; a test of an absent field does',
  'not match, and a row that lacks what a correlation groups by does not count.\n',
  '- *text*: compared as written, without regard to case, as Sigma does. What the redaction policy hides is hidden',
  '  here too.',
  '- *texts*: several; a test matches where any of them does, and each counts in `value_count`.',
  '- *number*: compared with `gt`, `gte`, `lt`, `lte`, or as it is.',
  '- *entity*, *entities*: a text that stands for someone or something. Tests see what the exported telemetry shows;',
  '  groups and distinct counts go by a keyed fingerprint of the one canonical form behind all spellings.\n',
  '```yaml',
  'title: Far more data than anybody needs',
  'logsource: { product: spanguard }',
  'detection:',
  '  big:',
  '    event: request',
  "    url.path|startswith: '/export'",
  '    http.response.body.size|gte: 10000000',
  '  night: { timestamp|hour: [0, 1, 2, 3, 4] }',
  '  condition: big and night',
  'level: medium',
  '```\n',
  'Read from: the attributes of OpenTelemetry that the field is taken of, the first that is there.\n',
  '| field | kind | meaning | read from | example |',
  '| --- | --- | --- | --- | --- |',
];

function list(names: readonly string[]): string {
  return `[${names.map((name) => `'${name}'`).join(', ')}]`;
}

function quoted(names: readonly string[]): string {
  return names.map((name) => `\`${name}\``).join(' ');
}

function ownFields(
  fields: readonly FieldModel[],
  attributes: readonly FieldAttribute[],
): readonly FieldModel[] {
  const known = new Set(attributes.map(({ id }) => id));
  return fields.filter(({ id }) => !known.has(id));
}

function fieldConstant(id: string): string {
  return `FIELD_${id.toUpperCase().replaceAll('.', '_')}`;
}
