/** Shape of `security/policies`: KrakenD page "Security Policies Engine". */
import type { Static } from 'typebox'

export const namespace = 'security/policies'

const policies = { type: 'array', items: { type: 'string' }, description: 'CEL expressions that must all be true.' } as const
const flag = { type: 'boolean', default: false } as const

const error = {
  description: 'Response if a policy is not true.',
  type: 'object',
  properties: {
    body: { type: 'string', default: '', description: 'Body of the response. Default: as for any other error.' },
    status: { type: 'integer', minimum: 200, maximum: 999, default: 500, description: 'Status of the response.' },
    content_type: { type: 'string', default: 'text/plain', description: 'Content type of the response.' }
  }
} as const

const checked = { type: 'object', properties: { policies, error }, required: ['policies'] } as const

const shared = {
  req: { ...checked, description: 'Evaluated before the request is passed on.' },
  resp: { ...checked, description: 'Evaluated before the response is passed on.' },
  auto_join_policies: { ...flag, description: 'Whether the policies of a list are combined into one expression.' },
  debug: { ...flag, description: 'Whether each refusal is logged with its expression at level debug.' },
  disable_macros: { ...flag, description: 'Disables the functions that are not part of CEL.' }
} as const

export const BackendPolicies = { type: 'object', properties: shared } as const

export const EndpointPolicies = {
  type: 'object',
  properties: {
    ...shared,
    jwt: {
      type: 'object',
      properties: { policies },
      required: ['policies'],
      description: 'Evaluated after `auth/validator` has accepted the token; 401 if a policy is not true.'
    }
  }
} as const
export type EndpointPolicies = Static<typeof EndpointPolicies>
