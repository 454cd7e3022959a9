import type { Dispatcher } from 'undici'
import type { ClientSettings } from './settings.ts'

/** The client of one distinct set of settings. */
export interface Client {
  /** Hash of the settings: equal settings, equal key. Holds no secret. */
  readonly key: string
  readonly settings: ClientSettings
  /** Follows redirects, keeps deadlines, chooses proxy and TLS. Never close it: its registry does. */
  readonly dispatcher: Dispatcher
}
