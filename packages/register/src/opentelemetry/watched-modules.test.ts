/** What is watched follows from what instrumentations declare, and from nothing else. */
import {
  InstrumentationBase,
  InstrumentationNodeModuleDefinition,
  InstrumentationNodeModuleFile,
} from '@opentelemetry/instrumentation';
import { expect } from 'chai';
import { watchedImports, watchedModules } from './watched-modules.ts';

const same = (moduleExports: unknown): unknown => moduleExports;

class Declared extends InstrumentationBase {
  protected override init(): InstrumentationNodeModuleDefinition[] {
    return [
      new InstrumentationNodeModuleDefinition('express', ['>=4 <5'], same, same),
      new InstrumentationNodeModuleDefinition('express', ['>=5 <6'], same, same),
      new InstrumentationNodeModuleDefinition('@hapi/jwt', ['*'], same, same, [
        new InstrumentationNodeModuleFile('@hapi/jwt/lib/token.js', ['*'], same, same),
      ]),
    ];
  }
}

describe('watchedModules', () => {
  const instrumentations = [new Declared('t', '1', { enabled: false })];

  it('names every declared module once', () => {
    expect(watchedModules(instrumentations)).to.deep.equal(['express', '@hapi/jwt']);
  });

  it('lets imports of the modules through, and of the declared files by where they lie', () => {
    const imports = watchedImports(instrumentations);
    expect(imports.filter((each) => typeof each === 'string')).to.deep.equal([
      'express',
      '@hapi/jwt',
    ]);
    const isIncluded = (url: string): boolean =>
      imports.some((each) => each instanceof RegExp && each.test(url));
    expect(isIncluded('file:///app/node_modules/@hapi/jwt/lib/token.js')).to.equal(true);
    for (const other of ['lib/tokenxjs', 'lib/tokens.js', 'lib/token.js.map', 'lib/crypto.js']) {
      expect(isIncluded(`file:///app/node_modules/@hapi/jwt/${other}`), other).to.equal(false);
    }
  });

  it('has nothing of an instrumentation that declares nothing', () => {
    expect(watchedImports([])).to.deep.equal([]);
  });
});
