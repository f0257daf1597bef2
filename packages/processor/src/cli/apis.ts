/** `spanguard apis`: the endpoints that were seen. */
import { readFileSync } from 'node:fs';
import { readCatalogue } from '../apis/catalogue.ts';
import { findDrift } from '../apis/drift.ts';
import type { Counted, EndpointView } from '../apis/endpoint-view.ts';
import { openApiOf } from '../apis/openapi.ts';
import { parseOpenApi } from '../apis/parse-openapi.ts';
import { unreadable } from '../config/unreadable.ts';
import type { Store } from '../store/store.ts';
import type { StoreCommand } from './parse-store-command.ts';
import { type StoreWorld, toJson, withStore } from './store-world.ts';
import { renderFacts, renderTable } from './table.ts';

/**
 * Exit code 0 where all is well, 1 where there is no such endpoint, a file cannot be read, or there is
 * drift.
 */
export function runApis(world: StoreWorld, command: StoreCommand): number {
  return withStore(world, { readOnly: true }, (store) => {
    switch (command.action) {
      case 'show':
        return show(store, world, command);
      case 'openapi':
        return openApi(store, world, command);
      case 'drift':
        return drift(store, world, command);
      default:
        return list(store, world, command);
    }
  });
}

function list(store: Store, world: StoreWorld, { service, isJson }: StoreCommand): number {
  const { endpoints } = readCatalogue(store, { service, nowMs: world.nowMs });
  if (isJson) world.stdout(toJson(endpoints));
  else if (endpoints.length === 0) world.stdout('no endpoints yet\n');
  else {
    const headings = ['no', 'service', 'method', 'path', 'requests', 'errors', 'p95 ms'];
    world.stdout(
      renderTable(
        [...headings, 'authentication', 'data out', 'risk', 'findings'],
        endpoints.map((each) => [
          ...[each.number, each.service, each.method, each.path, Math.round(each.requests)],
          `${percent(each.clientErrors + each.serverErrors, each.requests)}%`,
          ...[each.latency.p95 ?? '', names(each.authentication), names(each.dataOut)],
          ...[each.risk.score, each.findings.length],
        ]),
      ),
    );
  }
  return 0;
}

function show(store: Store, world: StoreWorld, { operands, isJson }: StoreCommand): number {
  const number = Number(operands[0]);
  const { endpoints, findings } = readCatalogue(store, { service: undefined, nowMs: world.nowMs });
  const endpoint = endpoints.find((each) => each.number === number);
  if (endpoint === undefined) {
    world.stderr(`no endpoint ${number}; spanguard apis list tells which\n`);
    return 1;
  }
  const own = findings.filter((finding) => finding.endpoint === number);
  if (isJson) world.stdout(toJson({ ...endpoint, findings: own }));
  else {
    world.stdout(renderFacts(factsOf(endpoint)));
    for (const { id, state, level, title } of own) {
      world.stdout(renderFacts([[state, `${level}  ${title}  (${id})`]]));
    }
  }
  return 0;
}

function factsOf(endpoint: EndpointView): readonly (readonly [string, string])[] {
  const { latency, risk } = endpoint;
  return [
    ['endpoint', `${endpoint.method} ${endpoint.path}`],
    ['service', endpoint.service],
    ['known by', endpoint.origin === 'route' ? 'its route' : 'the paths that were asked for'],
    ['version', endpoint.version ?? ''],
    ['seen', `${endpoint.firstSeen} to ${endpoint.lastSeen}`],
    ['requests', String(endpoint.requests)],
    ['statuses', told(endpoint.statuses)],
    [
      'latency',
      latency.p50 === undefined
        ? ''
        : `p50 ${latency.p50} ms, p95 ${latency.p95} ms, p99 ${latency.p99} ms`,
    ],
    ['bytes', `${endpoint.bytesIn} in, ${endpoint.bytesOut} out`],
    ['callers', `about ${endpoint.clients} clients, ${endpoint.users} users`],
    ['hosts', told(endpoint.hosts)],
    ['protocols', told(endpoint.protocols)],
    ['authentication', told(endpoint.authentication)],
    ['parameters', told(endpoint.parameters)],
    ['data in', told(endpoint.dataIn)],
    ['data out', told(endpoint.dataOut)],
    ['events', told(endpoint.events)],
    ['validation', endpoint.hasRefusedInput ? 'input was refused' : 'none seen'],
    ...risk.reasons.map((reason, at) => [at === 0 ? `risk ${risk.score}` : '', reason] as const),
  ];
}

function openApi(store: Store, world: StoreWorld, { service }: StoreCommand): number {
  const { endpoints } = readCatalogue(store, { service, nowMs: world.nowMs });
  world.stdout(toJson(openApiOf(endpoints, { title: service ?? 'All services' })));
  return 0;
}

function drift(store: Store, world: StoreWorld, command: StoreCommand): number {
  const { service, operands, isJson } = command;
  const documents = [];
  for (const file of operands) {
    const parsed = parseOpenApi(file, readText(file));
    if (!parsed.ok) {
      world.stderr(`${parsed.problem}\n`);
      return 1;
    }
    documents.push(parsed.document);
  }
  const { endpoints } = readCatalogue(store, { service, nowMs: world.nowMs });
  const found = findDrift(endpoints, documents);
  if (isJson) world.stdout(toJson(found));
  else if (found.length === 0) world.stdout('no drift\n');
  else {
    const rows = found.map(({ kind, method, path, detail, requests }) => [
      ...[kind, method, path, detail, Math.round(requests)],
    ]);
    world.stdout(renderTable(['drift', 'method', 'path', 'what', 'requests'], rows));
  }
  return found.length === 0 ? 0 : 1;
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new Error(`${file} ${unreadable(error, 'a file of OpenAPI')}`, { cause: error });
  }
}

function names(counted: readonly Counted[]): string {
  return counted.map(({ name }) => name).join(', ');
}

function told(counted: readonly Counted[]): string {
  return counted.map(({ name, count }) => `${name} (${Math.round(count)})`).join(', ');
}

function percent(part: number, whole: number): number {
  return whole === 0 ? 0 : Math.round((100 * part) / whole);
}
