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

/** The schema of those settings, for the namespaces that have them; each describes its own `content_type`. */
export const bodyGeneratorProperties = {
  path: { type: 'string', description: 'File with the template, in the language of Go\'s text/template; read at the start.' },
  template: { type: 'string', description: 'The template itself, in base64; instead of `path`.' },
  content_type: { type: 'string', minLength: 1 },
  debug: {
    type: 'boolean',
    default: false,
    description: 'Logs the data of the template and its output, with level DEBUG; values whose names say that they are secret are masked. Not for production.'
  },
  variables: { type: 'object', description: 'Values that the template has as `.variables`.' }
} as const

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
