import type { FeatureContext } from '../model/feature.ts'
import type { Place } from '../model/model.ts'
import type { Step } from './step.ts'

/** The configuration of a generator of request bodies. */
export interface BodyGeneratorSettings {
  /** File with the template. */
  readonly path?: string
  /** The template itself, in base64. */
  readonly template?: string
  readonly content_type?: string
  readonly debug?: boolean
  readonly variables?: Readonly<Record<string, unknown>>
}

export interface BodyGeneratorPlace {
  readonly namespace: string
  /** Of the settings in the configuration. */
  readonly place: Place
  /** The endpoint's, in ms; 0 = none. */
  readonly timeout: number
  /** Type of the body where the settings name none. Default: `application/json`. */
  readonly contentType?: string
}

/**
 * Replaces the client's body with one that a template makes: the seam between the features that send such bodies and
 * the one that has the templates. A template that cannot be used is a problem of the configuration, at its place.
 */
export type CreateBodyGenerator = (settings: BodyGeneratorSettings, next: Step, where: BodyGeneratorPlace, context: FeatureContext) => Step
