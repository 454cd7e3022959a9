import { readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'

/**
 * Returns how many processors this process may use, at least 1: those it is allowed to run on, or fewer when its control
 * group (a container's limit) allows less time. Node itself heeds control groups only from version 24 on.
 */
export function availableCpus (root = '/sys/fs/cgroup'): number {
  const limit = Math.min(versionTwo(root), versionOne(root))
  return Math.max(1, Math.min(availableParallelism(), Math.floor(limit)))
}

/** `cpu.max`: "200000 100000" is two processors, "max 100000" is not a limit. */
function versionTwo (root: string): number {
  const [quota, period] = read(`${root}/cpu.max`).split(/\s+/)
  return share(Number(quota), Number(period))
}

function versionOne (root: string): number {
  return share(Number(read(`${root}/cpu/cpu.cfs_quota_us`)), Number(read(`${root}/cpu/cpu.cfs_period_us`)))
}

function share (quota: number, period: number): number {
  return quota > 0 && period > 0 ? quota / period : Infinity
}

function read (file: string): string {
  try {
    return readFileSync(file, 'utf8').trim()
  } catch {
    return ''
  }
}
