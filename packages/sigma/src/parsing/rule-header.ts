/** Reads what every kind of rule begins with. */
import type { RuleExtension, RuleHeader } from '../rule.ts';
import { SIGMA_LEVELS, SIGMA_STATUSES } from '../rule.ts';
import { shown } from '../errors.ts';
import type { FieldReader } from './field-reader.ts';

const TAG = /^[a-z0-9_-]+\.[a-z0-9._-]+$/;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const EXTENSION_KEYS = [
  ...['action', 'entity', 'quiet', 'group-by', 'spoofable', 'budget'],
] as const;
const ACTION_CHARACTERS_MAX = 500;

/** The name by which messages call the rule that is being read. */
export function displayName(reader: FieldReader): string {
  for (const key of ['name', 'title', 'id']) {
    const value = reader.entry(key)?.value;
    if (value?.kind === 'scalar' && typeof value.value === 'string') return value.value;
  }
  return '';
}

/** Undefined when the rule cannot be named; the problems say why. */
export function readHeader(reader: FieldReader): RuleHeader | undefined {
  const title = reader.required('title') === undefined ? undefined : reader.text('title');
  const id = reader.text('id') ?? '';
  const idEntry = reader.entry('id');
  if (idEntry !== undefined && !UUID.test(id)) reader.invalid(idEntry, 'a UUID');
  const name = reader.text('name') ?? '';
  if (title === undefined) return undefined;
  return {
    key: id || name || title,
    id,
    name,
    title,
    status: reader.choice('status', SIGMA_STATUSES) ?? '',
    description: reader.text('description') ?? '',
    references: reader.texts('references'),
    author: reader.text('author') ?? '',
    date: reader.text('date') ?? '',
    modified: reader.text('modified') ?? '',
    level: reader.choice('level', SIGMA_LEVELS) ?? 'medium',
    tags: readTags(reader),
    falsePositives: reader.texts('falsepositives'),
    extension: readExtension(reader),
    file: reader.problems.file,
    at: reader.map.at,
  };
}

function readTags(reader: FieldReader): readonly string[] {
  const tags = reader.texts('tags');
  const entry = reader.entry('tags');
  const wrong = tags.find((tag) => !TAG.test(tag));
  if (entry !== undefined && wrong !== undefined) {
    const sentence = `tags holds ${shown(wrong)}, expected namespace.name in small letters`;
    reader.problems.add('SIGMA_FIELD_INVALID', entry.at, sentence);
  }
  return tags;
}

function readExtension(parent: FieldReader): RuleExtension {
  const reader = parent.mapping('spanguard');
  if (reader === undefined) return {};
  reader.onlyKnown(EXTENSION_KEYS);
  const action = reader.text('action');
  const actionEntry = reader.entry('action');
  if (actionEntry !== undefined && (action?.length ?? 0) > ACTION_CHARACTERS_MAX) {
    reader.invalid(actionEntry, `at most ${ACTION_CHARACTERS_MAX} characters`);
  }
  const entity = reader.text('entity');
  const quietMs = reader.timespanMs('quiet');
  const groupBy = reader.entry('group-by') === undefined ? undefined : reader.texts('group-by');
  const spoofable = reader.boolean('spoofable');
  const budget = reader.text('budget');
  return {
    ...(action !== undefined && { action }),
    ...(entity !== undefined && { entity }),
    ...(quietMs !== undefined && { quietMs }),
    ...(groupBy !== undefined && { groupBy }),
    ...(spoofable !== undefined && { spoofable }),
    ...(budget !== undefined && { budget }),
  };
}
