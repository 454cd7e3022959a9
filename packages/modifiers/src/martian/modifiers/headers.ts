import { randomUUID } from 'node:crypto'
import { isHeaderName } from '@floodgate/go/header'
import type { Fields } from '../fields.ts'
import { appendHeader, requestValues, setHeader, valuesOf } from '../message-headers.ts'
import { filter, type Modifier } from '../modifier.ts'
import type { Parser } from '../parser.ts'
import { compilePattern } from '../pattern.ts'
import { branchesOf } from '../branches.ts'

/** `header.Modifier`: sets a header, replacing its value. */
export function headerModifier (fields: Fields): Modifier {
  const name = nameIn(fields, 'name')
  const value = valueIn(fields, name)
  return bothWays((headers) => { setHeader(headers, name, value) })
}

/** `header.Append`: appends a value to a header. */
export function headerAppend (fields: Fields): Modifier {
  const name = nameIn(fields, 'name')
  const value = valueIn(fields, name)
  return bothWays((headers) => { appendHeader(headers, name, value) })
}

/** `header.Blacklist`: removes headers. */
export function headerBlacklist (fields: Fields): Modifier {
  const names = (fields.texts('names') ?? []).map((name) => name.toLowerCase())
  return bothWays((headers) => { for (const name of names) delete headers[name] })
}

/** `header.Copy`: sets a header to the first value of another one; to '' if that is missing. */
export function headerCopy (fields: Fields): Modifier {
  const from = nameIn(fields, 'from')
  const to = nameIn(fields, 'to')
  return {
    request: (call) => { setHeader(call.headers, to, requestValues(call, from)[0] ?? '') },
    response: ({ headers }) => { setHeader(headers, to, valuesOf(headers, from)[0] ?? '') }
  }
}

/** `header.Id`: sets a random request id, unless there is one. */
export function headerId (fields: Fields): Modifier {
  const name = (fields.text('header') || 'X-Krakend-Id').toLowerCase()
  return {
    request: ({ headers }) => { if ((valuesOf(headers, name)[0] ?? '') === '') setHeader(headers, name, randomUUID()) },
    response: null
  }
}

/** `header.Filter`: matches a header with exactly this value. */
export function headerFilter (fields: Fields, parser: Parser): Modifier {
  const name = nameIn(fields, 'name')
  const value = fields.text('value')
  const { then, otherwise } = branchesOf(fields, parser)
  return filter({
    request: (call) => requestValues(call, name).includes(value),
    response: ({ headers }) => valuesOf(headers, name).includes(value)
  }, then, otherwise)
}

/** `header.RegexFilter`: matches the first value of a request header, also for the response. */
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
  if (!isHeaderName(name)) {
    fields.problem(field, name === '' ? 'is missing: write the name of a header' : `${JSON.stringify(name)} is not a valid header name`)
  }
  return name.toLowerCase()
}

/** Returns a header's value in the form in which it can be sent. */
function valueIn (fields: Fields, name: string): string {
  const value = fields.text('value')
  // eslint-disable-next-line no-control-regex -- characters that are not allowed in headers
  if (/[\0-\x08\x0a-\x1f\x7f]/.test(value)) {
    fields.problem('value', 'contains a line break or another control character, which is not allowed in headers')
  }
  if (name === 'content-length' && !/^\d+$/.test(value)) fields.problem('value', 'is not a number: every request would fail')
  return value
}
