import type { LoggingSettings } from './options.ts'

/** Says of an error which key of `telemetry/logging` it is about, so that whoever knows the file can tell the line. */
export function about<E extends Error> (setting: keyof LoggingSettings, error: E): E & { readonly setting: string } {
  return Object.assign(error, { setting })
}

/** The key that an error is about; null where it is about none, and no fault of the settings. */
export function settingOf (error: unknown): string | null {
  return (error as { setting?: string }).setting ?? null
}
