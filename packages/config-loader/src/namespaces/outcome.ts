/** Where it is allowed to start in spite of something unsupported. */
export type AllowedBy = 'option' | 'environment' | 'configuration'

/** The outcome for an unsupported setting that prevents the start unless it is allowed. */
export interface Unsupported {
  /** What to allow by name to start without it: a namespace, a plugin, or a key such as `auth/validator.audience`. */
  readonly name: string
  /** `stops`: it prevents the start. `allowed`: it is allowed by name. `skipped`: its endpoint answers 501. */
  readonly outcome: 'stops' | 'allowed' | 'skipped'
  /** Where it is allowed; null if it is not. */
  readonly by: AllowedBy | null
  /** Whether it concerns one endpoint, so that the others could be served. */
  readonly skippable: boolean
}
