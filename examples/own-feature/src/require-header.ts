import { Fault, type Endpoint, type Feature } from '@floodgate/core'

interface Settings {
  /** Name of the header that a request must have. */
  name: string
  /** Field of the answer that tells its value; absent = the answer stays as it is. */
  echo_as?: string
}

/**
 * A namespace of our own: refuses requests without a header, and can tell its value in the answer. It stands behind the
 * checks of JSON schemas; the gateway calls it once per endpoint that configures it, and the step it returns serves
 * every request.
 */
export const requireHeader: Feature = {
  namespace: 'acme/require-header',
  after: 'proxy',
  schemas: {
    endpoint: {
      type: 'object',
      properties: { name: { type: 'string', minLength: 1 }, echo_as: { type: 'string' } },
      required: ['name'],
      additionalProperties: false
    }
  },
  endpoint ({ name, echo_as: field }: Settings, next, endpoint: Endpoint) {
    const header = name.toLowerCase()
    return async function requireHeader (request) {
      const value = request.incoming.headers[header]
      if (value === undefined) {
        throw new Fault('refused', 'ACME_HEADER_MISSING', `the header ${name} is missing`, { status: 400, detail: `${endpoint.path}: no ${name}` })
      }
      const response = await next(request)
      if (field !== undefined && response.data !== null) response.data[field] = value
      return response
    }
  }
}
