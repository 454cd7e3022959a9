import type { Rule } from '../rule.ts'
import { authorisationRules } from './authorisation.ts'
import { certificateRules } from './certificates.ts'
import { clientTlsRules } from './client-tls.ts'
import { deprecationRules } from './deprecations.ts'
import { endpointRules } from './endpoints.ts'
import { fileRules } from './files.ts'
import { redirectRules } from './redirects.ts'
import { secretRules } from './secrets.ts'
import { serviceRules } from './service.ts'
import { telemetryRules } from './telemetry.ts'
import { hostRules, trafficRules } from './traffic.ts'

/**
 * All rules: first those of KrakenD that apply here (page "Auditing configurations"; its 2.2.1, 2.2.5, 5.2.1 and 6.1.1
 * do not: the version is not shown, such configurations do not start, or their components are not run), then our own.
 */
export const rules: readonly Rule[] = [
  ...authorisationRules,
  ...serviceRules,
  ...trafficRules,
  ...telemetryRules,
  ...endpointRules,
  ...deprecationRules,
  ...clientTlsRules,
  ...certificateRules,
  ...redirectRules,
  ...hostRules,
  ...secretRules,
  ...fileRules
]
