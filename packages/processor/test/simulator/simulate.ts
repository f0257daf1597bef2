/** Some lives of one machine, by a seed: the first promise that is broken, if any. */
import { SeededRandom } from '@spanguard/testkit';
import { decodeAlert } from '#processor/model/alert-codec.ts';
import { readDeadLetters } from '#processor/service/replay-dead-letters.ts';
import { SimulatedDisk } from '../simulated-disk.ts';
import { Ledger, type Telling } from './ledger.ts';
import { DATA_FOLDER, FILES_FOLDER, Life } from './life.ts';
import { Schedule, settled } from './schedule.ts';
import { slowDisk } from './slow-disk.ts';
import { type Application, type Batch, MACHINE_START_MS, workloadOf } from './workload.ts';

/** Seeds share so many workloads; of each is known what comes out where nothing goes wrong. */
const WORKLOADS = 20;
const LIVES_MAX = 4;
const STEPS_MAX = 400;
/** Far more than it takes to come to rest. */
const REST_STEPS_MAX = 50_000;
/** Longer than anybody waits before another attempt. */
const REST_MS = 120_000;
const DRAIN_MS = 60_000;
const WAITING_MAX = 400;
const SHARE_OF_SOUND_DISKS = 0.5;

/** How a life ends. `power`: what is not synced may be lost. `end`: it is told to, and may be killed meanwhile. */
const ENDINGS = ['power', 'power', 'kill', 'kill', 'end', 'end'] as const;

/** What is the same for all lives. */
interface Machine {
  readonly random: SeededRandom;
  readonly disk: SimulatedDisk;
  readonly faults: {
    syncFails: number;
    diskFull: number;
    writeFails: number;
    createFails: number;
  };
  readonly ledger: Ledger;
  readonly unsent: readonly Batch[][];
  readonly hasSoundDisk: boolean;
  hasLostPower: boolean;
  /** Whether a life began on what a failed sync had left in memory alone: it cannot know. */
  hasBelievedTooMuch: boolean;
  /** And then all of that was lost with the power, and with it what was decided once and for all. */
  hasLostWhatItBelieved: boolean;
  nowMs: number;
}

/** How many steps all simulations took together, for those who want to know. */
export const taken = { steps: 0, lives: 0 };

/** What a seed breaks; undefined where all is kept. */
export async function simulate(seed: number): Promise<string | undefined> {
  const expected = await expectedOf(seed % WORKLOADS);
  const random = new SeededRandom(seed);
  const hasSoundDisk = random.chance(SHARE_OF_SOUND_DISKS);
  const machine = machineOf(random, workloadOf(seed % WORKLOADS), { hasSoundDisk });
  const lives = random.int(1, LIVES_MAX);
  for (let life = 0; life < lives; life += 1) {
    await liveAndDie(machine);
    if (machine.ledger.violation !== undefined) return machine.ledger.violation;
  }
  await liveToRest(machine);
  machine.ledger.settle(expected, { mayMissAlerts: machine.hasLostWhatItBelieved });
  return machine.ledger.violation;
}

const expectations = new Map<number, ReadonlyMap<string, Telling>>();

/** What is told where nothing goes wrong. */
async function expectedOf(workload: number): Promise<ReadonlyMap<string, Telling>> {
  const known = expectations.get(workload);
  if (known !== undefined) return known;
  const random = new SeededRandom(workload);
  const machine = machineOf(random, workloadOf(workload), { hasSoundDisk: true });
  await liveToRest(machine);
  const { tellings, violation } = machine.ledger;
  if (violation !== undefined) throw new Error(`without a fault: ${violation}`);
  expectations.set(workload, tellings);
  return tellings;
}

function machineOf(
  random: SeededRandom,
  applications: readonly Application[],
  { hasSoundDisk }: Pick<Machine, 'hasSoundDisk'>,
): Machine {
  const faults = { syncFails: 0, diskFull: 0, writeFails: 0, createFails: 0 };
  return {
    random,
    faults,
    disk: new SimulatedDisk(() => random.fraction(), faults),
    ledger: new Ledger(),
    unsent: applications.map((batches) => [...batches]),
    hasSoundDisk,
    hasLostPower: false,
    hasBelievedTooMuch: false,
    hasLostWhatItBelieved: false,
    nowMs: MACHINE_START_MS,
  };
}

interface Born {
  readonly schedule: Schedule;
  readonly life: Life;
}

function born(machine: Machine, isCalm: boolean): Born {
  const { random, disk, faults, ledger, nowMs } = machine;
  const schedule = new Schedule(random, { startMs: nowMs });
  const fileSystem = slowDisk({ disk: disk.fileSystem(), schedule, random, faults });
  const { hasSoundDisk } = machine;
  taken.lives += 1;
  ledger.beginLife();
  return {
    schedule,
    life: new Life({ schedule, random, ledger, fileSystem, isCalm, hasSoundDisk }),
  };
}

