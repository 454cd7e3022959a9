import { foldKey } from '../words/fold-key.ts'
import { knownNamespaces, type NamespaceClass } from './known-namespaces.ts'
import type { Level } from './level.ts'

/** Families that classes name as a whole: an unknown name in one of them is as serious as its neighbours. */
const families: readonly (readonly [RegExp, NamespaceClass])[] = [
  [/^(?:auth|security|validation|governance)\//, 'guards'],
  [/^qos\/ratelimit\//, 'guards'],
  [/^modifier\/lua-/, 'guards'],
  [/^(?:backend\/(?:amqp|pubsub)|async)\//, 'decides']
]

/** Returns the class of a namespace by its own name; null when neither it nor its family is known. */
export function classOf (name: string): NamespaceClass | null {
  const folded = foldKey(name)
  if (Object.hasOwn(knownNamespaces, folded)) return knownNamespaces[folded]!.class
  return families.find(([pattern]) => pattern.test(folded))?.[1] ?? null
}

/** Returns whether a namespace prevents the start while it is not supported. */
export function stopsStart (kind: NamespaceClass | null): boolean {
  return kind === 'guards' || kind === 'decides' || kind === 'replaces'
}

/** Returns what happens without a namespace of a class that prevents the start, for a message: `the endpoint would be …`. */
export function consequenceOf (kind: NamespaceClass | null, level: Level): string {
  const what = level === 'service' ? 'every endpoint' : 'the endpoint'
  if (kind === 'decides') {
    return level === 'backend'
      ? 'the backend would be called differently than configured'
      : `${what} would be served differently than configured`
  }
  if (kind === 'replaces') {
    return level === 'backend'
      ? 'the backend would get, or clients would see, what this should have replaced'
      : `${what} would send what this should have replaced`
  }
  return level === 'backend' ? 'the backend would be called without this protection' : `${what} would be served without this protection`
}
