import { randomUUID } from 'node:crypto'
import { isHeaderName } from '@floodgate/go'
import type { Fields } from '../fields.ts'
import { appendHeader, requestValues, setHeader, valuesOf } from '../message-headers.ts'
import { filter, type Modifier } from '../modifier.ts'
import type { Parser } from '../parser.ts'
import { compilePattern } from '../pattern.ts'
import { branchesOf } from '../branches.ts'

/** `header.Modifier`: sets a header, whatever it was. */
export function headerModifier (fields: Fields): Modifier {
  const name = nameIn(fields, 'name')
  const value = valueIn(fields, name)
  return bothWays((headers) => { setHeader(headers, name, value) })
}

/** `header.Append`: adds a value behind those that are there. */
export function headerAppend (fields: Fields): Modifier {
  const name = nameIn(fields, 'name')
  const value = valueIn(fields, name)
  return bothWays((headers) => { appendHeader(headers, name, value) })
}

/** `header.Blacklist`: takes headers away. */
export function headerBlacklist (fields: Fields): Modifier {
  const names = (fields.texts('names') ?? []).map((name) => name.toLowerCase())
  return bothWays((headers) => { for (const name of names) delete headers[name] })
}

/** `header.Copy`: sets a header to the first value of another one; to nothing where that is not there. */
export function headerCopy (fields: Fields): Modifier {
  const from = nameIn(fields, 'from')
  const to = nameIn(fields, 'to')
  return {
    request: (call) => { setHeader(call.headers, to, requestValues(call, from)[0] ?? '') },
    response: ({ headers }) => { setHeader(headers, to, valuesOf(headers, from)[0] ?? '') }
  }
}

/** `header.Id`: gives the request a random id, unless it has one. */
export function headerId (fields: Fields): Modifier {
  const name = (fields.text('header') || 'X-Krakend-Id').toLowerCase()
  return { request: ({ headers }) => { if ((valuesOf(headers, name)[0] ?? '') === '') setHeader(headers, name, randomUUID()) }, response: null }
}

/** `header.Filter`: by a header of which one value is exactly the one written. */
export function headerFilter (fields: Fields, parser: Parser): Modifier {
  const name = nameIn(fields, 'name')
  const value = fields.text('value')
  const { then, otherwise } = branchesOf(fields, parser)
  return filter({
    request: (call) => requestValues(call, name).includes(value),
    response: ({ headers }) => valuesOf(headers, name).includes(value)
  }, then, otherwise)
}

/** `header.RegexFilter`: by the first value of a header of the request, for its answer too. */
export function headerRegexFilter (fields: Fields, parser: Parser): Modifier {
  const name = nameIn(fields, 'header')
  const fits = compilePattern(fields, 'regex')
  const { then } = branchesOf(fields, parser, false)
  const isMet = (call: Parameters<typeof requestValues>[0]): boolean => {
    const value = requestValues(call, name)[0] ?? ''
    return value !== '' && fits(value)
  }
  return filter({ request: isMet, response: (_response, call) => isMet(call) }, then)
}

function bothWays (change: (headers: Parameters<typeof setHeader>[0]) => void): Modifier {
  return { request: ({ headers }) => { change(headers) }, response: ({ headers }) => { change(headers) } }
}

/** A header's name, in lower case. */
function nameIn (fields: Fields, field: string): string {
  const name = fields.text(field)
  if (!isHeaderName(name)) fields.problem(field, name === '' ? 'names no header' : `${JSON.stringify(name)} cannot be the name of a header`)
  return name.toLowerCase()
}

/** A header's value, as it can be sent. */
function valueIn (fields: Fields, name: string): string {
  const value = fields.text('value')
  // eslint-disable-next-line no-control-regex -- what no header may hold
  if (/[\0-\x08\x0a-\x1f\x7f]/.test(value)) fields.problem('value', 'holds a line break or another control character, which no header can')
  if (name === 'content-length' && !/^\d+$/.test(value)) fields.problem('value', 'is no number: every request would fail')
  return value
}
