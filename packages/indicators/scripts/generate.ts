/** Writes ACCURACY.md. Run by `npm run generate`. */
import { writeFileSync } from 'node:fs';
import { measureAccuracy, renderAccuracy } from '../test/accuracy/render-accuracy.ts';

writeFileSync(new URL('../ACCURACY.md', import.meta.url), renderAccuracy(measureAccuracy()));
