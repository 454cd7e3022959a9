import { badAnswer } from '../errors.ts'
import { readFeed, type FeedElement } from './feed-elements.ts'
import { readDublinCore, readExtensions, readItunes } from './feed-extensions.ts'
import { toText } from './xml.ts'

type Data = Record<string, unknown>

/**
 * Decodes an RSS (0.9x, 1.0, 2.0) or Atom feed into the reference's fields: `items`, `author`, `categories`, `custom`,
 * `copyright`, `description`, `type`, `language`, `title`, `published`, `updated`, and `img_url` if there is an image.
 * Missing values of a feed are empty or null; in items they are omitted.
 */
export function decodeRss (body: Buffer): Data {
  const root = readFeed(toText(body))
  if (root.name === 'feed') return describe(root, 'atom', root.all('entry').map(readEntry), readAtom(root))
  const channel = root.one('channel')
  if (channel === null || (root.name !== 'rss' && root.name !== 'RDF')) {
    throw badAnswer('the response of the backend is neither an RSS nor an Atom feed')
  }
  return describe(channel, 'rss', (root.name === 'RDF' ? root : channel).all('item').map(readItem), readChannel(channel))
}

interface FeedFacts {
  description: string
  language: string
  copyright: string
  published: string
  updated: string
  author: Data | null
  categories: string[]
  image: string
}

function describe (feed: FeedElement, type: 'rss' | 'atom', items: Data[], { image, categories, ...facts }: FeedFacts): Data {
  return {
    items,
    type,
    title: feed.textOf('title') || feed.textOf('dc:title'),
    ...facts,
    categories: categories.length > 0 ? categories : null,
    custom: null,
    ...(image !== '' && { img_url: image })
  }
}

function readChannel (channel: FeedElement): FeedFacts {
  return {
    description: channel.textOf('description') || channel.textOf('itunes:summary'),
    language: channel.textOf('language') || channel.textOf('dc:language'),
    copyright: channel.textOf('copyright') || channel.textOf('dc:rights'),
    published: channel.textOf('pubDate'),
    updated: channel.textOf('lastBuildDate') || channel.textOf('dc:date'),
    author: readPerson(firstText(channel, ['managingEditor', 'webMaster', 'dc:author', 'dc:creator', 'itunes:author'])),
    categories: [
      ...channel.all('category').map(({ text }) => text),
      ...keywords(channel),
      ...channel.all('dc:subject').map(({ text }) => text)
    ],
    image: channel.one('image')?.textOf('url') || channel.one('itunes:image')?.attributes.href || ''
  }
}

function readItem (item: FeedElement): Data {
  const updated = item.textOf('dc:date')
  const published = item.textOf('pubDate') || updated
  const author = readPerson(firstText(item, ['author', 'dc:author', 'dc:creator', 'itunes:author']))
  const link = item.textOf('link')
  const enclosures = item.all('enclosure').map(({ attributes: { url, length, type } }) => filled({ url, length, type }))
  const image = item.one('itunes:image')?.attributes.href ?? item.all('media:content').find(
    ({ attributes }) => `${attributes.type}${attributes.medium}`.includes('image')
  )?.attributes.url ?? enclosures.find(({ type }) => String(type).startsWith('image/'))?.url
  return filled({
    title: item.textOf('title') || item.textOf('dc:title'),
    description: firstText(item, ['description', 'dc:description', 'itunes:summary']),
    content: item.textOf('content:encoded'),
    link,
    links: link === '' ? [] : [link],
    updated,
    updatedParsed: toTime(updated),
    published,
    publishedParsed: toTime(published),
    author,
    authors: author === null ? [] : [author],
    guid: item.textOf('guid'),
    image: image === undefined ? null : { url: image },
    categories: [...item.all('category').map(({ text }) => text), ...keywords(item), ...item.all('dc:subject').map(({ text }) => text)],
    enclosures,
    dcExt: readDublinCore(item),
    itunesExt: readItunes(item),
    extensions: readExtensions(item)
  })
}

function readAtom (feed: FeedElement): FeedFacts {
  return {
    description: feed.textOf('subtitle') || feed.textOf('tagline'),
    language: feed.attributes['xml:lang'] ?? '',
    copyright: feed.textOf('rights') || feed.textOf('copyright'),
    published: '',
    updated: feed.textOf('updated') || feed.textOf('modified'),
    author: feed.all('author').map(readAtomPerson)[0] ?? null,
    categories: feed.all('category').map(termOf),
    image: feed.textOf('logo')
  }
}

function readEntry (entry: FeedElement): Data {
  const links = entry.all('link').filter(
    ({ attributes: { rel = 'alternate' } }) => rel === 'alternate' || rel === 'self'
  ).map(({ attributes }) => attributes.href ?? '')
  const updated = entry.textOf('updated') || entry.textOf('modified')
  const published = entry.textOf('published') || entry.textOf('issued') || updated
  const authors = entry.all('author').map(readAtomPerson)
  const content = entry.one('content')
  return filled({
    title: entry.textOf('title'),
    description: entry.textOf('summary'),
    content: content === null ? '' : content.text,
    link: entry.all('link').find(({ attributes: { rel = 'alternate' } }) => rel === 'alternate')?.attributes.href,
    links,
    updated,
    updatedParsed: toTime(updated),
    published,
    publishedParsed: toTime(published),
    author: authors[0] ?? null,
    authors,
    guid: entry.textOf('id'),
    categories: entry.all('category').map(termOf),
    enclosures: entry.all('link').filter(({ attributes }) => attributes.rel === 'enclosure').map(
      ({ attributes: { href, length, type } }) => filled({ url: href, length, type })
    ),
    extensions: readExtensions(entry)
  })
}

const firstText = (
  element: FeedElement,
  names: readonly string[]
) => names.map((name) => element.textOf(name)).find((text) => text !== '') ?? ''
const keywords = (element: FeedElement) => element.textOf('itunes:keywords').split(',').filter((word) => word !== '')
const termOf = ({ attributes }: FeedElement) => attributes.label ?? attributes.term ?? ''
const readAtomPerson = (person: FeedElement) => filled({ name: person.textOf('name'), email: person.textOf('email') })

/** Reads `Name (mail@host)`, `mail@host (Name)`, `Name <mail@host>` and only a name or an address. */
function readPerson (text: string): Data | null {
  if (text === '') return null
  // Word by word: a pattern with an @ in its middle would be quadratic for a long word.
  const email = text.split(/[\s()<>]+/).find((word) => word.slice(1, -1).includes('@')) ?? ''
  return filled({ name: text.replace(email, '').replace(/[()<>]/g, '').trim(), email })
}

/** Formats a date as the reference does, in UTC; null if it is invalid. */
function toTime (text: string): string | null {
  const time = text === '' ? NaN : Date.parse(text)
  return Number.isNaN(time) ? null : new Date(time).toISOString().replace('.000Z', 'Z')
}

function filled (object: Data): Data {
  return Object.fromEntries(
    Object.entries(object).filter(
      ([, value]) => value !== undefined && value !== null && value !== '' && !(Array.isArray(value) && value.length === 0)
    )
  )
}
