import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createPseudonyms, machineKey } from '@spanguard/redaction';
import { expect } from 'chai';
import { defaultConfig } from '../config/load-config.ts';
import { createMasking } from './create-stages.ts';
import { openDataFolder } from './data-folder.ts';

describe('the masking of a processor', () => {
  it('names users as applications of the same user on this machine do, and goes on so', () => {
    const path = mkdtempSync(join(tmpdir(), 'masking-'));
    const shared = machineKey();
    if (shared === undefined) throw new Error('this machine has no place for a key');
    const applications = createPseudonyms({ masterKey: shared });
    try {
      for (const start of ['first', 'second']) {
        const folder = openDataFolder(path);
        const { pseudonyms } = createMasking(defaultConfig().redact, folder);
        folder.release();
        expect(pseudonyms.pseudonym('email', 'alice@shop.example'), start).to.equal(
          applications.pseudonym('email', 'alice@shop.example'),
        );
      }
    } finally {
      rmSync(path, { recursive: true });
    }
  });
});
