import { canonicalName } from '@floodgate/go/header'
import { decodePercent } from '@floodgate/go/url'
import type { Headers } from './message.ts'
import type { CoreRequest } from './request.ts'
import { withoutQuery } from './without-query.ts'

/** The path that a request asks for: a backend's where it is known, otherwise the client's; decoded, without the query. */
export function pathOf ({ target, incoming }: Pick<CoreRequest, 'target' | 'incoming'>): string {
  const path = withoutQuery(target || incoming.originalUrl)
  return path.includes('%') ? decodePercent(path) ?? path : path
}

/** Headers as Go has them: names in their canonical form, each with a list of values. */
export function canonicalHeaders (headers: Readonly<Headers>): Record<string, string[]> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [canonicalName(name), Array.isArray(value) ? value : [value]]))
}

/** Parameters as the reference names them in expressions and templates: `{id}` is `Id`. */
export function goParams (params: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(params).map(([name, value]) => [name.charAt(0).toUpperCase() + name.slice(1), value]))
}
