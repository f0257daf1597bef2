/** Where each field of the catalogue stands in a row: the column of its kind. */
import { FACT_FIELDS, type FactFieldName } from '@spanguard/conventions';

/** Where a field stands; texts, entities and lists of them are columns of texts. */
export interface FactSlot {
  readonly kind: 'text' | 'number' | 'flag';
  readonly column: number;
  /** Whether a row may hold several. */
  readonly isList: boolean;
}

/** One column, with what the journal knows it by. */
export interface FactColumn {
  readonly name: FactFieldName;
  /** The field's number for good. */
  readonly number: number;
}

type KindOf<Name extends FactFieldName> = Extract<
  (typeof FACT_FIELDS)[number],
  { readonly name: Name }
>['kind'];

/** Names of the fields of some kinds. */
export type FieldOfKind<Kind extends string> = {
  [Name in FactFieldName]: KindOf<Name> extends Kind ? Name : never;
}[FactFieldName];

/** Fields whose columns hold texts. */
export type TextField = FieldOfKind<'text' | 'texts' | 'entity' | 'entities'>;
/** Fields whose columns hold numbers. */
export type NumberField = FieldOfKind<'number'>;
/** Fields whose columns hold flags. */
export type FlagField = FieldOfKind<'flag'>;

const SLOT_KIND = {
  text: 'text',
  texts: 'text',
  entity: 'text',
  entities: 'text',
  number: 'number',
  flag: 'flag',
} as const;

/** Columns of texts, in order. */
export const TEXT_COLUMNS: readonly FactColumn[] = columnsOf('text');
/** Columns of numbers, in order. */
export const NUMBER_COLUMNS: readonly FactColumn[] = columnsOf('number');
/** Columns of flags, in order. */
export const FLAG_COLUMNS: readonly FactColumn[] = columnsOf('flag');

const LISTS: ReadonlySet<string> = new Set(
  FACT_FIELDS.filter(({ kind }) => kind === 'texts' || kind === 'entities').map(({ name }) => name),
);

/** Every field by its name: what rules are compiled against. */
export const FACT_SLOTS: ReadonlyMap<string, FactSlot> = new Map(
  (['text', 'number', 'flag'] as const).flatMap((kind) =>
    columnsOf(kind).map(
      ({ name }, column) => [name, { kind, column, isList: LISTS.has(name) }] as const,
    ),
  ),
);

/** The column of a field that holds texts. */
export function textColumn(name: TextField): number {
  return TEXT_COLUMNS.findIndex((column) => column.name === name);
}

/** The column of a field that holds numbers. */
export function numberColumn(name: NumberField): number {
  return NUMBER_COLUMNS.findIndex((column) => column.name === name);
}

/** The column of a field that holds flags. */
export function flagColumn(name: FlagField): number {
  return FLAG_COLUMNS.findIndex((column) => column.name === name);
}

function columnsOf(kind: FactSlot['kind']): readonly FactColumn[] {
  return FACT_FIELDS.filter((field) => SLOT_KIND[field.kind] === kind);
}
