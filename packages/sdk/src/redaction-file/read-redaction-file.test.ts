/** A policy file of any kind: what it says holds, and what cannot be used is told with its place. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { STRICT_REDACTION } from '@spanguard/redaction';
import { expect } from 'chai';
import { type RedactionFile, readRedactionFile, readRedactionNode } from './read-redaction-file.ts';

const KEY = 'k'.repeat(32);

describe('readRedactionFile', () => {
  let folder: string;
  let path: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'redaction-file-'));
    path = join(folder, 'policy.yaml');
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  function read(text: string, env: Record<string, string> = {}): RedactionFile {
    writeFileSync(path, text);
    return readRedactionFile({ path, env });
  }

  function refuses(text: string, problem: string | RegExp): void {
    const { problems, redaction, hashKey } = read(text);
    expect(redaction).to.equal(STRICT_REDACTION);
    expect(hashKey).to.equal(undefined);
    if (typeof problem === 'string') expect(problems).to.deep.equal([`${path}:${problem}`]);
    else expect(problems.join('\n')).to.match(problem);
  }

  it('takes a policy alone, as YAML and as JSON', () => {
    const redaction = { profile: 'hipaa', keys: { drop: ['raw.*'] }, urlQuery: 'all' };
    const expected = { redaction, problems: [] };
    expect(read('profile: hipaa\nkeys: { drop: [raw.*] }\nurl_query: all\n')).to.deep.equal(
      expected,
    );
    expect(
      read('{"profile": "hipaa", "keys": {"drop": ["raw.*"]}, "url_query": "all"}'),
    ).to.deep.equal(expected);
  });

  it('takes it out of a whole configuration of the processor, whatever else that holds', () => {
    const text =
      'data: "${env:NOT_OURS}"\nredact: { profile: pci }\nalerts: { mail: { port: 1 } }\n';
    expect(read(text)).to.deep.equal({ redaction: { profile: 'pci' }, problems: [] });
    expect(read('redact: {}\n')).to.deep.equal({ redaction: {}, problems: [] });
  });

  it('takes the key, and what variables and files stand for', () => {
    const keyFile = join(folder, 'key');
    writeFileSync(keyFile, `${KEY}\n`);
    for (const key of [KEY, '"${env:KEY}"', `"\${file:${keyFile}}"`]) {
      const { hashKey, problems } = read(`pseudonym_key: ${key}`, { KEY });
      expect(problems).to.deep.equal([]);
      expect(hashKey).to.deep.equal(new TextEncoder().encode(KEY));
    }
    const globs = read('keys: { keep: ["${env:GLOB:-a.*}"] }').redaction.keys;
    expect(globs).to.deep.equal({ keep: ['a.*'] });
  });

  it('says where what is wrong stands, and all of it', () => {
    refuses(
      '\nprofile: hippa\n',
      '2:10: profile: found "hippa", expected one of default, pci, gdpr, hipaa, secrets-only',
    );
    refuses(
      'redact:\n  profil: pci\n',
      /^\S+:2:3: redact\.profil: unknown key; allowed here: profile, /,
    );
    refuses('exporters: {}\n', /^\S+:1:1: exporters: unknown key/);
    refuses(
      'keys: { keep: 7 }\nprofile:\n',
      /1:15: keys\.keep: found 7, .*\n.*2:\d+: profile: found null/,
    );
    refuses('detectors: [pan]\n', /1:12: detectors: found a list, expected a map of actions/);
    refuses('keys: { keep: { a: 1 } }\n', /1:15: keys\.keep: found a map, /);
    refuses('7', /1:1: the policy: found 7, expected a map of options/);
    refuses(
      'keys: { keep: ["${env:NONE}"] }',
      '1:16: ${env:NONE} is not set, or its file cannot be read',
    );
  });

  it('repeats no secret that stands at the wrong place', () => {
    for (const text of [
      `pseudonym_key: short-key-of-ours`,
      `profile: password=short-key-of-ours`,
      `"password=short-key-of-ours": 1`,
      `profile: "a" short-key-of-ours`,
      `keys: { "token=short-key-of-ours": [] }`,
    ]) {
      const { problems } = read(text);
      expect(problems, text).to.have.length(1);
      expect(problems.join('\n')).not.to.contain('short-key-of-ours');
    }
  });

  it('refuses what is no policy at all, and never throws', () => {
    refuses('', '1:1: is empty; write {} for the default policy');
    refuses('# nothing\n', '1:1: is empty; write {} for the default policy');
    refuses('profile: {', /:1:\d+: /);
    refuses('profile: pci\nprofile: pci\n', /:2:1: Map keys must be unique/);
    refuses(`keys: ${'['.repeat(2000)}`, /: is too deep to be read$|:1:\d+: /);
    const bomb = [
      'a: &a [x,x]',
      'b: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]',
      'c: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]',
      'd: [*c,*c,*c,*c]',
    ];
    refuses(bomb.join('\n'), /: is too deep to be read$/);
    for (const text of ['\0', '- x', '"x"', 'true', '!!binary x', '? [a]\n: b', '__proto__: {}']) {
      expect(read(text).redaction, text).to.equal(STRICT_REDACTION);
    }
  });

  it('refuses what is no file, without waiting for it', () => {
    const pipe = join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    for (const [other, message] of [
      [pipe, 'is no file'],
      [folder, 'is no file'],
      [join(folder, 'absent'), 'cannot be read (ENOENT)'],
      ['', 'cannot be read (ENOENT)'],
    ] as const) {
      expect(readRedactionFile({ path: other, env: {} })).to.deep.equal({
        redaction: STRICT_REDACTION,
        problems: [`${other}:1:1: ${message}`],
      });
    }
  });

  it('reads files of 1 MiB and none larger', () => {
    const comment = (length: number): string => `#${'x'.repeat(length - 15)}\nprofile: pci\n`;
    expect(read(comment(1_048_576)).problems).to.deep.equal([]);
    refuses(comment(1_048_577), '1:1: the file has 1048577 bytes, at most 1048576 are read');
  });

  it('finds places of a policy within a file of others', () => {
    writeFileSync(path, 'js:\n  ours:\n    redaction:\n      profile: ${PROFILE}\n');
    const within = ['js', 'ours', 'redaction'];
    const data = { profile: 'pcy' };
    expect(readRedactionNode({ data, path, within }).problems[0]).to.match(
      /policy\.yaml:4:16: js\.ours\.redaction\.profile: found "pcy", /,
    );
    expect(readRedactionNode({ data: { profile: 'pci' }, path, within })).to.deep.equal({
      redaction: { profile: 'pci' },
      problems: [],
    });
    expect(readRedactionNode({ data, path: join(folder, 'gone'), within }).problems[0]).to.match(
      /gone:1:1: js\.ours/,
    );
  });
});
