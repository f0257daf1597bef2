/** Compares what was told with what is true, and writes it down. */
import type { Application, Step } from './application.ts';
import { statusHeuristic } from './status-heuristic.ts';

/** What was told of one request. */
export interface Told {
  /** Events without `security.`, in order. */
  readonly events: readonly string[];
  readonly user: string | undefined;
  readonly route: string | undefined;
  /** For the heuristic, and to read the table by. */
  readonly method: string;
  readonly path: string;
  readonly statusCode: number;
}

/** An application that was run. */
export interface Run {
  readonly application: Application;
  /** In the order of the steps. */
  readonly told: readonly Told[];
  /** Whether each attack was told; absent where nobody logs in. */
  readonly attacks: { readonly guessing: boolean; readonly stuffing: boolean } | undefined;
}

/** What became of one claim: whether it is right, and what was said where it is not. */
interface Claim {
  readonly application: string;
  readonly step: string;
  readonly kind: 'outcome' | 'user' | 'route';
  readonly isRight: boolean;
  /** Told and not true, which is worse than what was not told. */
  readonly isFalse: boolean;
  readonly line: string;
}

/** Counts of a matrix. */
export interface Score {
  readonly outcomes: Count;
  readonly users: Count;
  readonly routes: Count;
  readonly heuristic: Count;
  readonly falseOutcomes: number;
  readonly heuristicFalse: number;
  readonly guessing: Count;
  readonly stuffing: Count;
}

interface Count {
  readonly right: number;
  readonly all: number;
}

/** Counts what is right. */
export function scoreOf(runs: readonly Run[]): Score {
  const claims = runs.flatMap(claimsOf);
  const guesses = runs.flatMap(guessesOf);
  const attacked = runs.map(({ attacks }) => attacks).filter((attacks) => attacks !== undefined);
  const attack = (kind: 'guessing' | 'stuffing'): Count => ({
    right: attacked.filter((attacks) => attacks[kind]).length,
    all: attacked.length,
  });
  return {
    outcomes: countOf(claims, 'outcome'),
    users: countOf(claims, 'user'),
    routes: countOf(claims, 'route'),
    heuristic: { right: guesses.filter(({ isRight }) => isRight).length, all: guesses.length },
    falseOutcomes: claims.filter(({ isFalse, kind }) => isFalse && kind === 'outcome').length,
    heuristicFalse: guesses.filter(({ isFalse }) => isFalse).length,
    guessing: attack('guessing'),
    stuffing: attack('stuffing'),
  };
}

/** The matrix as Markdown. */
export function resultsOf(runs: readonly Run[]): string {
  const score = scoreOf(runs);
  const rows = runs.map(rowOf);
  const wrong = runs.flatMap(claimsOf).filter(({ isRight }) => !isRight);
  const attacks = `guessing ${text(score.guessing)}, stuffing ${text(score.stuffing)}`;
  return [
    '# What the hook tells of applications as they are',
    '',
    '<!-- Written by test/write-results.ts; a test fails when it is stale. -->',
    '',
    'Each application is a file in `src/applications` that knows nothing of Spanguard, run under',
    '`node --import @spanguard/register` and asked over HTTP. The heuristic sees method, path and status.',
    '',
    '|  | right | false |',
    '| --- | ---: | ---: |',
    `| outcomes | ${text(score.outcomes)} | ${score.falseOutcomes} |`,
    `| outcomes by a heuristic of status codes | ${text(score.heuristic)} | ${score.heuristicFalse} |`,
    `| users | ${text(score.users)} | |`,
    `| routes | ${text(score.routes)} | |`,
    `| attacks told by the processor with its defaults | ${attacks} | |`,
    '',
    '| application | outcomes | heuristic | users | routes | guessing | stuffing |',
    '| --- | ---: | ---: | ---: | ---: | --- | --- |',
    ...rows,
    '',
    '## What is not right',
    '',
    ...(wrong.length === 0 ? ['Nothing.'] : wrong.map(({ line }) => `- ${line}`)),
    '',
  ].join('\n');
}

function rowOf(run: Run): string {
  const claims = claimsOf(run);
  const guesses = guessesOf(run);
  const guessed = { right: guesses.filter(({ isRight }) => isRight).length, all: guesses.length };
  const { attacks } = run;
  const cells = [
    run.application.title,
    text(countOf(claims, 'outcome')),
    text(guessed),
    text(countOf(claims, 'user')),
    text(countOf(claims, 'route')),
    attacks === undefined ? '' : attacks.guessing ? 'told' : '**not told**',
    attacks === undefined ? '' : attacks.stuffing ? 'told' : '**not told**',
  ];
  return `| ${cells.join(' | ')} |`;
}

function claimsOf({ application, told }: Run): Claim[] {
  return application.steps.flatMap((step, n) => claimsOfStep(application, step, told[n]));
}

function claimsOfStep(
  { file }: Application,
  { name, truth }: Step,
  told: Told | undefined,
): Claim[] {
  const found = told ?? NOTHING;
  const events = found.events.length === 0 ? '-' : found.events.join(' + ');
  const of = (kind: Claim['kind'], expected: string, said: string, isRight: boolean): Claim => ({
    application: file,
    step: name,
    kind,
    isRight,
    isFalse: !isRight && said !== '-',
    line: `${file}, ${name} (${found.method} ${found.path} ${found.statusCode}): ${kind} is ${said}, is to be ${expected}`,
  });
  const claims = [of('outcome', truth.event, events, events === truth.event)];
  if (truth.user !== undefined) {
    const isRight = truth.user === '*' ? found.user !== undefined : found.user === truth.user;
    claims.push(of('user', truth.user, found.user ?? '-', isRight));
  }
  if (truth.route !== undefined) {
    claims.push(of('route', truth.route, found.route ?? '-', found.route === truth.route));
  }
  return claims;
}

function guessesOf({ application, told }: Run): { isRight: boolean; isFalse: boolean }[] {
  return application.steps.map(({ truth }, n) => {
    const guess = statusHeuristic(told[n] ?? NOTHING);
    return { isRight: guess === truth.event, isFalse: guess !== truth.event && guess !== '-' };
  });
}

function countOf(claims: readonly Claim[], kind: Claim['kind']): Count {
  const ofKind = claims.filter((claim) => claim.kind === kind);
  return { right: ofKind.filter(({ isRight }) => isRight).length, all: ofKind.length };
}

function text({ right, all }: Count): string {
  return `${right} of ${all}`;
}

const NOTHING: Told = {
  events: [],
  user: undefined,
  route: undefined,
  method: '',
  path: '',
  statusCode: 0,
};
