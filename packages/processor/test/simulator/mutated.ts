/** Loads the simulator once more, over a processor with one fault: no file is changed. */
import { readFileSync } from 'node:fs';
import { registerHooks, stripTypeScriptTypes } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { simulate } from './simulate.ts';
import type { Mutant } from './mutants.ts';

/** Of the processor: what it stands on is whole, and loaded once. */
const ROOT = new URL('../../', import.meta.url).href;
const QUERY = 'mutant';
/** The text of each file without its types. */
const stripped = new Map<string, string>();

/** What a loaded simulator can do, and how to forget it. */
export interface Mutated {
  readonly simulate: typeof simulate;
  readonly end: () => void;
}

/** Throws where the place to be changed is not there, or is there twice. */
export async function mutated(mutant: Mutant): Promise<Mutated> {
  const place = new URL(`src/${mutant.file}`, ROOT).href;
  const name = encodeURIComponent(mutant.title);
  let isChanged = false;
  const hooks = registerHooks({
    resolve: (specifier, context, next) => {
      const resolved = next(specifier, context);
      const isOurs = resolved.url.startsWith(ROOT) && !resolved.url.includes('/node_modules/');
      return isOurs && isMutated(context.parentURL, name)
        ? { ...resolved, url: `${resolved.url}?${QUERY}=${name}` }
        : resolved;
    },
    load: (url, context, next) => {
      if (!isMutated(url, name)) return next(url, context);
      const path = url.slice(0, url.indexOf('?'));
      const isPlace = path === place;
      isChanged ||= isPlace;
      const source = isPlace ? strip(changed(path, mutant)) : sourceOf(path);
      return { format: 'module', source, shortCircuit: true };
    },
  });
  const url = new URL(`./simulate.ts?${QUERY}=${name}`, import.meta.url).href;
  const loaded = (await import(url)) as { readonly simulate: typeof simulate };
  if (!isChanged) throw new Error(`${mutant.file} is not loaded`);
  return { simulate: loaded.simulate, end: () => hooks.deregister() };
}

function isMutated(url: string | undefined, name: string): boolean {
  return url?.endsWith(`?${QUERY}=${name}`) === true;
}

function sourceOf(url: string): string {
  const known = stripped.get(url) ?? strip(readFileSync(fileURLToPath(url), 'utf8'));
  stripped.set(url, known);
  return known;
}

function strip(text: string): string {
  return stripTypeScriptTypes(text);
}

function changed(url: string, { file, find, replace }: Mutant): string {
  const parts = readFileSync(fileURLToPath(url), 'utf8').split(find);
  if (parts.length !== 2) throw new Error(`${parts.length - 1} times in ${file}: ${find}`);
  return parts.join(replace);
}
