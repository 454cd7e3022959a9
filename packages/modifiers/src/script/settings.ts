/** Shape of `floodgate.script`, an addition to KrakenD: a JavaScript module with functions around requests and responses. */
export const namespace = 'floodgate.script'

export const ScriptSettings = {
  type: 'object',
  properties: {
    module: {
      type: 'string',
      minLength: 1,
      description: 'ES module (`./scripts/orders.mjs`), relative to the configuration file. Its default export has the functions `incoming`, `request` and `response`, or is the function `request`.'
    },
    options: { type: 'object', description: 'Values that the functions have as `context.options`.' }
  },
  required: ['module'],
  additionalProperties: false
} as const

export interface ScriptSettings {
  readonly module: string
  readonly options?: Readonly<Record<string, unknown>>
}
