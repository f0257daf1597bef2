/** `spanguard posture`: what is wrong with how endpoints are protected. */
import { readCatalogue } from '../apis/catalogue.ts';
import type { FindingView } from '../apis/endpoint-view.ts';
import type { Store } from '../store/store.ts';
import type { StoreCommand } from './parse-store-command.ts';
import { type StoreWorld, toJson, withStore } from './store-world.ts';
import { renderFacts, renderTable } from './table.ts';

/** Exit code 0 where all is well, 1 where there is no such finding. */
export function runPosture(world: StoreWorld, command: StoreCommand): number {
  return withStore(world, { readOnly: command.action !== 'ignore' }, (store) => {
    switch (command.action) {
      case 'show':
        return show(store, world, command);
      case 'ignore':
        return ignore(store, world, command);
      default:
        return list(store, world, command);
    }
  });
}

function list(store: Store, world: StoreWorld, { service, isJson }: StoreCommand): number {
  const { findings } = readCatalogue(store, { service, nowMs: world.nowMs });
  if (isJson) {
    world.stdout(toJson(findings));
    return 0;
  }
  const shown = findings.filter(({ state }) => state !== 'closed');
  if (shown.length === 0) world.stdout('no open findings\n');
  else {
    const rows = shown.map((each) => [
      ...[each.level, each.state, `${each.method} ${each.path}`, each.service, each.title],
      ...[Math.round(each.requests), each.id],
    ]);
    const headings = ['level', 'state', 'endpoint', 'service', 'what', 'requests', 'id'];
    world.stdout(renderTable(headings, rows));
  }
  return 0;
}

function show(store: Store, world: StoreWorld, { operands, isJson }: StoreCommand): number {
  const finding = find(store, world, operands[0] ?? '');
  if (finding === undefined) return 1;
  world.stdout(isJson ? toJson(finding) : renderFacts(factsOf(finding)));
  return 0;
}

function factsOf(finding: FindingView): readonly (readonly [string, string])[] {
  const { ignored } = finding;
  const until = ignored?.until === undefined ? '' : ` until ${ignored.until}`;
  return [
    ['finding', `${finding.id}  (${finding.level}, ${finding.state})`],
    ['what', finding.title],
    ['where', `${finding.method} ${finding.path} of ${finding.service}`],
    ['seen', `${finding.requests} requests, ${finding.firstSeen} to ${finding.lastSeen}`],
    [
      'opened',
      finding.openings > 1 ? `${finding.opened}, ${finding.openings} times in all` : finding.opened,
    ],
    ['closed', finding.closed ?? ''],
    ['ignored', ignored === undefined ? '' : `${ignored.reason}${until}`],
    ['what to do', finding.fix],
    ['known as', finding.tags.join(', ')],
    ...finding.evidence.map(
      ({ traceId, spanId }, at) =>
        [at === 0 ? 'traces' : '', `${traceId}  span ${spanId}`] as const,
    ),
  ];
}

function ignore(store: Store, world: StoreWorld, command: StoreCommand): number {
  const { operands, reason = '', untilMs } = command;
  const finding = find(store, world, operands[0] ?? '');
  if (finding === undefined) return 1;
  store.findings.ignore(finding.id, { reason, sinceMs: world.nowMs, untilMs });
  world.stdout(
    `${finding.id} is ignored${untilMs === undefined ? '' : ` until ${new Date(untilMs).toISOString()}`}\n`,
  );
  return 0;
}

function find(store: Store, world: StoreWorld, id: string): FindingView | undefined {
  const { findings } = readCatalogue(store, { service: undefined, nowMs: world.nowMs });
  const finding = findings.find((each) => each.id === id);
  if (finding === undefined) world.stderr('no such finding; spanguard posture list tells which\n');
  return finding;
}
