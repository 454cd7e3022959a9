import type { FastifyReply } from 'fastify'
import type { Feature } from '@floodgate/core'
import { editHeaders } from './edit-headers.ts'
import { readEdits } from './read-edits.ts'
import { namespace, type ResponseHeadersSettings } from './settings.ts'

/** The points where this feature attaches: to all responses of the gateway, its own 404 and 405 included, right before they are written. */
export const feature: Partial<Feature> = {
  service (settings: ResponseHeadersSettings, context) {
    const edits = readEdits(
      settings,
      (steps, message) => { context.problem([...context.model.place, 'extra_config', namespace, ...steps], message) }
    )
    if (Object.values(edits).every(({ length }) => length === 0)) return undefined
    /** Replies whose headers have been added to; only where headers are added. */
    const sent = edits.added.length === 0 ? null : new WeakSet<FastifyReply>()
    return {
      onSend: function editResponseHeaders (_request, reply, payload, done) {
        editHeaders(reply, edits, sent?.has(reply) !== true)
        sent?.add(reply)
        done(null, payload)
      }
    }
  }
}
