/** Records kept on objects that are not ours, where nobody can see them. */

/** What an object is known by. Shared by all copies of this package in a process. */
export interface HiddenRecords<Record> {
  get(object: object): Record | undefined;
  set(object: object, record: Record): void;
}

/** A constructor that makes what it is given: fields of a class that extends it land on that object. */
// oxlint-disable-next-line typescript/no-extraneous-class -- a function cannot be extended without a cast
class Given {
  constructor(object: object) {
    return object;
  }
}

/**
 * Records in a private field of each object: no key, no symbol, nothing that reflection, a copy or JSON would
 * show. A WeakMap would do as well, at thirty times the cost for objects that live as long as a request.
 */
export function hiddenRecords<Record extends object>(): HiddenRecords<Record> {
  class Holder extends Given {
    #record: Record;

    constructor(object: object, record: Record) {
      super(object);
      this.#record = record;
    }

    static get(object: object): Record | undefined {
      return #record in object ? object.#record : undefined;
    }

    static set(object: object, record: Record): void {
      if (#record in object) object.#record = record;
      // oxlint-disable-next-line no-new -- the field is on the object; there is nothing else to keep
      else new Holder(object, record);
    }
  }
  return {
    get: (object) => Holder.get(object),
    set: (object, record) => Holder.set(object, record),
  };
}
