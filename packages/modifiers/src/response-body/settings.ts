/** Shape of `modifier/response-body`: KrakenD Enterprise page "Content replacer". */
export const namespace = 'modifier/response-body'

const field = {
  type: 'string',
  minLength: 1,
  description: 'Path of the string to modify, names of object keys separated by dots (`data.user`). It does not lead into lists; anything that is not a string stays as it is.'
} as const

export const ResponseBodySettings = {
  type: 'object',
  properties: {
    modifiers: {
      type: 'array',
      description: 'Modifiers of single strings, run in order. Each item has one of the keys.',
      items: {
        type: 'object',
        properties: {
          literal: {
            type: 'object',
            description: 'Replaces a text wherever it occurs.',
            properties: {
              field,
              find: { type: 'string', minLength: 1, description: 'The text to replace.' },
              replace: { type: 'string', description: 'What takes its place; may be empty.' }
            },
            required: ['field', 'find', 'replace']
          },
          regexp: {
            type: 'object',
            description: 'Replaces what matches an expression.',
            properties: {
              field,
              find: { type: 'string', minLength: 1, description: 'The expression, in Go\'s syntax (RE2).' },
              replace: {
                type: 'string',
                description: 'What takes the place of each match. `$1` and `$name` are groups, better with the number or name in braces; `$$` is a dollar.'
              }
            },
            required: ['field', 'find', 'replace']
          },
          upper: { type: 'object', description: 'Changes a text to upper case.', properties: { field }, required: ['field'] },
          lower: { type: 'object', description: 'Changes a text to lower case.', properties: { field }, required: ['field'] },
          trim: {
            type: 'object',
            description: 'Removes characters from both ends of a text.',
            properties: { field, find: { type: 'string', minLength: 1, description: 'The characters to remove, in any order.' } },
            required: ['field', 'find']
          }
        }
      }
    }
  },
  required: ['modifiers']
} as const

/** Of a modifier only one key is set. */
export interface ModifierSettings {
  readonly literal?: ReplaceSettings
  readonly regexp?: ReplaceSettings
  readonly upper?: { readonly field: string }
  readonly lower?: { readonly field: string }
  readonly trim?: { readonly field: string, readonly find: string }
}

export interface ReplaceSettings {
  readonly field: string
  readonly find: string
  readonly replace: string
}

export interface ResponseBodySettings {
  readonly modifiers: readonly ModifierSettings[]
}
