import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { type DeclarativeFile, readDeclarativeFile } from './declarative-file.ts';

describe('readDeclarativeFile', () => {
  let path: string;
  beforeEach(() => {
    path = join(mkdtempSync(join(tmpdir(), 'declarative-file-')), 'otel.yaml');
  });
  afterEach(() => {
    rmSync(join(path, '..'), { recursive: true });
  });

  function read(ours: string): DeclarativeFile {
    const node = `instrumentation/development: { js: { spanguard: ${ours} } }`;
    writeFileSync(path, `file_format: '1.0'\n${node}\n`);
    return readDeclarativeFile(path);
  }

  it('reads options, joining the names of maps and the items of lists', () => {
    const { written, redaction, disabled } = read(
      '{ payload: { request_bytes: 0 }, auth_routes: [/a, /b], user_id: hash, empty: }',
    );
    expect([...written]).to.deep.equal([
      ['payload_request_bytes', '0'],
      ['auth_routes', '/a,/b'],
      ['user_id', 'hash'],
    ]);
    expect({ redaction, disabled }).to.deep.equal({ redaction: undefined, disabled: false });
  });

  it('leaves a policy whole, with the way to it', () => {
    const { written, redaction } = read('{ redaction: { keys: { keep: [a] } }, user_id: hash }');
    expect([...written.keys()]).to.deep.equal(['user_id']);
    expect(redaction).to.deep.equal({
      data: { keys: { keep: ['a'] } },
      path,
      within: ['instrumentation/development', 'js', 'spanguard', 'redaction'],
    });
  });

  it('reads 64 options and no more', () => {
    const options = Array.from({ length: 70 }, (_each, at) => `o${at}: 1`).join(', ');
    expect(read(`{ ${options} }`).written.size).to.equal(64);
  });
});
