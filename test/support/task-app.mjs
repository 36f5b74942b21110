// The program inside the test images. It behaves as its image's environment says, by AWS time, which every request
// of the local endpoint carries in a header, so that virtual time means something to a real process.
import { createServer } from 'node:http'

const {
  BEHAVIOUR = 'good',
  VERSION = '0',
  PORT = '3000',
  HOST = '0.0.0.0',
  SLOW_SECONDS = '0',
} = process.env

if (BEHAVIOUR === 'crash') {
  console.error(`version ${VERSION}: cannot read the configuration: LEDGER_CURRENCY is missing`)
  process.exit(3)
}

let firstSeenAt
createServer((request, response) => {
  const now = Number(request.headers['x-local-aws-now'] ?? Date.now())
  firstSeenAt ??= now
  const upSeconds = (now - firstSeenAt) / 1000
  if (BEHAVIOUR === 'crash-later' && upSeconds >= Number(SLOW_SECONDS)) {
    console.error(`version ${VERSION}: out of file handles`)
    process.exit(7)
  }
  const isReady =
    BEHAVIOUR !== 'sick' && upSeconds >= (BEHAVIOUR === 'slow-start' ? Number(SLOW_SECONDS) : 0)
  response.writeHead(request.url === '/health' && !isReady ? 503 : 200, {
    'content-type': 'text/plain',
  })
  response.end(VERSION)
}).listen(Number(PORT), HOST)

process.on('SIGTERM', () => process.exit(0))
