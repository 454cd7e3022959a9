import { encodeQuery, readQuery } from '@floodgate/go/url'
import type { Fields } from '../fields.ts'
import { branchesOf } from '../branches.ts'
import { filter, type MartianCall, type Modifier } from '../modifier.ts'
import type { Parser } from '../parser.ts'
import { splitTarget } from '../split-target.ts'

/** `querystring.Modifier`: sets one parameter; the whole query is rewritten, sorted by name, in form encoding. */
export function queryModifier (fields: Fields): Modifier {
  const name = fields.text('name')
  const value = fields.text('value')
  return {
    request ({ request }) {
      const [path, query] = splitTarget(request.target)
      request.target = `${path}?${encodeQuery({ ...readQuery(query), [name]: [value] })}`
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
    readQuery(splitTarget(request.target)[1])?.[name]?.some((own) => value === '' || own === value) ?? false
  return filter({ request: has, response: (_response, call) => has(call) }, then, otherwise)
}
