import type { Static } from 'typebox'

const comments = { '^[@$_#]': {} } as const
const statuses = { type: 'array', items: { type: 'integer', minimum: 100, maximum: 599 } } as const
const duration = { type: 'string', format: 'go-duration' } as const

const EjectOptions = {
  type: 'object',
  properties: {
    consecutive: {
      type: 'integer',
      minimum: 1,
      default: 5,
      description: 'Failures in a row that eject a host: no connection, no answer, no headers in time, a status of `statuses`.'
    },
    for: {
      ...duration,
      default: '30s',
      description: 'How long the first ejection lasts; the next ones last two, three… times as long, 5 minutes at most. Then one request is tried.'
    },
    max_percent: {
      type: 'integer',
      minimum: 0,
      maximum: 100,
      default: 50,
      description: 'Share of a backend\'s hosts that may be ejected at a time; 0 ejects none. If all hosts are out, all are used.'
    },
    statuses: { ...statuses, default: [], description: 'Statuses of an answer that count as failures.' }
  },
  patternProperties: comments,
  additionalProperties: false
} as const

const RetryOptions = {
  type: 'object',
  properties: {
    attempts: { type: 'integer', minimum: 0, maximum: 10, default: 1, description: 'How often a request is repeated at most; 0 repeats none.' },
    on: {
      type: 'array',
      items: {
        anyOf: [
          { type: 'string', enum: ['dial', 'hangup', 'timeout'] },
          { type: 'integer', minimum: 400, maximum: 599 }
        ]
      },
      minItems: 1,
      default: ['dial', 'hangup', 502, 503],
      description: 'Failures to repeat after: `dial` (no connection), `hangup` (it ended without an answer), `timeout` (response_header_timeout), statuses.'
    },
    backoff: {
      ...duration,
      default: '25ms',
      description: 'Wait before the first repetition; each further one waits twice as long. Up to half of it is left out at random.'
    },
    budget: {
      type: 'number',
      minimum: 0,
      maximum: 1,
      default: 0.2,
      description: 'Repetitions as a share of the calls of the last 10 seconds; one is always allowed, except with 0.'
    }
  },
  patternProperties: comments,
  additionalProperties: false
} as const

const HealthOptions = {
  type: 'object',
  required: ['path'],
  properties: {
    path: { type: 'string', pattern: '^/', examples: ['/health'], description: 'Path, perhaps with a query, that is asked for with GET.' },
    interval: { ...duration, default: '10s', description: 'Time between two checks of a host, at least 100ms; 0s checks none.' },
    status: {
      anyOf: [{ type: 'integer', minimum: 100, maximum: 599 }, statuses],
      description: 'Status, or statuses, of a host that works. Default: 200 to 299.'
    }
  },
  patternProperties: comments,
  additionalProperties: false
} as const

/**
 * The keys about hosts and connections to them: of `floodgate` in `backend/http/client`, and of `floodgate` at the root,
 * for every backend.
 */
export const hostProperties = {
  max_connection_age: {
    ...duration,
    description: 'Connections older than this take no more requests, and close when their last one has ended, so that changed addresses of a name come into use; up to a tenth less at random. Default: no limit.'
  },
  weights: {
    type: 'object',
    examples: [{ 'http://api:8080': 3 }],
    additionalProperties: { type: 'integer', minimum: 0, maximum: 65535 },
    description: 'Shares of hosts in the requests, by the texts of `host`; 1 for those that are not listed, 0 = only if no other host is left.'
  },
  failover: {
    type: 'boolean',
    default: true,
    description: 'Sends a request to another host of the backend, at once, if no connection to the chosen one could be opened.'
  },
  balance: {
    type: 'string',
    enum: ['in-turn', 'least-requests'],
    description: 'Hosts take turns (`in-turn`), or each request goes to the host with the fewest running ones (`least-requests`), by weights if there are any. Default: `least-requests` with `max_connections`, otherwise `in-turn`.'
  },
  eject: { ...EjectOptions, description: 'Sends no requests for some time to a host that fails.' },
  retry: {
    ...RetryOptions,
    description: 'Repeats requests that failed: idempotent ones (GET, HEAD, OPTIONS, TRACE, PUT, DELETE, or with an Idempotency-Key), with a body of up to 8 MiB, within the timeout.'
  },
  health: { ...HealthOptions, description: 'Checks hosts at intervals, with the client settings of the backend; two failures in a row take a host out.' }
} as const

export type HostOptions = Static<{ type: 'object', properties: typeof hostProperties }>
