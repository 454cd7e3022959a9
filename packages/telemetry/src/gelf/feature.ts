import type { Feature } from '@floodgate/core'
import { accessStreamOf } from '../logger/logger.ts'
import { gelfNamespace, GelfSettings } from './settings.ts'

const logstashNamespace = 'telemetry/logstash'

/** The feature `telemetry/gelf`: the logger of a standalone gateway sends its records to Graylog. */
export const gelfFeature: Feature = {
  namespace: gelfNamespace,
  schemas: { service: GelfSettings },
  setup ({ dryRun, log, warning }) {
    if (dryRun || accessStreamOf(log) !== null) return
    warning(['extra_config', gelfNamespace], 'has no effect in a gateway that is mounted in an app: the gateway uses the logger of the app')
  }
}

/** The feature `telemetry/logstash`: the format `logstash` of `telemetry/logging`, by its older name. */
export const logstashFeature: Feature = {
  namespace: logstashNamespace,
  schemas: {
    service: {
      type: 'object',
      properties: {
        enabled: { type: 'boolean', default: true, description: 'Writes the application log in the format "logstash", whatever `format` says.' }
      }
    }
  },
  setup ({ dryRun, log, warning }) {
    if (dryRun || accessStreamOf(log) !== null) return
    warning(['extra_config', logstashNamespace], 'has no effect in a gateway that is mounted in an app: the gateway uses the logger of the app')
  }
}
