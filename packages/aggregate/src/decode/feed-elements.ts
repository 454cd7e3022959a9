import { readXml } from './xml-reader.ts'

/** An element of a feed; names with their customary prefixes (`dc:creator`), except those of the feed itself. */
export interface FeedElement {
  readonly name: string
  readonly attributes: Readonly<Partial<Record<string, string>>>
  /** Text of the element, trimmed. */
  readonly text: string
  readonly children: readonly FeedElement[]
  all (name: string): FeedElement[]
  one (name: string): FeedElement | null
  /** Returns the text of the first child with this name; '' without one. */
  textOf (name: string): string
}

class Element implements FeedElement {
  readonly name: string
  readonly attributes: Readonly<Partial<Record<string, string>>>
  readonly children: Element[] = []
  text = ''

  constructor (name: string, attributes: readonly (readonly [string, string])[]) {
    this.name = name.replace(/^(?:rdf|rss|atom):/, '')
    this.attributes = Object.assign(Object.create(null), Object.fromEntries(attributes))
  }

  all (name: string): Element[] { return this.children.filter((child) => child.name === name) }
  one (name: string): Element | null { return this.children.find((child) => child.name === name) ?? null }
  textOf (name: string): string { return this.one(name)?.text ?? '' }
}

/** Reads a feed's elements. Throws the errors of `readXml`. */
export function readFeed (xml: string): FeedElement {
  const open: Element[] = []
  let root: Element | null = null
  readXml(xml, {
    open (name, attributes) {
      const element = new Element(name, attributes)
      open.at(-1)?.children.push(element)
      open.push(element)
      root ??= element
    },
    text (text) { open.at(-1)!.text += text },
    close () {
      const element = open.pop()!
      element.text = element.text.trim()
    }
  })
  return root!
}
