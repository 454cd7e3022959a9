import fs from 'node:fs'

/** Processor time of a process and of those that it started, in ms, to the microsecond. Linux only. */
export function processorTime (pid) {
  const [threads, children] = [fs.readdirSync(`/proc/${pid}/task`), fs.readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')]
  const own = threads.reduce((sum, thread) => sum + timeOf(`/proc/${pid}/task/${thread}/schedstat`), 0)
  return children.trim().split(' ').filter(Boolean).reduce((sum, child) => sum + processorTime(child), own)
}

function timeOf (file) {
  return Number(fs.readFileSync(file, 'utf8').split(' ')[0]) / 1e6
}
