// Refuses messages of some senders before limits and backends, and tells the client when it will get an answer.

/** @type {import('@floodgate/gateway').EndpointScript<{ blocked: string[] }>} */
export default {
  async incoming (request, context) {
    const { from } = await request.json()
    const domain = String(from?.mail).split('@')[1]
    if (domain === undefined || context.options.blocked.includes(domain)) throw context.error(403, 'no messages from there')
    context.state.domain = domain
  },

  request (request, { state }) {
    request.headers['x-domain'] = state.domain
  },

  response (response) {
    response.data.answer_within_hours = response.data.urgent ? 4 : 48
  }
}
