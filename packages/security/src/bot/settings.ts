/** Shape of `security/bot-detector`: KrakenD page "Bot detector". */
import type { Static } from 'typebox'

export const namespace = 'security/bot-detector'

const texts = { type: 'array', items: { type: 'string' }, default: [] } as const

export const BotSettings = {
  type: 'object',
  properties: {
    allow: { ...texts, description: 'User-Agents, whole and as written, that are no bots whatever else fits.' },
    deny: { ...texts, description: 'User-Agents, whole and as written, that are bots.' },
    patterns: { ...texts, description: 'Expressions in Go\'s syntax; a User-Agent that one fits somewhere is a bot. Case counts, unless "(?i)" says otherwise.' },
    cache_size: { type: 'integer', default: 0, description: 'How many decisions are remembered, those used last; 0 = none. User-Agents of more than 512 bytes are not.' },
    empty_user_agent_is_bot: { type: 'boolean', default: false, description: 'Whether requests without a User-Agent are refused.' }
  }
} as const
export type BotSettings = Static<typeof BotSettings>
