import { writeMilliseconds } from '@floodgate/go/duration'
import type { SettingOption } from '@floodgate/settings'
import type { Setting } from './setting.ts'

/**
 * Reads the value of an option from normalised settings, which have each key of the configuration in camel case;
 * durations are written as in Go. Undefined if it is not set.
 */
export function readOption (settings: object, { path, type }: Pick<SettingOption, 'path' | 'type'>): Setting['value'] | undefined {
  let value: unknown = settings
  for (const key of path.split('.')) value = (value as Record<string, unknown> | undefined)?.[camelCase(key)]
  return type === 'duration' && typeof value === 'number' ? writeMilliseconds(value) : value as Setting['value'] | undefined
}

function camelCase (key: string): string {
  return key.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())
}
