import type { Fields } from './fields.ts'
import type { Modifier } from './modifier.ts'
import type { Parser } from './parser.ts'

/** The modifiers that a filter holds. Without `modifier` there is none to run. */
export function branchesOf (fields: Fields, parser: Parser, mayElse = true): { then: Modifier, otherwise: Modifier | null } {
  const modifier = fields.object('modifier')
  const other = mayElse ? fields.object('else') : undefined
  if (modifier === undefined) fields.problem('modifier', `${fields.name} needs a "modifier" to run where it fits`)
  return {
    then: (modifier === undefined ? null : parser.parse(modifier, fields.placeOf('modifier'))) ?? { request: null, response: null },
    otherwise: other === undefined ? null : parser.parse(other, fields.placeOf('else'))
  }
}
