/** Shape of `security/bot-detector`: KrakenD page "Bot detector". */
import type { Static } from 'typebox'

export const namespace = 'security/bot-detector'

const texts = { type: 'array', items: { type: 'string' }, default: [] } as const

export const BotSettings = {
  type: 'object',
  properties: {
    allow: { ...texts, description: 'User-Agents (exact, case-sensitive) that are never bots; takes precedence over the other lists.' },
    deny: { ...texts, description: 'User-Agents (exact, case-sensitive) that are bots.' },
    patterns: {
      ...texts,
      description: 'Regular expressions in Go\'s syntax; a User-Agent that one of them matches is a bot. Case-sensitive unless the expression has "(?i)".'
    },
    cache_size: {
      type: 'integer',
      default: 0,
      description: 'Size of the least-recently-used cache of decisions; 0: no cache. User-Agents longer than 512 bytes are not cached.'
    },
    empty_user_agent_is_bot: { type: 'boolean', default: false, description: 'Whether requests without a User-Agent are refused.' }
  }
} as const
export type BotSettings = Static<typeof BotSettings>
