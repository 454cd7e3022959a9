import { createRequire } from 'node:module'

/** What is used of undici, whatever its version. */
export type Undici = typeof import('undici')

/** Version that the dispatchers of clients extend. */
export const { version: baseVersion } = createRequire(import.meta.url)('undici/package.json') as { version: string }

const loaders: [name: string, load: () => Promise<unknown>, node: number][] = [
  ['undici 7.0.0', () => import('undici-7-first'), 20],
  ['undici of this package', () => import('undici'), 20],
  ['undici 8', () => import('undici-8'), 22]
]

/** Loads the versions of undici that callers may have, as far as they run on this Node. */
export async function loadUndiciVersions (): Promise<[name: string, undici: Undici][]> {
  const usable = loaders.filter(([, , node]) => Number(process.versions.node.split('.', 1)[0]) >= node)
  return await Promise.all(usable.map(async ([name, load]): Promise<[string, Undici]> => [name, await load() as Undici]))
}
