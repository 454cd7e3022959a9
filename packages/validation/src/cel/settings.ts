/** Shape of `validation/cel`: KrakenD page "Conditional requests and responses with CEL". */
export const namespace = 'validation/cel'

const definition = {
  type: 'object',
  properties: { check_expr: { type: 'string', description: 'CEL expression that must be true.' } }
} as const

export const CelSettings = { type: 'array', items: definition } as const
export type CelSettings = readonly { readonly check_expr?: string }[]
