import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { transcodeJsonToProtobuf } from '@spanguard/otlp';
import { testExporter } from './exporter.suite.ts';

const BYTES_MAX = 64 * 1024 * 1024;

testExporter({
  type: 'file',
  receptions: ['accepted', 'paused'],
  secrets: [],
  open: () => {
    const root = mkdtempSync(join(tmpdir(), 'spanguard-files-'));
    const folder = join(root, 'archive');
    return Promise.resolve({
      options: `{ folder: "${folder}" }`,
      isTouched: () => existsSync(folder),
      taken: (signal) => {
        if (!existsSync(folder)) return [];
        const names = readdirSync(folder).filter((name) => name.startsWith(`${signal}-`));
        const lines = names.flatMap((name) =>
          readFileSync(join(folder, name), 'utf8').split('\n').slice(0, -1),
        );
        return lines.map((line) => {
          const back = transcodeJsonToProtobuf(signal, Buffer.from(line), { bytesMax: BYTES_MAX });
          if (!back.ok) throw new Error(back.error.message);
          return back.bytes;
        });
      },
      receive: (how) => {
        mkdirSync(folder, { recursive: true });
        // What everybody may write is not taken for ours.
        chmodSync(folder, how === 'accepted' ? 0o700 : 0o777);
      },
      close: () => rmSync(root, { recursive: true }),
    });
  },
});
