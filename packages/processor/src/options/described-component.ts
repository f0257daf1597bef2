/**
 * What a component is described by: one constant, of which configuration, reference, schema and service are
 * made. Receivers, exporters, channels and consumers are all described so, each kind with a front of its own.
 */
import type { z } from 'zod';

/** How far a component may be relied upon: `beta` may change in a minor version. */
export type Stability = 'beta' | 'stable';

/** The options every component has. */
export interface ComponentOptions {
  /** Off, it is as if it were not in the configuration. */
  readonly enabled: boolean;
}

/** What its author says of a kind of component. */
export interface ComponentDescription<
  S extends z.ZodType<ComponentOptions>,
  About,
  Needs,
  Component,
> {
  /** Its name in a configuration, a word of `a-z`, `0-9` and `_`. */
  readonly type: string;
  readonly stability: Stability;
  /** There is one where a configuration says nothing of this type; all its options have defaults. */
  readonly isOnByDefault?: boolean;
  /** Its options, of the kinds in `options/`; a strict object. */
  readonly config: S;
  /** What has to be known of one before it is there. */
  readonly about: (config: z.output<S>) => About;
  /** Connects to nothing, and touches no file: that is left to the start, or to the first delivery. */
  readonly create: (config: z.output<S>, needs: Needs) => Component;
}

/** A component whose options are checked, and that is not there before it is created. */
export interface ConfiguredComponent<About, Needs, Component> {
  readonly type: string;
  readonly isEnabled: boolean;
  readonly about: About;
  /** See {@link ComponentDescription.create}. */
  create(needs: Needs): Component;
}

/** A kind of component, as everybody else sees it. */
export interface DescribedComponent<About, Needs, Component> {
  readonly type: string;
  readonly stability: Stability;
  readonly isOnByDefault: boolean;
  /** Its options, checked. */
  readonly shape: z.ZodType<ConfiguredComponent<About, Needs, Component>>;
}

/** Describes a kind of component. It is there once it stands in the registry of its kind. */
export function describeComponent<S extends z.ZodType<ComponentOptions>, About, Needs, Component>({
  type,
  stability,
  isOnByDefault = false,
  config,
  about,
  create,
}: ComponentDescription<S, About, Needs, Component>): DescribedComponent<About, Needs, Component> {
  return {
    type,
    stability,
    isOnByDefault,
    // A class, so that a secret among the options is in no property of it.
    shape: config.transform(
      (written) =>
        new Configured(
          { type, isEnabled: written.enabled, about: about(written) },
          (needs: Needs) => create(written, needs),
        ),
    ),
  };
}

class Configured<About, Needs, Component> implements ConfiguredComponent<About, Needs, Component> {
  readonly type: string;
  readonly isEnabled: boolean;
  readonly about: About;
  readonly #create: (needs: Needs) => Component;

  constructor(
    {
      type,
      isEnabled,
      about,
    }: Pick<ConfiguredComponent<About, Needs, Component>, 'type' | 'isEnabled' | 'about'>,
    create: (needs: Needs) => Component,
  ) {
    this.type = type;
    this.isEnabled = isEnabled;
    this.about = about;
    this.#create = create;
  }

  create(needs: Needs): Component {
    return this.#create(needs);
  }
}
