/** Shape of `modifier/martian`: KrakenD page "Martian"; one modifier by its name. parse.ts checks its fields. */
export const namespace = 'modifier/martian'

export const MartianSettings = {
  type: 'object',
  description: 'One modifier by its name: { "header.Modifier": { "scope": ["request"], "name": "X-Key", "value": "secret" } }; several in a "fifo.Group".'
} as const
export type MartianSettings = Readonly<Record<string, unknown>>
