export interface Addresses {
  repository: { type: 'git', url: string, directory: string }
  bugs: { url: string }
  homepage: string
}
export function pageOf (address: string): string | null
export function findPage (
  given: string | undefined,
  manifest?: { repository?: string | { url: string } },
  readOrigin?: () => string | null
): string | null
export function addressesOf (page: string, packages: readonly { folder: string, manifest: { name: string } }[]): Record<string, Addresses>
export function requirePage (page: string | null): asserts page is string
