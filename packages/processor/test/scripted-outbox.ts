import { encodeAlert } from '#processor/model/alert-codec.ts';
import type { Alert } from '#processor/model/alert.ts';
import { ScriptedSource } from './scripted-source.ts';

const ALERT = 1;

/** The outbox as a channel sees it; its first alert has the sequence 1. */
export class ScriptedOutbox extends ScriptedSource {
  constructor() {
    super(1);
  }

  add(...alerts: readonly Alert[]): void {
    for (const alert of alerts) this.addBytes(encodeAlert(alert));
  }

  addBytes(payload: Uint8Array): void {
    this.put({ kind: ALERT, payload });
  }
}
