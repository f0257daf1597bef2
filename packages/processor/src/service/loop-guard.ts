/**
 * Sees what our exporters sent come back, whatever lies between. A request header does not survive a
 * Collector; a resource does. So each exporter sends, once a minute, a resource of its own that holds no
 * record: backends show nothing of it, relays hand it on, and nobody else can know its name.
 */
import { randomUUID } from 'node:crypto';
import { ATTR_SECURITY_EXPORTER_ID } from '@spanguard/conventions';
import { type OtlpIndex, ProtobufWriter, VALUE } from '@spanguard/otlp';
import type { Counters } from '../pipeline/counters.ts';
import type { Logger } from '../pipeline/logger.ts';

/** What is watched for. */
interface Mark {
  readonly name: string;
  readonly id: Buffer;
  readonly stop: () => void;
}

/** One for all exporters of a processor. */
export class LoopGuard {
  readonly #counters: Counters;
  readonly #logger: Logger;
  readonly #marks = new Set<Mark>();

  constructor({ counters, logger }: { readonly counters: Counters; readonly logger: Logger }) {
    this.#counters = counters;
    this.#logger = logger;
  }

  /** The mark of a new exporter, as protobuf of any signal; `stop` is called once, when it comes back. */
  mark(name: string, stop: () => void): Uint8Array {
    const id = randomUUID();
    this.#marks.add({ name, id: Buffer.from(id), stop });
    return resourceWith(ATTR_SECURITY_EXPORTER_ID, id);
  }

  /**
   * Looks for our marks among the resources of an indexed batch, of which `column` holds the id. A mark of
   * another processor is none of our business: processors may stand in a row.
   */
  look({ resourceCells, bytes }: OtlpIndex, column: number): void {
    if (this.#marks.size === 0) return;
    for (let row = 0; row < resourceCells.count; row += 1) {
      const cell = resourceCells.cellOf(row, column);
      if (resourceCells.type[cell] !== VALUE.string) continue;
      this.#judge(bytes.subarray(resourceCells.start[cell], resourceCells.end[cell]));
    }
  }

  #judge(id: Uint8Array): void {
    for (const mark of this.#marks) {
      if (!mark.id.equals(id)) continue;
      this.#marks.delete(mark);
      this.#counters.add('exporter.looped', 1, { exporter: mark.name });
      this.#logger.error(
        { exporter: mark.name },
        'what this exporter sends comes back to this processor: it is stopped, and what it has not sent is ' +
          `kept; point exporters.${mark.name}.endpoint at a backend, or take this processor out of the ` +
          'exporters of the Collector behind it, and start again',
      );
      mark.stop();
    }
  }
}

/** Field 1 of every export request is a resource's records, of which field 1 is the resource. */
function resourceWith(key: string, value: string): Uint8Array {
  const writer = new ProtobufWriter();
  const [records, resource, attribute] = [writer.open(1), writer.open(1), writer.open(1)];
  writer.string(1, key);
  const any = writer.open(2);
  writer.string(1, value);
  for (const open of [any, attribute, resource, records]) writer.close(open);
  return writer.finish();
}
