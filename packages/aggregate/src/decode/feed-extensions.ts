import { setKey } from '@floodgate/core'
import type { FeedElement } from './feed-elements.ts'

type Data = Record<string, unknown>

/** Prefixes that belong to the feed formats. */
const own: ReadonlySet<string> = new Set(['rss', 'rdf', 'atom', 'content', 'xml'])

/** Elements of Dublin Core, in lists. */
const dublinCore = [
  'title', 'creator', 'author', 'subject', 'description', 'publisher', 'contributor', 'date', 'type', 'format',
  'identifier', 'source', 'language', 'relation', 'coverage', 'rights'
]

/** Elements of iTunes that an item may have, one of each. */
const itunes = [
  'author', 'block', 'duration', 'explicit', 'keywords', 'subtitle', 'summary', 'isClosedCaptioned', 'episode',
  'season', 'order', 'episodeType'
]

/**
 * Lists an item's extension elements, as the reference's gofeed does: `extensions` by prefix and name,
 * each with `name`, `value`, `attrs` and `children`. Null if there are none.
 */
export function readExtensions (item: FeedElement): Data | null {
  let found: Data | null = null
  for (const child of item.children) {
    const [prefix, name] = splitName(child.name)
    if (prefix === '' || own.has(prefix)) continue
    found ??= {}
    if (!Object.hasOwn(found, prefix)) setKey(found, prefix, {})
    addTo(found[prefix] as Data, name, describe(child))
  }
  return found
}

/** gofeed's `dcExt`: texts of Dublin Core by name; null if there are none. */
export function readDublinCore (item: FeedElement): Data | null {
  const texts = dublinCore.map(
    (name) => [name, item.all(`dc:${name}`).map(({ text }) => text)] as const
  ).filter(([, list]) => list.length > 0)
  return texts.length === 0 ? null : Object.fromEntries(texts)
}

/** gofeed's `itunesExt`; null if there are none. */
export function readItunes (item: FeedElement): Data | null {
  if (!item.children.some(({ name }) => name.startsWith('itunes:'))) return null
  const texts: [string, string][] = itunes.map((name) => [name, item.textOf(`itunes:${name}`)])
  const image = item.one('itunes:image')?.attributes.href ?? ''
  return Object.fromEntries([...texts, ['image', image]].filter(([, text]) => text !== ''))
}

function describe (element: FeedElement): Data {
  const children: Data = {}
  for (const child of element.children) addTo(children, splitName(child.name)[1], describe(child))
  const attrs: Data = {}
  for (const [name, value] of Object.entries(element.attributes)) setKey(attrs, splitName(name)[1], value)
  return { name: splitName(element.name)[1], value: element.text, attrs, children }
}

function addTo (lists: Data, name: string, value: unknown): void {
  if (!Object.hasOwn(lists, name)) setKey(lists, name, [])
  ;(lists[name] as unknown[]).push(value)
}

function splitName (name: string): [prefix: string, local: string] {
  const colon = name.indexOf(':')
  return colon <= 0 || colon === name.length - 1 ? ['', name] : [name.slice(0, colon), name.slice(colon + 1)]
}
