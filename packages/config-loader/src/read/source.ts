import type { Place } from '@floodgate/core'
import type { Position } from '../locate/problem.ts'
import { foldKey, holdsSecrets, isSecretPlace, mask, maskRawText, maskScalar, maskUserInfo, shownKey } from '@floodgate/settings'

export type ConfigFormat = 'json' | 'yaml' | 'toml'

/**
 * A configuration as one text, expanded with all files and variables, from which another process can load the same
 * configuration.
 */
export interface ConfigText {
  /** Path as given, for messages. */
  readonly file: string
  readonly format: ConfigFormat
  readonly text: string
}

/** A duplicate key of an object: the last value is used. */
export interface DuplicateKey {
  readonly place: Place
  /** Keys in the objects of the earlier values; empty for other values. */
  readonly lost: readonly string[]
}

/** One configuration file, parsed. */
export interface Source {
  /** Path as given. */
  readonly file: string
  readonly text: string
  /** The content as plain values. */
  readonly value: unknown
  /** Finds a key or value, or the nearest one that contains it if it does not exist. Null if the format has no positions. */
  locate (place: Place, at?: 'key' | 'value'): Position | null
  /** Shows the line of a key or value with a caret below it, with masked secrets. Null if there is none. */
  excerpt (place: Place, at?: 'key' | 'value'): string | null
  /** Duplicate keys, if the format allows them. */
  duplicates (): readonly DuplicateKey[]
  /** Format of `text`. Default: JSON. */
  readonly format?: ConfigFormat
  /** Other files that are part of it: templates, partials, settings, included files. */
  readonly includes?: readonly Source[]
}

/** A parsed text with offsets: the common result of all parsers. */
export type TextNode =
  | { readonly kind: 'object', readonly start: number, readonly end: number, readonly entries: readonly TextEntry[] }
  | { readonly kind: 'list', readonly start: number, readonly end: number, readonly items: readonly TextNode[] }
  | { readonly kind: 'scalar', readonly start: number, readonly end: number, readonly value: unknown }

export interface TextEntry {
  readonly key: string
  readonly start: number
  readonly end: number
  readonly value: TextNode
}

interface Range { readonly start: number, readonly end: number }

interface SecretRange extends Range { readonly shown: string }

/** Largest number of entries that are searched linearly; larger objects get an index. */
const few = 32
interface EntryIndex { readonly exact: ReadonlyMap<string, TextEntry>, readonly folded: ReadonlyMap<string, TextEntry> }
// eslint-disable-next-line no-restricted-syntax -- depends only on the entries, and is collected with them
const indexes = new WeakMap<readonly TextEntry[], EntryIndex>()

/** Widest excerpt, in characters. */
const width = 110
/** Number of characters before and after the caret that are considered; masking may shorten them. */
const around = 10 * width

/**
 * Creates a source from a parsed text. The tree of offsets is only built on first use: a configuration without problems
 * does not need it.
 */
export function createSource (
  file: string,
  text: string,
  value: unknown,
  readTree: () => TextNode | null,
  mayHaveDuplicates: () => boolean = () => false
): Source {
  let tree: TextNode | null | undefined
  let secrets: SecretRange[] | undefined
  let starts: readonly number[] | undefined
  const lineOf = (offset: number) => {
    starts ??= lineStarts(text)
    return placeInLines(starts, offset)
  }
  const root = () => {
    if (tree === undefined) tree = readTree()
    return tree
  }
  const find = (place: Place, at: 'key' | 'value') => {
    const node = root()
    return node === null ? null : findRange(node, place, at)
  }
  return {
    file,
    text,
    value,
    locate (place, at = 'value') {
      const range = find(place, at)
      return range && { file, ...lineOf(range.start) }
    },
    excerpt (place, at = 'value') {
      const range = find(place, at)
      if (range === null) return null
      secrets ??= findSecrets(root()!)
      return showLine(text, range.start, lineOf(range.start).line, secrets)
    },
    duplicates () {
      const node = mayHaveDuplicates() ? root() : null
      return node === null ? [] : findDuplicates(node)
    }
  }
}

/** Returns line and column of an offset, from 1. */
export function lineAndColumn (text: string, offset: number): { line: number, column: number } {
  return placeInLines(lineStarts(text), offset)
}

/** Returns the offsets of the lines of a text. */
export function lineStarts (text: string): number[] {
  const starts = [0]
  for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', end + 1)) starts.push(end + 1)
  return starts
}

function placeInLines (starts: readonly number[], offset: number): { line: number, column: number } {
  let low = 0
  let high = starts.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if (starts[middle]! <= offset) low = middle
    else high = middle - 1
  }
  return { line: low + 1, column: offset - starts[low]! + 1 }
}

/** Shows the line of an offset in a text without a tree; values are masked by their key's name. */
export function showRawLine (text: string, offset: number): string {
  const start = text.lastIndexOf('\n', offset - 1) + 1
  const before = maskRawText(text.slice(start, offset))
  const rest = maskRawText(text.slice(start, endOfLine(text, offset)))
  return frameLine(lineAndColumn(text, offset).line, rest, Math.min(before.length, rest.length))
}

/**
 * Follows a place through the tree as the loader reads it: keys are case-insensitive, the last duplicate is used, a
 * single value counts as a list of one.
 */
function findRange (root: TextNode, place: Place, at: 'key' | 'value'): Range {
  let node = root
  let key: Range = root
  for (const step of place) {
    if (typeof step === 'number') {
      if (node.kind !== 'list') continue
      const item = node.items[step]
      if (item === undefined) return key
      node = key = item
    } else {
      const entry = node.kind === 'object' ? findEntry(node.entries, step) : undefined
      if (entry === undefined) return key
      key = entry
      node = entry.value
    }
  }
  return at === 'key' ? key : node
}

