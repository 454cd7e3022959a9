import { namespace, type LoggingSettings } from './options.ts'

/** Attaches to an error the key of `telemetry/logging` that it is about, so that the caller can report its line. */
export function about<E extends Error> (setting: keyof LoggingSettings, error: E): E & { readonly setting: string } {
  return Object.assign(error, { setting })
}

/** Returns the key that an error is about; null if it is not about a setting. */
export function settingOf (error: unknown): string | null {
  return (error as { setting?: string }).setting ?? null
}

/** Returns the namespace and the key that an error is about; null if it is not about a setting. */
export function settingPlace (error: unknown): [namespace: string, key: string] | null {
  const { namespace: other = namespace, setting } = error as { namespace?: string, setting?: string }
  return setting === undefined ? null : [other, setting]
}
