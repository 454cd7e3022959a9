import type { Fields } from '../fields.ts'
import { branchesOf } from '../branches.ts'
import { filter, type MartianCall, type Modifier } from '../modifier.ts'
import type { Parser } from '../parser.ts'
import { splitTarget, parseQuery, writeQuery } from '../query-string.ts'

/** `querystring.Modifier`: sets one parameter; the whole query is written anew, sorted by name, in form encoding. */
export function queryModifier (fields: Fields): Modifier {
  const name = fields.text('name')
  const value = fields.text('value')
  return {
    request ({ request }) {
      const [path, query] = splitTarget(request.target)
      const pairs = parseQuery(query).filter(([other]) => other !== name)
      request.target = `${path}?${writeQuery([...pairs, [name, value]])}`
    },
    response: null
  }
}

/** `querystring.Filter`: by a parameter, with this value or with any. */
export function queryFilter (fields: Fields, parser: Parser): Modifier {
  const name = fields.text('name')
  const value = fields.text('value')
  const { then, otherwise } = branchesOf(fields, parser)
  const has = ({ request }: MartianCall): boolean =>
    parseQuery(splitTarget(request.target)[1]).some(([key, own]) => key === name && (value === '' || own === value))
  return filter({ request: has, response: (_response, call) => has(call) }, then, otherwise)
}
