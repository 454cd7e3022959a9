import type { Place } from '@floodgate/core'
import { bodyModifier } from './modifiers/body.ts'
import { cookieFilter, cookieModifier } from './modifiers/cookies.ts'
import { Fields, type ReportProblem } from './fields.ts'
import { fifoGroup, priorityGroup } from './modifiers/groups.ts'
import {
  headerAppend, headerBlacklist, headerCopy, headerFilter, headerId, headerModifier, headerRegexFilter
} from './modifiers/headers.ts'
import type { Modifier } from './modifier.ts'
import { portFilter, portModifier } from './modifiers/ports.ts'
import { queryFilter, queryModifier } from './modifiers/query.ts'
import { stashModifier } from './modifiers/stash.ts'
import { staticModifier } from './modifiers/static.ts'
import { statusModifier } from './modifiers/status.ts'
import { urlFilter, urlModifier, urlRegexFilter } from './modifiers/urls.ts'
import type { Parser } from './parser.ts'

/** Creates a modifier from its fields; `parser` parses the modifiers in it. */
type Make = (fields: Fields, parser: Parser) => Modifier

/** Modifiers that KrakenD registers; its verifiers have no effect. */
const makers: Readonly<Record<string, Make>> = {
  'body.Modifier': bodyModifier,
  'cookie.Filter': cookieFilter,
  'cookie.Modifier': cookieModifier,
  'fifo.Group': fifoGroup,
  'header.Append': headerAppend,
  'header.Blacklist': headerBlacklist,
  'header.Copy': headerCopy,
  'header.Filter': headerFilter,
  'header.Id': headerId,
  'header.Modifier': headerModifier,
  'header.RegexFilter': headerRegexFilter,
  'port.Filter': portFilter,
  'port.Modifier': portModifier,
  'priority.Group': priorityGroup,
  'querystring.Filter': queryFilter,
  'querystring.Modifier': queryModifier,
  'stash.Modifier': stashModifier,
  'static.Modifier': staticModifier,
  'status.Modifier': statusModifier,
  'url.Filter': urlFilter,
  'url.Modifier': urlModifier,
  'url.RegexFilter': urlRegexFilter
}

/**
 * Parses `modifier/martian`. Errors are reported: `problem` prevents the start; an unknown modifier is a warning, and
 * the whole namespace has no effect then, as on KrakenD.
 *
 * @returns null if there was an error
 */
export function parseMartian (value: unknown, place: Place, problem: ReportProblem, warning: ReportProblem): Modifier | null {
  let isWhole = true
  const parser: Parser = {
    problem (at, message) {
      isWhole = false
      problem(at, message)
    },
    warning,
    parse (value, place) {
      if (typeof value !== 'object' || value === null || Array.isArray(value)) {
        parser.problem(place, 'must be an object with one modifier by its name')
        return null
      }
      const names = Object.keys(value).filter((name) => !/^[@$_#]/.test(name))
      if (names.length !== 1) {
        parser.problem(
          place,
          names.length === 0
            ? 'has no modifier'
            : `has ${names.length} modifiers, but only one is allowed: put them into the "modifiers" of a "fifo.Group"`
        )
        return null
      }
      const [name] = names as [string]
      if (!Object.hasOwn(makers, name)) {
        isWhole = false
        warning(
          [...place, name],
          `${JSON.stringify(name)} is not a known modifier, so the whole "modifier/martian" has no effect and the backend is called without it, as on KrakenD: use one of ${Object.keys(makers).join(', ')}`
        )
        return null
      }
      return parseNamed(name, (value as Record<string, unknown>)[name], [...place, name], parser)
    }
  }
  const modifier = parser.parse(value, place)
  return isWhole ? modifier : null
}

function parseNamed (name: string, value: unknown, place: Place, parser: Parser): Modifier | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    parser.problem(place, `must be an object with the fields of ${name}`)
    return null
  }
  const fields = new Fields(name, value as Record<string, unknown>, place, parser.problem, parser.warning)
  const scope = fields.texts('scope')
  const modifier = makers[name]!(fields, parser)
  fields.tellOthers()
  return scope === undefined ? modifier : limitToScope(modifier, scope, fields)
}

/** Restricts a modifier to the directions of its scope. */
function limitToScope (modifier: Modifier, scope: readonly string[], fields: Fields): Modifier {
  for (const direction of scope) {
    if (direction !== 'request' && direction !== 'response') {
      fields.problem(
        'scope',
      `${JSON.stringify(direction)} is not a valid direction: write "request", "response" or both`
      )
    } else if (modifier[direction] === null && !mayBeEmpty(fields.name)) {
      fields.problem(
        'scope',
      `${fields.name} cannot change ${direction === 'request' ? 'requests' : 'responses'}: remove "${direction}"`
      )
    }
  }
  return { request: scope.includes('request') ? modifier.request : null, response: scope.includes('response') ? modifier.response : null }
}

/** Groups and filters support both directions, whatever they contain. */
function mayBeEmpty (name: string): boolean {
  return /(?:Group|Filter)$/.test(name)
}
