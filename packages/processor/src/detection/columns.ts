/**
 * The attributes detection looks at, of the catalogue. The index brings them to hand without touching any
 * other.
 */
import { FACT_ATTRIBUTES, type FactAttributeName } from '@spanguard/conventions';

/**
 * Every column, in the order the index numbers them: each attribute's own name, then what others call it.
 */
export const DETECTION_COLUMNS: readonly string[] = FACT_ATTRIBUTES.flatMap(({ wire }) => wire);

/**
 * Number of the attribute that a column is read for: columns of one attribute stand together, by
 * precedence.
 */
export const ATTRIBUTE_OF_COLUMN: readonly number[] = FACT_ATTRIBUTES.flatMap(
  ({ wire }, attribute) => wire.map(() => attribute),
);

/** How many attributes there are. */
export const ATTRIBUTE_COUNT: number = FACT_ATTRIBUTES.length;

/** The number of an attribute. */
export function attributeNumber(name: FactAttributeName): number {
  return FACT_ATTRIBUTES.findIndex((attribute) => attribute.name === name);
}

/** The name of an attribute. */
export function attributeName(attribute: number): FactAttributeName | undefined {
  return FACT_ATTRIBUTES[attribute]?.name;
}
