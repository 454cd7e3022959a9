import { at, whole, type Rule } from '../rule.ts'
import { plugins } from './plugins.ts'

/** Section 1 of KrakenD's audit. */
export const authorisationRules: readonly Rule[] = [
  {
    id: '1.1.1',
    severity: 'HIGH',
    message: 'Basic authentication sends the password with each request',
    remedy: 'prefer tokens: auth/validator',
    find: ({ model }) => [
      ...plugins(model, 'plugin/http-server', ['basic-auth']),
      ...[model, ...model.endpoints].flatMap(({ extra, place }) => at([...place, 'extra_config', 'auth/basic'], 'auth/basic' in extra))
    ]
  },
  {
    id: '1.1.2',
    severity: 'MEDIUM',
    message: 'API keys do not expire and do not identify the user',
    remedy: 'prefer tokens: auth/validator',
    find: ({ model }) => at(['extra_config', 'auth/api-keys'], 'auth/api-keys' in model.extra)
  },
  {
    id: '1.2.1',
    severity: 'HIGH',
    message: 'no endpoint requires a token (JWT)',
    remedy: 'configure auth/validator for the endpoints that are not public',
    find: ({ model }) => whole(!model.endpoints.some(({ extra }) => 'auth/validator' in extra))
  }
]
