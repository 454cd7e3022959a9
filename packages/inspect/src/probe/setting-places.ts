import { formatPlace, originOf, type LoadedConfig, type Origin } from '@floodgate/config-loader'
import type { Backend, Place } from '@floodgate/core'
import type { SettingName, SettingPlaces } from '@floodgate/http-client'
import { clientPlace } from '../explain/client-place.ts'
import { rootInsecure, rootTls } from '../explain/client-tls.ts'
import { writePosition } from '../explain/setting.ts'

/** A setting that a verdict is about, and its place. */
export interface ConcernedSetting {
  readonly name: SettingName
  /** Path of its key: `endpoints[0].backend[1].host`; null = it is not configured. */
  readonly path: string | null
  readonly origin: Origin | null
}

/** Finds the places of a backend's settings. */
export interface BackendPlaces extends SettingPlaces {
  describe (name: SettingName): ConcernedSetting
}

/** Finds the settings of one backend and one of its hosts, or the global ones if they apply. */
export function findPlaces (
  loaded: Pick<LoadedConfig, 'model'>,
  { place, hosts }: Pick<Backend, 'place' | 'hosts'>,
  host: string
): BackendPlaces {
  const own: Place = [...clientPlace(place), 'client_tls']
  const hasOwn = originOf(loaded, own) !== null

  function candidates (name: SettingName): Place[] {
    if (name === 'host') return [place, []].flatMap((of) => [[...of, 'host', hosts.indexOf(host)], [...of, 'host']])
    if (name === 'proxy_address') return [[...clientPlace(place), name]]
    if (name === 'floodgate.servername' || name === 'floodgate.pins') return [[...clientPlace(place), ...name.split('.')]]
    if (name === 'dialer_timeout') return [[name]]
    if (name === 'client_tls') return hasOwn ? [own] : [rootTls, rootInsecure]
    return [[...hasOwn ? own : rootTls, name.slice('client_tls.'.length)]]
  }
  function locate (places: readonly Place[]): { place: Place, origin: Origin } | null {
    for (const place of places) {
      const origin = originOf(loaded, place)
      if (origin !== null) return { place, origin }
    }
    return null
  }
  return {
    find (name) {
      const found = locate(candidates(name))
      return found && writePosition(found.origin)
    },
    findReplaced (name) {
      const origin = hasOwn ? originOf(loaded, [...rootTls, name.slice('client_tls.'.length)]) : null
      return origin && writePosition(origin)
    },
    describe (name) {
      const found = locate(candidates(name))
      return { name, path: found && formatPlace(found.place), origin: found?.origin ?? null }
    }
  }
}
