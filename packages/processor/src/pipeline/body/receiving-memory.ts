/** The memory that every receiver receives into: one bound, the same buffers, the same few threads. */
import { ByteBudget } from '../byte-budget.ts';
import { BodyBuffers } from './body-buffers.ts';
import { Inflater } from './inflate.ts';

/** What one client address may have, with several requests under way. */
const CLIENT_BYTES_SHARE = 3 / 4;
const IDLE_BUFFERS_SHARE = 1 / 4;

/** Shared by all receivers of a processor. */
export class ReceivingMemory {
  readonly budget: ByteBudget;
  readonly buffers: BodyBuffers;
  readonly inflater = new Inflater();

  /** `bytesMax`: bytes of bodies held at once; above it requests are asked to come later. */
  constructor({ bytesMax }: { readonly bytesMax: number }) {
    this.budget = new ByteBudget({ bytesMax, clientBytesMax: bytesMax * CLIENT_BYTES_SHARE });
    this.buffers = new BodyBuffers({ idleBytesMax: bytesMax * IDLE_BUFFERS_SHARE });
  }
}
