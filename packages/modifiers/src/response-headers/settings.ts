/** Shape of `modifier/response-headers`: KrakenD Enterprise page "Response header transformation". */
export const namespace = 'modifier/response-headers'

const lines = { type: 'object', additionalProperties: { type: 'array', items: { type: 'string' } } } as const

export const ResponseHeadersSettings = {
  type: 'object',
  properties: {
    delete: {
      type: 'array',
      items: { type: 'string' },
      description: 'Names of headers to remove. Names of headers ignore case everywhere here.'
    },
    replace: {
      ...lines,
      description: 'Values by name; they take the place of all values that the header has. A header that is not there is set.'
    },
    add: { ...lines, description: 'Values by name; each is a line of its own behind those that the header has.' },
    rename: {
      type: 'object',
      additionalProperties: { type: 'string' },
      description: 'New names by old ones; a header of the new name is replaced. Without a header of the old name nothing happens.'
    }
  }
} as const

/** The operations run in the order in which they are listed here, whatever the order in the configuration. */
export interface ResponseHeadersSettings {
  readonly delete?: readonly string[]
  readonly replace?: Readonly<Record<string, readonly string[]>>
  readonly add?: Readonly<Record<string, readonly string[]>>
  readonly rename?: Readonly<Record<string, string>>
}
