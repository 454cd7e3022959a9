import type { Feature } from '@floodgate/core'
import { securityNamespace, SecuritySettings } from './security-headers.ts'

/** The feature `telemetry/opentelemetry-security`: it only has settings, which `telemetry/opentelemetry` reads. */
export const openTelemetrySecurityFeature: Feature = { namespace: securityNamespace, schemas: { service: SecuritySettings } }
