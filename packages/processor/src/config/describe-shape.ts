/** Finds its way in a zod shape: which keys a place allows, and what an option expects. */
import type { z } from 'zod';
import {
  type GroupOption,
  membersOf,
  type OptionMeta,
  optionMeta,
  optionsOf,
} from '../options/option-kinds.ts';

type Schema = z.core.$ZodType;

/** Keys a group of options allows; empty where the path leads to no group. */
export function allowedKeysAt(shape: Schema, path: readonly string[]): string[] {
  const schema = walk(shape, path);
  const group = schema === undefined ? undefined : unwrapped(schema);
  const def = group?._zod.def;
  return def?.type === 'object' ? Object.keys((def as z.core.$ZodObjectDef).shape) : [];
}

/** What the option at a path expects; undefined for groups and unknown paths. */
export function optionMetaAt(shape: Schema, path: readonly string[]): OptionMeta | undefined {
  for (let length = path.length; length > 0; length -= 1) {
    const schema = walk(shape, path.slice(0, length));
    const meta = schema === undefined ? undefined : optionMeta(schema);
    const isAround =
      length < path.length && schema !== undefined && membersOf(schema) !== undefined;
    // What a map of components expects says nothing of what one of them does.
    if (isAround) return undefined;
    if (meta !== undefined) return meta;
  }
  return undefined;
}

/** Every option of a shape, in the order it is written. A map's free names are written `<name>`. */
export function describeOptions(shape: Schema): GroupOption[] {
  const described: GroupOption[] = [];
  const open: { schema: Schema; path: string }[] = [{ schema: shape, path: '' }];
  for (let next = open.shift(); next !== undefined; next = open.shift()) {
    const meta = optionMeta(next.schema);
    const map = membersOf(next.schema);
    if (meta !== undefined) described.push({ path: next.path, ...meta });
    if (map?.areToldHere === true) {
      open.unshift(
        ...map.members.map(({ name, schema }) => ({ schema, path: `${next.path}.${name}` })),
      );
    } else if (meta === undefined) {
      open.unshift(...members(next.schema, next.path));
    }
    const ofGroup = optionsOf(next.schema) ?? [];
    described.push(
      ...ofGroup.map((option) => ({ ...option, path: `${next.path}.${option.path}` })),
    );
  }
  return described;
}

function members(schema: Schema, path: string): { schema: Schema; path: string }[] {
  const prefix = path === '' ? '' : `${path}.`;
  const def = unwrapped(schema)._zod.def;
  if (def.type === 'object') {
    const entries = Object.entries((def as z.core.$ZodObjectDef).shape);
    return entries.map(([key, member]) => ({ schema: member, path: `${prefix}${key}` }));
  }
  if (def.type === 'record') {
    return [{ schema: (def as z.core.$ZodRecordDef).valueType, path: `${prefix}<name>` }];
  }
  return [];
}

function walk(shape: Schema, path: readonly string[]): Schema | undefined {
  let schema: Schema | undefined = shape;
  for (const part of path) {
    const map = membersOf(schema);
    if (map !== undefined) {
      schema = map.schemaOf(part);
      if (schema === undefined) return undefined;
      continue;
    }
    const def: z.core.$ZodTypeDef = unwrapped(schema)._zod.def;
    if (def.type === 'object') schema = (def as z.core.$ZodObjectDef).shape[part];
    else if (def.type === 'record') schema = (def as z.core.$ZodRecordDef).valueType;
    else schema = undefined;
    if (schema === undefined) return undefined;
  }
  return schema;
}

function unwrapped(schema: Schema): Schema {
  let inner = schema;
  for (;;) {
    const def = inner._zod.def;
    if (def.type === 'default' || def.type === 'prefault' || def.type === 'optional') {
      inner = (def as z.core.$ZodDefaultDef).innerType;
    } else if (def.type === 'pipe') {
      inner = (def as z.core.$ZodPipeDef).in;
    } else {
      return inner;
    }
  }
}
