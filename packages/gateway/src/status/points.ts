import type { Point } from './page/shapes.ts'

/** Points that are kept as they come, and further ones before them. */
const most = { dense: 300, sparse: 300 }
/** ms between two of the earlier ones. */
const apart = 10_000
/** Points that follow faster than this, in ms, replace each other. */
const closest = 500

/** What the plots of a new viewer begin with: the last looks, and fewer of those before. */
export interface Points {
  add (point: Point): void
  list (): readonly Point[]
}

export function createPoints (): Points {
  const sparse: Point[] = []
  const dense: Point[] = []
  return {
    add (point) {
      if (dense.length > 1 && point[0] - dense.at(-2)![0] < closest) dense.pop()
      dense.push(point)
      if (dense.length <= most.dense) return
      const old = dense.shift()!
      const last = sparse.at(-1)
      if (last === undefined || old[0] - last[0] >= apart) sparse.push(old)
      if (sparse.length > most.sparse) sparse.shift()
    },
    list: () => [...sparse, ...dense]
  }
}
