import { quote } from '@floodgate/go/quote'
import { byteLength, sliceBytes, toBinary } from '@floodgate/go/text'
import { CallError } from '../../errors.ts'
import { formatValue } from '../../texts/printf.ts'
import {
  isSpace, isLower, isTitle, isUpper, lower, mapCharacters, toLower, toTitle, toUpper, trimSpace, upper
} from '../../texts/character.ts'
import { BOOL, Dict, STRING, dictOf, listOf, strings } from '../../evaluate/values.ts'
import { any, define, integer, rest, text, type Context, type FunctionTable } from '../definition.ts'
import { stringify, toStrings } from './stringify.ts'

/** sprig's functions on texts. Lengths and positions count bytes. */
export const stringFunctions: FunctionTable = {
  hello: define([], STRING, () => 'Hello!'),
  trim: define([text], STRING, ([value]) => trimSpace(value)),
  upper: define([text], STRING, ([value]) => upper(value)),
  lower: define([text], STRING, ([value]) => lower(value)),
  title: define([text], STRING, ([value]) => titleCase(value)),
  untitle: define([text], STRING, ([value]) => untitle(value)),
  swapcase: define([text], STRING, ([value]) => swapCase(value)),
  trunc: define([integer, text], STRING, ([count, value]) => truncate(count, value)),
  substr: define([integer, integer, text], STRING, ([start, end, value]) => substring(start, end, value)),
  repeat: define([integer, text], STRING, ([count, value], context) => repeat(value, count, context)),
  trimall: define([text, text], STRING, ([set, value]) => trimSet(value, set)),
  trimAll: define([text, text], STRING, ([set, value]) => trimSet(value, set)),
  trimSuffix: define(
    [text, text],
    STRING,
    ([suffix, value]) => suffix !== '' && value.endsWith(suffix) ? value.slice(0, -suffix.length) : value
  ),
  trimPrefix: define([text, text], STRING, ([prefix, value]) => value.startsWith(prefix) ? value.slice(prefix.length) : value),
  nospace: define([text], STRING, ([value]) => removeSpaces(value)),
  initials: define([text], STRING, ([value]) => initials(value)),
  contains: define([text, text], BOOL, ([part, value]) => value.includes(part)),
  hasPrefix: define([text, text], BOOL, ([prefix, value]) => value.startsWith(prefix)),
  hasSuffix: define([text, text], BOOL, ([suffix, value]) => value.endsWith(suffix)),
  quote: define([rest(any)], STRING, (values, { budget }) =>
    values.filter((value) => value !== null).map((value) => quote(stringify(value, budget))).join(' ')),
  squote: define([rest(any)], STRING, (values, { budget }) =>
    values.filter((value) => value !== null).map((value) => `'${formatValue(value, budget)}'`).join(' ')),
  cat: define([rest(any)], STRING, (values, { budget }) =>
    values.filter((value) => value !== null).map((value) => formatValue(value, budget)).join(' ')),
  indent: define([integer, text], STRING, ([spaces, value], context) => indent(value, spaces, context)),
  nindent: define([integer, text], STRING, ([spaces, value], context) => '\n' + indent(value, spaces, context)),
  replace: define([text, text, text], STRING, ([from, to, value], context) => replace(value, from, to, context)),
  plural: define([text, text, integer], STRING, ([one, many, count]) => count === 1 ? one : many),
  toString: define([any], STRING, ([value], { budget }) => stringify(value, budget)),
  toStrings: define([any], listOf(STRING), ([value], { budget }) => strings(toStrings(value, budget))),
  join: define([text, any], STRING, ([separator, value], context) => {
    const parts = toStrings(value, context.budget)
    context.budget.allocate(parts.length * separator.length)
    return parts.join(separator)
  }),
  split: define([text, text], dictOf(STRING), ([separator, value]) => numbered(splitText(value, separator, -1))),
  splitn: define([text, integer, text], dictOf(STRING), ([separator, count, value]) => numbered(splitText(value, separator, count))),
  splitList: define([text, text], listOf(STRING), ([separator, value]) => strings(splitText(value, separator, -1)))
}