function findEntry (entries: readonly TextEntry[], key: string): TextEntry | undefined {
  const folded = foldKey(key)
  if (entries.length <= few) {
    return entries.findLast((entry) => entry.key === key) ?? entries.findLast((entry) => foldKey(entry.key) === folded)
  }
  let index = indexes.get(entries)
  if (index === undefined) {
    indexes.set(
      entries,
      index = {
        exact: new Map(entries.map((entry) => [entry.key, entry])),
        folded: new Map(entries.map((entry) => [foldKey(entry.key), entry]))
      }
    )
  }
  return index.exact.get(key) ?? index.folded.get(folded)
}

function * walk (root: TextNode): Generator<{ node: TextNode, place: Place }> {
  const open: { node: TextNode, place: Place }[] = [{ node: root, place: [] }]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    yield next
    const { node, place } = next
    if (node.kind === 'object') for (const { key, value } of node.entries) open.push({ node: value, place: [...place, key] })
    else if (node.kind === 'list') for (const [i, item] of node.items.entries()) open.push({ node: item, place: [...place, i] })
  }
}

function findDuplicates (root: TextNode): DuplicateKey[] {
  const found: DuplicateKey[] = []
  for (const { node, place } of walk(root)) {
    if (node.kind !== 'object') continue
    const byKey = new Map<string, TextNode[]>()
    for (const { key, value } of node.entries) {
      const values = byKey.get(key)
      if (values === undefined) byKey.set(key, [value])
      else values.push(value)
    }
    for (const [key, values] of byKey) {
      if (values.length < 2) continue
      const kept = new Set(keysOf(values.at(-1)!))
      found.push({ place: [...place, key], lost: values.slice(0, -1).flatMap(keysOf).filter((name) => !kept.has(name)) })
    }
  }
  return found
}

function keysOf (node: TextNode): string[] {
  return node.kind === 'object' ? node.entries.map(({ key }) => key) : []
}

function findSecrets (root: TextNode): SecretRange[] {
  const found: SecretRange[] = []
  for (const { node, place } of walk(root)) {
    if (node.kind === 'object') {
      for (const { key, start, end } of node.entries) {
        const shown = shownKey([...place, key])
        if (shown !== key) found.push({ start, end, shown: JSON.stringify(shown) })
      }
    }
    if (node.kind !== 'scalar') continue
    if (isSecretPlace(place) || holdsSecrets(place)) found.push({ start: node.start, end: node.end, shown: `"${mask}"` })
    else if (typeof node.value === 'string' && maskScalar(place, node.value) !== node.value) {
      found.push(
        { start: node.start, end: node.end, shown: JSON.stringify(maskScalar(place, node.value)) }
      )
    }
  }
  return found.sort((a, b) => a.start - b.start)
}

/** Shows the part of a line around an offset, so that a file with a single long line is not copied for each of its problems. */
function showLine (text: string, offset: number, number: number, secrets: readonly SecretRange[]): string {
  const lineStart = text.lastIndexOf('\n', offset - 1) + 1
  const lineEnd = endOfLine(text, offset)
  const start = startOfText(text, Math.max(lineStart, offset - around), lineStart)
  const end = Math.min(lineEnd, offset + around)
  let line = ''
  let caret = -1
  let done = start
  const copyTo = (to: number) => {
    if (caret === -1 && offset <= to) caret = line.length + offset - done
    line += text.slice(done, to)
    done = to
  }
  for (let i = firstEndingAfter(secrets, start); i < secrets.length && secrets[i]!.start < end; i++) {
    const secret = secrets[i]!
    copyTo(Math.max(done, secret.start))
    if (caret === -1 && offset < secret.end) caret = line.length
    line += secret.shown
    done = Math.min(lineEnd, secret.end)
  }
  if (done < end) copyTo(end)
  return frameLine(number, maskUserInfo(line), caret, start > lineStart, done < lineEnd)
}

/**
 * Returns the beginning of the text or number that contains an offset: credentials of an address are recognized by the
 * text before them.
 */
function startOfText (text: string, offset: number, lineStart: number): number {
  let start = offset
  while (start > lineStart && !/[\s"',]/.test(text[start - 1]!)) start--
  return start
}

/** Sorted, non-overlapping ranges. */
function firstEndingAfter (ranges: readonly Range[], offset: number): number {
  let low = 0
  let high = ranges.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (ranges[middle]!.end > offset) high = middle
    else low = middle + 1
  }
  return low
}

function endOfLine (text: string, offset: number): number {
  const end = text.indexOf('\n', offset)
  return end === -1 ? text.length : end
}

/**
 * Shows a line: its number, the part of it around the caret, and the caret.
 *
 * @param isCutBefore `line` is only a part, with more text before it; `isCutBehind`: with more text after it
 */
export function frameLine (number: number, line: string, caret: number, isCutBefore = false, isCutBehind = false): string {
  const from = line.length <= width ? 0 : Math.max(0, Math.min(caret - width / 2, line.length - width))
  const part = line.slice(from, from + width).replaceAll('\t', ' ').replace(/\r$/, '')
  const gutter = ' '.repeat(String(number).length)
  const before = from > 0 || isCutBefore ? '…' : ''
  return `${number} | ${before}${part}${from + width < line.length || isCutBehind ? '…' : ''}\n${gutter} | ${' '.repeat(caret - from + before.length)}^`
}