/** Starts, takes in and delivers until it dies, at any step of that. */
async function liveAndDie(machine: Machine): Promise<void> {
  const { random, disk, faults, ledger, hasSoundDisk } = machine;
  if (!hasSoundDisk) {
    faults.syncFails = random.pick([0, 0, 0.01, 0.05]);
    faults.writeFails = random.pick([0, 0, 0.01]);
    faults.diskFull = random.pick([0, 0, 0.02, 0.3]);
    faults.createFails = random.pick([0, 0, 0.05, 0.3]);
  }
  const { schedule, life } = born(machine, false);
  const ending = random.pick(ENDINGS);
  void running(life, machine);
  const isDead = await steps(machine, schedule, random.int(1, STEPS_MAX));
  if (ending === 'end' && !isDead) {
    void life.shutdown(random.pick([0, 1000, DRAIN_MS])).catch((error: unknown) => {
      ledger.broken(`it does not end: ${String(error)}`);
    });
    await steps(machine, schedule, random.int(1, STEPS_MAX));
  }
  await die(machine, schedule);
  const losesPower = ending === 'power' || (ending === 'end' && random.chance(0.5));
  machine.hasLostPower ||= losesPower;
  if (losesPower) machine.hasLostWhatItBelieved ||= machine.hasBelievedTooMuch;
  else machine.hasBelievedTooMuch ||= disk.hasDroppedPages;
  disk.restart(losesPower ? 'power' : 'kill');
  if (hasSoundDisk && !machine.hasLostPower) await lookIntoOutbox(machine);
}

/** Nothing fails any more: everything that was promised comes out. */
async function liveToRest(machine: Machine): Promise<void> {
  const { faults, ledger, unsent } = machine;
  Object.assign(faults, { syncFails: 0, diskFull: 0, writeFails: 0, createFails: 0 });
  const { schedule, life } = born(machine, true);
  const acknowledgedBefore = ledger.acknowledged.size;
  let sentMs = Infinity;
  void running(life, machine).then(() => (sentMs = schedule.monotonic()));
  for (let left = REST_STEPS_MAX; ; left -= 1) {
    if (schedule.isAtRest && schedule.monotonic() > sentMs + REST_MS) break;
    if (ledger.violation !== undefined) return;
    if (left === 0 || (await steps(machine, schedule, 1))) {
      ledger.broken(`it never comes to rest; ${unsent.flat().length} batches are not taken`);
      return;
    }
  }
  if (ledger.acknowledged.size > acknowledgedBefore) await lookForSegments(machine);
  await through(machine, schedule, life.shutdown(DRAIN_MS));
  await die(machine, schedule);
  await lookAround(machine);
}

async function running(life: Life, { ledger, unsent }: Machine): Promise<void> {
  try {
    await life.start();
  } catch (error) {
    ledger.broken(`it does not start: ${String(error)}`);
    return;
  }
  await Promise.all(unsent.map((batches) => life.send(batches)));
}

/** So many; true where nothing can ever happen any more. */
async function steps({ ledger }: Machine, schedule: Schedule, count: number): Promise<boolean> {
  await settled();
  for (let left = count; left > 0; left -= 1) {
    taken.steps += 1;
    if (!(await schedule.step())) return true;
    if (schedule.size > WAITING_MAX) ledger.broken('too much waits');
  }
  return false;
}

/** Until a work is done that nothing may keep from coming to its end. */
async function through(machine: Machine, schedule: Schedule, work: Promise<void>): Promise<void> {
  const { ledger } = machine;
  const state = { isDone: false };
  work.then(
    () => (state.isDone = true),
    (error: unknown) => ledger.broken(`it throws: ${String(error)}`),
  );
  while (!state.isDone && ledger.violation === undefined) {
    if (await steps(machine, schedule, 1)) ledger.broken('it comes to no end');
  }
}

async function die(machine: Machine, schedule: Schedule): Promise<void> {
  await schedule.end();
  await settled();
  machine.nowMs = schedule.now() + machine.random.int(0, 60_000);
}

/** Where nothing of it was ever torn, an alert stands in the outbox once. */
async function lookIntoOutbox({ disk, ledger }: Machine): Promise<void> {
  const times = new Map<string, number>();
  for (const bytes of await contentsOf(disk, `${DATA_FOLDER}/alerts`, '.journal')) {
    for (const [, id = ''] of bytes.toString('latin1').matchAll(/"id":"([0-9a-f]{32})"/g)) {
      times.set(id, (times.get(id) ?? 0) + 1);
    }
  }
  for (const [id, count] of times) ledger.countInOutbox(id, count);
}

/** What everybody is done with goes, but for the file that is written. */
async function lookForSegments({ disk, ledger }: Machine): Promise<void> {
  const { length } = await contentsOf(disk, `${DATA_FOLDER}/journal`, '.journal');
  if (length > 1) ledger.broken(`${length} files are left of the journal`);
}

async function contentsOf(disk: SimulatedDisk, folder: string, ending: string): Promise<Buffer[]> {
  const fileSystem = disk.fileSystem();
  const contents: Buffer[] = [];
  for (const name of await fileSystem.list(folder)) {
    if (!name.endsWith(ending)) continue;
    const file = await fileSystem.open(`${folder}/${name}`, 'read');
    const bytes = Buffer.alloc(await file.size());
    await file.read(bytes, 0);
    contents.push(bytes);
  }
  return contents;
}

/** What is in dead letters and files. */
async function lookAround(machine: Machine): Promise<void> {
  const { disk, ledger } = machine;
  const { schedule, life } = born(machine, true);
  for (const bytes of await contentsOf(disk, FILES_FOLDER, '.jsonl')) ledger.saw('files', bytes);
  const reading = readDeadLetters(life.configuration(), life.world(), ({ stage, name, bytes }) => {
    if (stage === 'exporter') ledger.saw(name === 'files' ? 'files' : 'backend', bytes);
    const alert = stage === 'channel' ? decodeAlert(bytes) : undefined;
    if (alert !== undefined) ledger.tell(alert);
    if (stage === 'consumer') ledger.broken(`${name} could not cope with a record`);
  });
  await through(machine, schedule, reading);
}