/** strings.SplitN: an empty separator splits into characters. */
function splitText (value: string, separator: string, count: number): string[] {
  if (count === 0) return []
  const parts = separator === '' ? [...value] : value.split(separator)
  if (count < 0 || parts.length <= count) return parts
  return [...parts.slice(0, count - 1), parts.slice(count - 1).join(separator)]
}

function numbered (parts: string[]): Dict {
  return new Dict(STRING, new Map(parts.map((part, i) => [`_${i}`, part])))
}

function truncate (count: number, value: string): string {
  const length = byteLength(value)
  if (count < 0 && length + count > 0) return sliceBytes(value, length + count, length)
  return count >= 0 && length > count ? sliceBytes(value, 0, count) : value
}

function substring (start: number, end: number, value: string): string {
  const length = byteLength(value)
  if (start < 0) {
    if (end < 0) throw new CallError(`runtime error: slice bounds out of range [:${end}]`)
    if (end > length) throw new CallError(`runtime error: slice bounds out of range [:${end}] with length ${length}`)
    return sliceBytes(value, 0, end)
  }
  const last = end < 0 || end > length ? length : end
  if (start > last) throw new CallError(`runtime error: slice bounds out of range [${start}:${last}]`)
  return sliceBytes(value, start, last)
}

function repeat (value: string, count: number, { budget }: Context): string {
  if (count < 0) throw new CallError('strings: negative Repeat count')
  budget.allocate(count * value.length)
  return value === '' ? '' : value.repeat(count)
}

function indent (value: string, spaces: number, context: Context): string {
  const padding = repeat(' ', spaces, context)
  const lines = value.split('\n')
  context.budget.allocate(lines.length * spaces)
  return padding + lines.join('\n' + padding)
}

function replace (value: string, from: string, to: string, { budget }: Context): string {
  const parts = from === '' ? ['', ...value, ''] : value.split(from)
  budget.allocate(parts.length * to.length)
  return parts.join(to).slice(0, value === '' && from === '' ? to.length : undefined)
}

function trimSet (value: string, set: string): string {
  const unwanted = new Set(set)
  const characters = [...value]
  let start = 0
  let end = characters.length
  while (start < end && unwanted.has(characters[start]!)) start++
  while (end > start && unwanted.has(characters[end - 1]!)) end--
  return characters.slice(start, end).join('')
}

/** strings.Title: letters after any character except letters, digits and underscores. */
function titleCase (value: string): string {
  let previous = ' '
  return mapCharacters(value, (character) => {
    const starts = isSeparator(previous)
    previous = character
    return starts ? toTitle(character) : character
  })
}

function isSeparator (character: string): boolean {
  if (character <= '\u007f') return !/[A-Za-z0-9_]/.test(character)
  return !/[\p{L}\p{Nd}]/u.test(character) && isSpace(character)
}

function untitle (value: string): string {
  let starts = true
  return mapCharacters(value, (character) => {
    if (isSpace(character)) {
      starts = true
      return character
    }
    const mapped = starts ? toLower(character) : character
    starts = false
    return mapped
  })
}

function swapCase (value: string): string {
  let starts = true
  return mapCharacters(value, (character) => {
    if (isUpper(character) || isTitle(character)) {
      starts = false
      return toLower(character)
    }
    if (isLower(character)) {
      const mapped = starts ? toTitle(character) : toUpper(character)
      starts = false
      return mapped
    }
    starts = isSpace(character)
    return character
  })
}

/** Drops white space; byte by byte as the original does, which takes the bytes of other characters for Latin-1. */
function removeSpaces (value: string): string {
  const kept = [...toBinary(value)].filter((character) => !isSpace(character)).join('')
  return kept.length === byteLength(value) ? value : kept
}

function initials (value: string): string {
  let starts = true
  let found = ''
  for (const character of toBinary(value)) {
    if (isSpace(character)) {
      starts = true
    } else {
      if (starts) found += character
      starts = false
    }
  }
  return found
}
