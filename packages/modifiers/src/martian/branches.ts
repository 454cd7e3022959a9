import type { Fields } from './fields.ts'
import type { Modifier } from './modifier.ts'
import type { Parser } from './parser.ts'

/** Parses the modifiers of a filter. `modifier` is required. */
export function branchesOf (fields: Fields, parser: Parser, mayElse = true): { then: Modifier, otherwise: Modifier | null } {
  const modifier = fields.object('modifier')
  const other = mayElse ? fields.object('else') : undefined
  if (modifier === undefined) fields.problem('modifier', `${fields.name} requires a "modifier", which runs if the filter matches`)
  return {
    then: (modifier === undefined ? null : parser.parse(modifier, fields.placeOf('modifier'))) ?? { request: null, response: null },
    otherwise: other === undefined ? null : parser.parse(other, fields.placeOf('else'))
  }
}
