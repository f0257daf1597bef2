/** Evidence in a snapshot: what several windows share is written once, and shared again when it is read. */
import type { EvidenceRef } from '../rows/event-rows.ts';
import type { ByteReader } from './byte-reader.ts';
import type { ByteWriter } from './byte-writer.ts';

/** A window keeps no more for one entry. */
const REFS_MAX = 4_096;

type Evidence = EvidenceRef | readonly EvidenceRef[];

/** Writes evidence; knows what stands in the snapshot already. */
export class SavedRefs {
  readonly #writer: ByteWriter;
  readonly #numbers = new Map<Evidence, number>();
  readonly #refs = new Map<EvidenceRef, number>();
  readonly #services = new Map<string, number>();

  constructor(writer: ByteWriter) {
    this.#writer = writer;
  }

  /** A number that was given before, or the next one and what it stands for. */
  write(evidence: Evidence): void {
    const known = this.#numbers.get(evidence);
    const next = this.#numbers.size;
    this.#writer.count(known ?? next);
    if (known !== undefined) return;
    this.#numbers.set(evidence, next);
    if ('length' in evidence) {
      this.#writer.count(evidence.length + 1);
      for (const each of evidence) this.#writeRef(each);
    } else {
      this.#writer.count(0);
      this.#writeRef(evidence);
    }
  }

  /** Lists share what is in them. */
  #writeRef(ref: EvidenceRef): void {
    const number = this.#refs.get(ref);
    this.#writer.count(number ?? this.#refs.size);
    if (number !== undefined) return;
    this.#refs.set(ref, this.#refs.size);
    const { traceId, spanId, service } = ref;
    this.#writer.text(traceId);
    this.#writer.text(spanId);
    const known = this.#services.get(service);
    this.#writer.count(known ?? this.#services.size);
    if (known !== undefined) return;
    this.#services.set(service, this.#services.size);
    this.#writer.text(service);
  }
}

/** Reads evidence in the order it was written in. */
export class ReadRefs {
  readonly #reader: ByteReader;
  readonly #known: Evidence[] = [];
  readonly #refs: EvidenceRef[] = [];
  readonly #services: string[] = [];

  constructor(reader: ByteReader) {
    this.#reader = reader;
  }

  read(): Evidence {
    const number = this.#reader.count(this.#known.length);
    const known = this.#known[number];
    if (known !== undefined) return known;
    const written = this.#reader.count(REFS_MAX);
    const evidence =
      written === 0 ? this.#readRef() : Array.from({ length: written - 1 }, () => this.#readRef());
    this.#known.push(evidence);
    return evidence;
  }

  #readRef(): EvidenceRef {
    const written = this.#reader.count(this.#refs.length);
    const ref = this.#refs[written] ?? this.#readNewRef();
    if (written === this.#refs.length) this.#refs.push(ref);
    return ref;
  }

  #readNewRef(): EvidenceRef {
    const traceId = this.#reader.text();
    const spanId = this.#reader.text();
    const number = this.#reader.count(this.#services.length);
    const service = this.#services[number] ?? this.#reader.text();
    if (number === this.#services.length) this.#services.push(service);
    return { traceId, spanId, service };
  }
}
