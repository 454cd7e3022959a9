import type { onRequestHookHandler } from 'fastify'
import { answerEarly, type Feature, type FeatureContext, type Place } from '@floodgate/core'
import { patternProblem } from '@floodgate/go/regexp'
import { createDetector } from './detector.ts'
import { namespace, type BotSettings } from './settings.ts'

/** The points where this feature attaches. */
export const feature: Partial<Feature> = {
  service: (settings: BotSettings, context) => {
    const onRequest = create(settings, context.model.place, context)
    return onRequest && { onRequest, sparesHealth: true }
  },
  route: (settings: BotSettings, endpoint, context) => {
    const onRequest = create(settings, endpoint.place, context)
    return onRequest && { onRequest }
  }
}

function create (settings: BotSettings, place: Place, context: FeatureContext): onRequestHookHandler | undefined {
  const { allow = [], deny = [], patterns = [], empty_user_agent_is_bot: emptyIsBot = false } = settings
  if (!fit(patterns, [...place, 'extra_config', namespace, 'patterns'], context)) return undefined
  if (deny.length + patterns.length + allow.length === 0 && !emptyIsBot) return undefined
  const isBot = createDetector(settings)
  return function refuseBots (request, reply, done) {
    if (isBot(request.headers['user-agent'] ?? '')) answerEarly(request, reply, 403)
    else done()
  }
}

function fit (patterns: readonly string[], place: Place, { problem }: FeatureContext): boolean {
  let all = true
  patterns.forEach((pattern, i) => {
    const wrong = patternProblem(pattern)
    if (wrong === null) return
    all = false
    problem([...place, i], `not a valid regular expression in Go's syntax: ${wrong}`)
  })
  return all
}
