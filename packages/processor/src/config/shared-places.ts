/** Finds components that would take one place for themselves: an address to listen on, or a folder. */
import { relative, resolve } from 'node:path';
import type { ConfiguredExporter } from '../exporters/define-exporter.ts';
import type { Endpoint } from '../options/option-kinds.ts';
import type { ConfiguredReceiver } from '../receivers/define-receiver.ts';
import type { Problem } from './problem.ts';

/** The part of a configuration that says who takes which place. */
export interface PlacesTaken {
  readonly data: string;
  readonly receivers: ReadonlyMap<string, Pick<ConfiguredReceiver, 'isEnabled' | 'about'>>;
  readonly exporters: ReadonlyMap<string, Pick<ConfiguredExporter, 'isEnabled' | 'about'>>;
  readonly admin: { readonly endpoint: Endpoint };
}

interface Taken<T> {
  readonly path: readonly string[];
  readonly place: T;
}

const UNSPECIFIED: ReadonlySet<string> = new Set(['0.0.0.0', '::']);

/** A problem for each of the later of two. Looks at what is written alone: no name is resolved, no file opened. */
export function sharedPlaces(config: PlacesTaken): readonly Problem[] {
  return [...sharedEndpoints(config), ...sharedFolders(config)];
}

function sharedEndpoints({ receivers, admin }: PlacesTaken): Problem[] {
  const taken = [...receivers]
    .filter(([, { isEnabled }]) => isEnabled)
    .map(([name, { about }]) => ({
      path: ['receivers', name, 'endpoint'],
      place: about.endpoint,
    }));
  const all = [...taken, { path: ['admin', 'endpoint'], place: admin.endpoint }];
  return laterOfTwo(all, isSameEndpoint).map(({ path, other }) => ({
    path,
    problem: `is that of ${other} too, and two cannot listen on one; give one of them another port`,
  }));
}

/** Port 0 is another one each time. */
function isSameEndpoint(one: Endpoint, other: Endpoint): boolean {
  if (one.port !== other.port || one.port === 0) return false;
  const [a, b] = [canonical(one.host), canonical(other.host)];
  return a === b || UNSPECIFIED.has(a) || UNSPECIFIED.has(b);
}

function canonical(host: string): string {
  const name = host.toLowerCase();
  return name === 'localhost' ? '127.0.0.1' : name;
}

function sharedFolders({ data, exporters }: PlacesTaken): Problem[] {
  const taken = [...exporters].flatMap(
    ([
      name,
      {
        isEnabled,
        about: { target },
      },
    ]) =>
      isEnabled && target.kind === 'folder'
        ? [{ path: ['exporters', name, target.option], place: resolve(target.path) }]
        : [],
  );
  const all = [{ path: ['data'], place: resolve(data) }, ...taken];
  return laterOfTwo(all, (one, other) => isWithin(one, other) || isWithin(other, one)).map(
    ({ path, other }) => ({
      path,
      problem: `is, or is in, or has in it the folder of ${other}; give it one of its own`,
    }),
  );
}

function isWithin(folder: string, other: string): boolean {
  const way = relative(other, folder);
  return way === '' || !/^(?:\.\.(?:[/\\]|$)|[/\\]|[A-Za-z]:)/.test(way);
}

function laterOfTwo<T>(
  all: readonly Taken<T>[],
  isSame: (one: T, other: T) => boolean,
): { readonly path: readonly string[]; readonly other: string }[] {
  return all.flatMap(({ path, place }, index) => {
    const earlier = all.slice(0, index).find((one) => isSame(one.place, place));
    return earlier === undefined ? [] : [{ path, other: earlier.path.join('.') }];
  });
}
