/** Files in a configuration. */
import { z } from 'zod';
import { SIGNALS } from '../../model/signal.ts';
import {
  byteSize,
  duration,
  flag,
  folderPath,
  oneOf,
  someOf,
  wholeNumber,
} from '../../options/option-kinds.ts';
import { nodeFileSystem } from '../../pipeline/file-system.ts';
import { lockFolder } from '../../pipeline/folder-lock.ts';
import { defineExporter, type DescribedExporter } from '../define-exporter.ts';
import { FileBackend } from './file-backend.ts';

/** Each batch is a line or more, and a sync. */
const BATCH_BYTES_MAX = 1024 * 1024;

/** Telemetry to files: OTLP/JSON lines, as the Collector's file exporter writes them. */
export const fileDescription: DescribedExporter = defineExporter({
  type: 'file',
  stability: 'beta',
  config: z.strictObject({
    enabled: flag({ default: true, doc: 'Whether telemetry is written to files.' }),
    folder: folderPath(
      'Where the files are, `traces-<time>.jsonl` and so on; a folder of its own, made where it is missing.',
    ),
    signals: someOf(SIGNALS, 'What is written.'),
    file_bytes_max: byteSize({
      min: '1MiB',
      max: '16GiB',
      default: '100MiB',
      doc: 'Size, before compression, beyond which the next file begins.',
    }),
    file_age_max: duration({
      min: '1m',
      max: '90d',
      default: '1d',
      doc: 'Age beyond which the next file begins, with the next line.',
    }),
    files_max: wholeNumber({
      min: 2,
      max: 10_000,
      default: 10,
      doc: 'Files of each signal, the one being written among them; beyond it the oldest goes, counted.',
    }),
    compression: oneOf(['gzip', 'none'], {
      default: 'gzip',
      doc: 'Compression of files that are not written to any more.',
    }),
  }),
  about: (written) => ({
    target: { kind: 'folder', option: 'folder', path: written.folder },
    signals: written.signals,
    concurrency: 1,
    batchBytesMax: BATCH_BYTES_MAX,
  }),
  create: (written, needs) =>
    new FileBackend(
      {
        name: needs.name,
        folder: written.folder,
        fileBytesMax: written.file_bytes_max,
        fileAgeMsMax: written.file_age_max,
        filesMax: written.files_max,
        isPacked: written.compression === 'gzip',
      },
      { ...needs, fileSystem: nodeFileSystem, lock: lockFolder },
    ),
});
