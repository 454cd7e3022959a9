import type { Endpoint, Place } from '@floodgate/core'
import { describeValue, isObject } from '@floodgate/settings'
import type { Report } from '../../locate/problem.ts'
import { sanitiseHost } from './read-hosts.ts'

/** Weights by host, as they are written. */
export type Weights = Readonly<Record<string, number>>

/** A backend whose hosts may have weights. */
export interface WeightsSubject {
  /** Its `backend/http/client` as it is written. */
  readonly keys: unknown
  /** `weights` of the root, for backends without their own; absent = none. */
  readonly defaults: Weights | undefined
  readonly hosts: readonly string[]
  readonly sd: string
}

/**
 * Reads the weights of a backend's hosts. Reports hosts that it does not have, and weights without effect.
 *
 * @param place of `backend/http/client`
 * @returns a weight for each host, in their order; undefined = all are alike
 */
export function readWeights ({ keys, defaults, hosts, sd }: WeightsSubject, place: Place, report: Report): readonly number[] | undefined {
  const written = isObject(keys) && isObject(keys['floodgate']) ? keys['floodgate']['weights'] : undefined
  const at: Place = [...place, 'floodgate', 'weights']
  const warn = (message: string, instead: string): void => {
    report({ severity: 'warning', code: 'no-effect', place: at, at: 'key', message, instead })
  }
  if (sd === 'dns') {
    if (written !== undefined) warn('has no effect: SRV records have weights of their own', 'set the weights in the DNS, or remove it')
    return undefined
  }
  const weights = isObject(written) ? written : defaults
  if (weights === undefined) return undefined
  if (weights === written) {
    for (const host of Object.keys(weights)) if (!hosts.some((one) => isNamed(one, host))) reportUnknown(host, hosts, 'this backend', [...at, host], report)
  }
  const list = hosts.map((host) => {
    const weight = Object.entries(weights).find(([text]) => isNamed(host, text))?.[1]
    return typeof weight === 'number' ? weight : 1
  })
  if (weights === written && list.length > 0) {
    if (new Set(hosts).size === 1) warn('has no effect: the backend has one host', 'add another host, or remove it')
    else if (list.every((weight) => weight === 0)) warn('has no effect: every host has the weight 0, so that all are used alike', 'give one of them a weight')
  }
  return list.every((weight) => weight === list[0]) ? undefined : list
}

/** Reports weights of the root for hosts that no backend has. */
export function checkRootWeights (weights: Weights | undefined, endpoints: readonly Endpoint[], report: Report): void {
  const hosts = [...new Set(endpoints.flatMap(({ backends }) => backends.flatMap((backend) => backend.hosts)))]
  for (const host of Object.keys(weights ?? {})) {
    if (!hosts.some((one) => isNamed(one, host))) reportUnknown(host, hosts, 'any backend', ['extra_config', 'floodgate', 'weights', host], report)
  }
}

function isNamed (host: string, text: string): boolean {
  return host === text || host === sanitiseHost(text)
}

function reportUnknown (host: string, hosts: readonly string[], where: string, place: Place, report: Report): void {
  report({
    severity: 'error',
    code: 'unknown-value',
    place,
    at: 'key',
    message: `${describeValue(place, host)} is not a host of ${where}: its weight would not count`,
    nearest: { word: host, among: hosts }
  })
}
