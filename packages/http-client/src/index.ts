export type { Client } from './client.ts'
export type { ClientSettings, ProxySettings, TlsSettings, TransportSettings } from './settings.ts'
export type { Interceptor } from './interceptor.ts'
