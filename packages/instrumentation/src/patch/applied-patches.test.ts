/** Patches are applied once, look like what they replace, are reported, and come off again. */
import { expect } from 'chai';
import { recordingRuntime } from '../../test/recording-runtime.ts';
import { setSecurityRuntime } from '../runtime/security-runtime.ts';
import { AppliedPatches } from './applied-patches.ts';
import { type LibraryMethod, type MethodWrapper, patch } from './patch.ts';

class Library {
  greet(name: string): string {
    return `hello ${name}`;
  }
}

const excite: MethodWrapper = (original) =>
  function excited(this: unknown, ...args) {
    return `${String(Reflect.apply(original, this, args))}!`;
  };

function stateOf(patches: AppliedPatches): string | undefined {
  return patches.report()[0]?.state;
}

function theirs(): string {
  return 'theirs';
}

function libraryFunction(this: unknown, _a: unknown, _b: unknown): number {
  return 1;
}

const declared = patch('library', '*').method('Library.prototype.greet', excite);

describe('AppliedPatches', () => {
  const plain = Object.getOwnPropertyDescriptor(Library.prototype, 'greet');

  afterEach(() => {
    Object.defineProperty(Library.prototype, 'greet', plain ?? {});
    setSecurityRuntime(undefined);
  });

  it('applies, reports and undoes', () => {
    const patches = new AppliedPatches([declared]);
    expect(stateOf(patches)).to.equal('waiting');
    patches.apply(declared.patches, { Library });
    expect([new Library().greet('you'), stateOf(patches)]).to.deep.equal(['hello you!', 'applied']);
    patches.undo(declared.patches);
    expect([new Library().greet('you'), stateOf(patches)]).to.deep.equal(['hello you', 'undone']);
    expect(Object.getOwnPropertyDescriptor(Library.prototype, 'greet')).to.deep.equal(plain);
  });

  it('finds the method through the default export of an ES module', () => {
    new AppliedPatches([declared]).apply(declared.patches, { default: { Library } });
    expect(new Library().greet('you')).to.equal('hello you!');
  });

  it('applies once: twice by itself, by a second copy, or under another patcher', () => {
    const first = new AppliedPatches([declared]);
    first.apply(declared.patches, { Library });
    first.apply(declared.patches, { default: { Library } });
    expect(stateOf(first)).to.equal('applied');
    const second = new AppliedPatches([declared]);
    second.apply(declared.patches, { Library });
    expect(stateOf(second)).to.equal('already');
    const ours: unknown = Reflect.get(Library.prototype, 'greet');
    const shimmed = Object.assign(() => 'shimmed', { __original: ours });
    Library.prototype.greet = shimmed;
    const third = new AppliedPatches([declared]);
    third.apply(declared.patches, { Library });
    expect([stateOf(third), new Library().greet('you')]).to.deep.equal(['already', 'shimmed']);
  });

  it('leaves a method alone that was patched over ours', () => {
    const patches = new AppliedPatches([declared]);
    patches.apply(declared.patches, { Library });
    Library.prototype.greet = theirs;
    patches.undo(declared.patches);
    expect([stateOf(patches), new Library().greet('you')]).to.deep.equal(['covered', 'theirs']);
  });

  it('restores an inherited method by taking its own away', () => {
    class Child extends Library {}
    const inherited = patch('library', '*').method('Child.prototype.greet', excite);
    const patches = new AppliedPatches([inherited]);
    patches.apply(inherited.patches, { Child });
    expect(new Child().greet('you')).to.equal('hello you!');
    patches.undo(inherited.patches);
    expect(Object.hasOwn(Child.prototype, 'greet')).to.equal(false);
  });

  it('reports what is not there, whatever the module is', () => {
    for (const moduleExports of [undefined, null, 1, {}, { Library: 1 }, { Library: Object }]) {
      const patches = new AppliedPatches([declared]);
      patches.apply(declared.patches, moduleExports);
      expect(stateOf(patches)).to.equal('missing');
    }
  });

  it('reports our own error and leaves the library as it was', () => {
    const { runtime, internalErrors } = recordingRuntime();
    setSecurityRuntime(runtime);
    const broken = patch('library', '*').method('Library.prototype.greet', () => {
      throw new Error('ours');
    });
    const patches = new AppliedPatches([broken]);
    patches.apply(broken.patches, { Library });
    expect([stateOf(patches), new Library().greet('you')]).to.deep.equal(['failed', 'hello you']);
    expect(internalErrors).to.have.length(1);
  });

  it('keeps name, length, own properties and prototype', () => {
    const library = { method: Object.assign(libraryFunction as LibraryMethod, { version: 7 }) };
    const odd = patch('library', '*').method('method', excite);
    new AppliedPatches([odd]).apply(odd.patches, library);
    expect(library.method).to.not.equal(libraryFunction);
    expect(library.method).to.include({ name: 'libraryFunction', length: 2, version: 7 });
    expect(library.method.prototype).to.equal(libraryFunction.prototype);
    expect(library.method()).to.equal('1!');
  });
});
