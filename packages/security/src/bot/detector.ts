import { Recent } from '@floodgate/core'
import { compileGoPattern } from '@floodgate/go/regexp'
import { decodeHeader } from '../decode-header.ts'
import type { BotSettings } from './settings.ts'

/** Returns whether a User-Agent ('' if the request has none) is a bot's. */
export type IsBot = (userAgent: string) => boolean

const longestRemembered = 512

/**
 * Creates a detector: the allow list is checked first, then the deny list, then the patterns.
 *
 * @throws {SyntaxError} a pattern that is not in Go's syntax
 */
export function createDetector ({
  allow = [],
  deny = [],
  patterns = [],
  cache_size: cacheSize = 0,
  empty_user_agent_is_bot: emptyIsBot = false
}: BotSettings): IsBot {
  const allowed = new Set(allow)
  const denied = new Set(deny)
  const fitting = patterns.map(compileGoPattern)
  return cacheSize > 0 && fitting.length > 0 ? remembering(cacheSize) : isBot

  function isBot (userAgent: string): boolean {
    if (userAgent === '') return emptyIsBot
    const text = decodeHeader(userAgent)
    if (allowed.has(text)) return false
    return denied.has(text) || fitting.some((pattern) => pattern.test(text))
  }

  function remembering (size: number): IsBot {
    const recent = new Recent<boolean>(size)
    return function isKnownBot (userAgent) {
      if (userAgent.length > longestRemembered) return isBot(userAgent)
      let bot = recent.get(userAgent)
      if (bot === undefined) recent.set(userAgent, bot = isBot(userAgent))
      return bot
    }
  }
}
