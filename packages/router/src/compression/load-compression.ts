import type { onSendHookHandler } from 'fastify'
import type { Service } from '@floodgate/core'
import { routerSettings } from '../router-settings.ts'

/**
 * Loads the compression of answers if the configuration asks for it: `"disable_gzip": false` in `router`, which is
 * different from leaving it out. The hook is for {@link RouteRegistration}.
 *
 * @returns null without it, and nothing is loaded
 */
export async function loadCompression (service: Pick<Service, 'extra'>): Promise<onSendHookHandler | null> {
  if (routerSettings(service).disable_gzip !== false) return null
  return (await import('./compress-answers.ts')).compressAnswers
}
