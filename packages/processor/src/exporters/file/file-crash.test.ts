/** Files under a disk that dies, tears and refuses at any step, by a seed. */
import { gunzipSync } from 'node:zlib';
import { decodeRequest, FakeClock, SeededRandom, traceRequest } from '@spanguard/testkit';
import { expect } from 'chai';
import { SimulatedDisk } from '../../../test/simulated-disk.ts';
import { silentLogger } from '../../pipeline/logger.ts';
import { FileBackend } from './file-backend.ts';

const SEEDS = Number(process.env['FILE_SEEDS'] ?? 100);
const LIVES = 6;
const SENT_MAX = 12;
const FOLDER = '/archive';

const REQUESTS = Array.from({ length: LIVES * SENT_MAX }, (_, index) =>
  traceRequest({ seed: index + 1, spans: 1 }),
);

/** Everything that is on the disk, a text for each file. */
async function textsOn(disk: SimulatedDisk): Promise<string[]> {
  const fileSystem = disk.fileSystem();
  const texts: string[] = [];
  for (const name of await fileSystem.list(FOLDER)) {
    if (name.endsWith('.new')) continue;
    const file = await fileSystem.open(`${FOLDER}/${name}`, 'read');
    const bytes = Buffer.alloc(await file.size());
    await file.read(bytes, 0);
    texts.push((name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8'));
  }
  return texts;
}

/** Some lives of one folder. Throws where an accepted line is lost, or a line is torn. */
async function live(seed: number): Promise<void> {
  const seeded = new SeededRandom(seed);
  const random = (): number => seeded.fraction();
  const disk = new SimulatedDisk(random, { syncFails: seed % 2 === 0 ? 0.03 : 0, diskFull: 0.03 });
  const clock = new FakeClock({ nowMs: Date.UTC(2026, 0, 1) });
  const accepted = new Set<string>();
  const open = (): FileBackend =>
    new FileBackend(
      {
        name: 'file',
        folder: FOLDER,
        fileBytesMax: 9000,
        fileAgeMsMax: 86_400_000,
        filesMax: 1000,
        isPacked: random() < 0.5,
      },
      {
        fileSystem: disk.fileSystem(),
        lock: () => () => undefined,
        clock,
        logger: silentLogger,
        gaveUp: () => undefined,
      },
    );
  let next = 0;
  for (let life = 0; life < LIVES; life += 1) {
    const backend = open();
    disk.dieAfter(Math.floor(random() * 90));
    for (let sent = 0; sent < SENT_MAX && !disk.isDead; sent += 1) {
      clock.advance(1);
      const request = REQUESTS[next] ?? new Uint8Array(0);
      const delivery = await backend.send('traces', [request]);
      if (delivery.kind !== 'accepted') continue;
      next += 1;
      accepted.add(idIn(request));
    }
    await backend.tidied();
    await backend.close();
    disk.restart(random() < 0.5 ? 'kill' : 'power');
  }
  // The last life repairs what the one before has left.
  const last = open();
  while ((await last.send('traces', [REQUESTS[next] ?? new Uint8Array(0)])).kind !== 'accepted');
  await last.tidied();
  await last.close();
  const texts = await textsOn(disk);
  const found = new Set(texts.flatMap((text) => [...text.matchAll(/"spanId":"(\w+)"/g)]).map(at1));
  expect([...accepted].filter((id) => !found.has(id))).to.deep.equal([]);
  // After a sync that failed nobody can tell what of a file is in memory alone, not even the next process.
  if (disk.hasDroppedPages) return;
  for (const text of texts) {
    const lines = text.split('\n');
    expect(lines.pop()).to.equal('');
    for (const line of lines) JSON.parse(line);
  }
}

const at1 = ([, id = '']: readonly string[]): string => id;

function idIn(request: Uint8Array): string {
  const [resource] = decodeRequest('traces', request).resourceSpans ?? [];
  const [span] = resource?.scopeSpans?.[0]?.spans ?? [];
  return Buffer.from(span?.spanId ?? []).toString('hex');
}

describe('files that are written', () => {
  it(`hold every accepted line, whole, whatever dies when: ${SEEDS} seeds`, async () => {
    for (let seed = 1; seed <= SEEDS; seed += 1) {
      try {
        await live(seed);
      } catch (error) {
        throw new Error(`seed ${seed}`, { cause: error });
      }
    }
  });
});
