/** A line of a tree, and its children. */
export interface Branch {
  readonly text: string
  readonly branches?: readonly Branch[]
}

/** Draws a tree: a line per branch. */
export function drawTree ({ text, branches = [] }: Branch): string[] {
  return [text, ...branches.flatMap((branch, i) => {
    const last = i === branches.length - 1
    return drawTree(branch).map((line, j) => `${j === 0 ? (last ? '└─ ' : '├─ ') : last ? '   ' : '│  '}${line}`)
  })]
}
