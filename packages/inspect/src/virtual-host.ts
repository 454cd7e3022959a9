import type { Endpoint, Service } from '@floodgate/core'
import { splitVirtualPath, virtualHosts } from '@floodgate/router'

/** Returns the one host at which an endpoint is found (`server/virtualhost`), in lower case; null for every host. */
export function virtualHostOf (model: Service, { path }: Pick<Endpoint, 'path'>): string | null {
  const name = splitVirtualPath(path)?.name
  return [...virtualHosts(model) ?? []].find(([, known]) => known === name)?.[0] ?? null
}
