/** Shape of `security/policies`: KrakenD page "Security Policies Engine". */
import type { Static } from 'typebox'

export const namespace = 'security/policies'

const policies = { type: 'array', items: { type: 'string' }, description: 'Expressions of CEL that all have to be true.' } as const
const flag = { type: 'boolean', default: false } as const

const error = {
  type: 'object',
  properties: {
    body: { type: 'string', default: '', description: 'Body of the answer. Default: as for any error.' },
    status: { type: 'integer', minimum: 200, maximum: 999, default: 500, description: 'Status of the answer.' },
    content_type: { type: 'string', default: 'text/plain', description: 'Its content type.' }
  }
} as const

const checked = { type: 'object', properties: { policies, error }, required: ['policies'] } as const

const shared = {
  req: { ...checked, description: 'Asked before the request goes on.' },
  resp: { ...checked, description: 'Asked before the response goes on.' },
  auto_join_policies: { ...flag, description: 'Whether the policies of a list are asked as one.' },
  debug: { ...flag, description: 'Whether each refusal is logged at level debug with its expression.' },
  disable_macros: { ...flag, description: 'Whether the functions beyond CEL are left out.' }
} as const

export const BackendPolicies = { type: 'object', properties: shared } as const

export const EndpointPolicies = {
  type: 'object',
  properties: {
    ...shared,
    jwt: { type: 'object', properties: { policies }, required: ['policies'], description: 'Asked once `auth/validator` took the token; 401 otherwise.' }
  }
} as const
export type EndpointPolicies = Static<typeof EndpointPolicies>
