/** Runs jobs one at a time, taking turns between clients. */
export interface FairQueue {
  /** Returns whether another job of a client is accepted. */
  hasRoom (client: string): boolean
  /** Runs a job when its turn comes; resolves to the job's result. */
  run <Result> (client: string, job: () => Promise<Result>): Promise<Result>
}

export interface FairQueueOptions {
  /** Largest number of waiting and running jobs. */
  readonly most: number
  /** Largest number of them for one client. */
  readonly mostOfOne: number
}

type Job = () => Promise<unknown>

/** Creates a queue in which a client with many jobs delays mostly its own jobs. */
export function createFairQueue ({ most, mostOfOne }: FairQueueOptions): FairQueue {
  /** Waiting jobs by client; the next client comes first. */
  const queues = new Map<string, Job[]>()
  const counts = new Map<string, number>()
  let total = 0
  let isRunning = false

  async function runAll (): Promise<void> {
    isRunning = true
    for (let next = queues.entries().next().value; next !== undefined; next = queues.entries().next().value) {
      const [client, jobs] = next
      queues.delete(client)
      const job = jobs.shift()!
      if (jobs.length > 0) queues.set(client, jobs)
      await job()
    }
    isRunning = false
  }

  function add (client: string, change: 1 | -1): void {
    total += change
    const count = (counts.get(client) ?? 0) + change
    if (count === 0) counts.delete(client)
    else counts.set(client, count)
  }

  return {
    hasRoom: (client) => total < most && (counts.get(client) ?? 0) < mostOfOne,
    run: (client, job) => new Promise((resolve, reject) => {
      add(client, 1)
      const jobs = queues.get(client)
      const settle = () => job().then(resolve, reject).finally(() => { add(client, -1) })
      if (jobs === undefined) queues.set(client, [settle])
      else jobs.push(settle)
      if (!isRunning) runAll()
    })
  }
}
