import type { BackendHttpSettings, BackendProxySettings, EndpointProxySettings } from '@floodgate/aggregate'
import type { Configuration as AnyConfiguration, LoaderNamespaces } from '@floodgate/config-loader'
import type { LoggingSettings } from '@floodgate/telemetry'
import type { OwnSettings } from './own-settings.ts'

/** The namespaces whose settings are typed; join your own with `&`. */
export interface GatewayNamespaces {
  readonly service: LoaderNamespaces['service'] & {
    readonly floodgate?: OwnSettings
    readonly 'telemetry/logging'?: LoggingSettings
  }
  readonly endpoint: LoaderNamespaces['endpoint'] & {
    readonly proxy?: EndpointProxySettings
  }
  readonly backend: LoaderNamespaces['backend'] & {
    readonly 'backend/http'?: BackendHttpSettings
    readonly proxy?: BackendProxySettings
  }
}

/** A configuration as an object, the gateway's namespaces typed. */
export type Configuration = AnyConfiguration<GatewayNamespaces>
