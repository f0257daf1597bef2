/** Payloads and ordinary texts, made of templates by a seed. Written for this project; copied from no list. */
import { readFileSync } from 'node:fs';
import { Draw } from './random.ts';

/** One text: an attack of a family, or an ordinary one of a kind. */
export interface Payload {
  readonly family: string;
  readonly text: string;
}

const WORDS = 'alpha bravo item order report blue kilo summer lima page river stone'.split(' ');
const TABLES = 'users accounts customers members orders'.split(' ');
const COLUMNS = 'password name email id login'.split(' ');
const COMMANDS = [
  ...['id', 'whoami', 'cat /etc/passwd', 'uname -a', 'ls -la', 'ifconfig', 'netstat -an', 'ps aux'],
  ...['ls /', 'cat /etc/hosts', 'hostname', 'env', 'pwd', 'head /etc/group'],
];
const HOSTS = ['evil.test', 'attacker.example', 'x9.example.net', 'collect.test:8080'];

const FILLERS: Readonly<Record<string, (draw: Draw) => string>> = {
  W: (draw) => capital(draw.of(WORDS)),
  big: (draw) => String(draw.number(1_000_000_000, 9_999_999_999)),
  hex: (draw) => Array.from({ length: 12 }, () => draw.number(0, 15).toString(16)).join(''),
  v: (draw) => draw.of(['', '1', 'admin', 'x', ...WORDS]),
  n: (draw) => String(draw.number(1, 9999)),
  s: (draw) => String(draw.number(1, 9)),
  w: (draw) => draw.of(WORDS),
  q: () => "'",
  t: (draw) => draw.of(TABLES),
  c: (draw) => draw.of(COLUMNS),
  h: (draw) => draw.of(HOSTS),
  ip: (draw) => `203.0.113.${draw.number(1, 254)}`,
  cmd: (draw) => draw.of(COMMANDS),
  Cls: (draw) => draw.of(['Logger', 'Handler', 'Custom', 'Session']),
  cols: (draw) =>
    draw.of(['NULL,NULL', '1,2,3', 'name,password', 'null,version(),null', '1,@@version,3,4']),
};

/** Templates by family, of a file beside this one. */
function templates(file: string): ReadonlyMap<string, readonly string[]> {
  const text = readFileSync(new URL(file, import.meta.url), 'utf8');
  const families = new Map<string, string[]>();
  let current: string[] = [];
  for (const line of text.split('\n')) {
    if (line.startsWith('== ')) families.set(line.slice(3), (current = []));
    else if (line !== '') current.push(line);
  }
  return families;
}

/** `times` attacks of each template; the same for the same seed. */
export function payloads(seed: number, times: number): readonly Payload[] {
  return textsOf('payloads.txt', seed, times);
}

/** `times` ordinary texts of each template. */
export function ordinary(seed: number, times: number): readonly Payload[] {
  return textsOf('benign.txt', seed, times);
}

function textsOf(file: string, seed: number, times: number): readonly Payload[] {
  const draw = new Draw(seed);
  return [...templates(file)].flatMap(([family, lines]) =>
    lines.flatMap((line) =>
      Array.from({ length: times }, () => ({ family, text: filled(line, draw) })),
    ),
  );
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

function filled(template: string, draw: Draw): string {
  return template.replaceAll(/«(\w+)»/g, (whole, name: string) => FILLERS[name]?.(draw) ?? whole);
}
