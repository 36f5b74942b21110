// The program inside the test images. It behaves as its image's environment says, by AWS time, which every request
// of the local endpoint carries in a header, so that virtual time means something to a real process. CommonJS, since
// Node starts it in a third of the time of an ES module, and the tests start a thousand.
const { createServer } = require('node:http')

const {
  BEHAVIOUR = 'good',
  VERSION = '0',
  PORT = '3000',
  HOST = '0.0.0.0',
  SLOW_SECONDS = '0',
  // Milliseconds of AWS time: tasks that get their first request later than that are the late ones.
  LATE_FROM = 'Infinity',
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
  const isLate = firstSeenAt >= Number(LATE_FROM)
  if (BEHAVIOUR === 'late-crash' && isLate) {
    console.error(`version ${VERSION}: too many connections to the database`)
    process.exit(9)
  }
  if (BEHAVIOUR === 'crash-later' && upSeconds >= Number(SLOW_SECONDS)) {
    console.error(`version ${VERSION}: out of file handles`)
    process.exit(7)
  }
  if (request.url === '/health') {
    response.writeHead(isReady(upSeconds, isLate) ? 200 : 503).end()
    return
  }
  const isBad = upSeconds >= Number(SLOW_SECONDS)
  response.writeHead(BEHAVIOUR === 'errors' && isBad ? 500 : 200, {
    'content-type': 'text/plain',
    // The load balancer counts it as the time that the answer took.
    'x-virtual-latency-ms': BEHAVIOUR === 'slow' && isBad ? '6000' : '20',
  })
  response.end(VERSION)
}).listen(Number(PORT), HOST)

function isReady(upSeconds, isLate) {
  if (BEHAVIOUR === 'sick' || (BEHAVIOUR === 'late-sick' && isLate)) return false
  if (BEHAVIOUR === 'slow-start') return upSeconds >= Number(SLOW_SECONDS)
  return BEHAVIOUR !== 'sick-later' || upSeconds < Number(SLOW_SECONDS)
}

process.on('SIGTERM', () => process.exit(0))
