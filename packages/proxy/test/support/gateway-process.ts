import { serveAndReport } from '../../../../test/pass-through/serve-and-report.ts'
import { startGateway } from './start-gateway.ts'

await serveAndReport(startGateway)
