import type { Service } from '@floodgate/core'
import { escapePart } from '@floodgate/go/url'
import { readRequestPath } from './request-path.ts'

/** Returns the path that a request is routed by in place of its own; null = its own. Both are decoded. */
export type PathRewrite = (path: string) => string | null

/** Returns the address of a request by which it is routed; the same text = unchanged. */
export type RewriteAddress = (url: string) => string

// eslint-disable-next-line no-restricted-syntax -- by model, filled at boot
const rewrites = new WeakMap<Service, PathRewrite>()

/**
 * Routes the requests of a service by other paths than their own, before anything else. Called while the gateway is
 * built; on a server of the host's, only requests that no route of the app matches are rewritten.
 */
export function rewritePaths (service: Service, rewrite: PathRewrite): void {
  rewrites.set(service, rewrite)
}

/**
 * Creates the rewriting of addresses for a service that may have one; it is looked up with the first request, when all
 * of the gateway is built.
 *
 * @param prefix prefix of all paths, without a trailing slash
 */
export function createRewriteAddress (service: Service, prefix: string): RewriteAddress {
  let rewrite: PathRewrite | null | undefined
  return function rewriteAddress (url) {
    if (rewrite === undefined) rewrite = rewrites.get(service) ?? null
    if (rewrite === null) return url
    const { path, query } = readRequestPath(url)
    if (path === null || !path.startsWith(`${prefix}/`)) return url
    const other = rewrite(path.slice(prefix.length))
    return other === null ? url : `${prefix}${escapePart(other.startsWith('/') ? other : `/${other}`, 'path')}${query}`
  }
}
