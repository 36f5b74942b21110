/** `npm run local-aws`: the endpoint alone, as a process. */
import { parseArgs } from 'node:util'
import { ScaledClock } from './clock/scaled-clock.ts'
import { startLocalAws } from './local-aws.ts'
import { createDockerDriver } from './tasks/docker-driver.ts'

const HELP = `A local AWS endpoint with real tasks, a real load balancer and a real registry.

Usage: npm run local-aws -- [options]

  --port N           port of the AWS endpoint (default 4566; 0 takes a free one)
  --registry-port N  port of the image registry (default 5000; 0 takes a free one)
  --speed N          how many times as fast as the wall AWS time runs (default 1)
  --driver NAME      what runs tasks: process (default) or docker
  --log FILE         append every call as one JSON line
  --help             this text

When it is ready it prints one line of JSON: endpoint, registry, account, region and clock.
Point any AWS client at it:

  export AWS_ENDPOINT_URL=http://127.0.0.1:4566 AWS_REGION=us-east-1
  export AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local
  aws ecs list-clusters

AWS CLI before 2.13 does not read AWS_ENDPOINT_URL: give it --endpoint-url.

SIGTERM or Ctrl+C ends it, with every task it has started.`

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '4566' },
      'registry-port': { type: 'string', default: '5000' },
      speed: { type: 'string', default: '1' },
      driver: { type: 'string', default: 'process' },
      log: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) {
    console.log(HELP)
    return
  }
  const clock = new ScaledClock(speed(values.speed))
  const aws = await startLocalAws({
    clock,
    port: port('port', values.port),
    registryPort: port('registry-port', values['registry-port']),
    ...(driverNamed(values.driver) === 'docker' ? { driver: createDockerDriver() } : {}),
    ...(values.log === undefined ? {} : { callFile: values.log }),
  })
  let closing: Promise<void> | undefined
  const stop = (): void => {
    closing ??= aws.close()
  }
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
  console.log(
    JSON.stringify({
      endpoint: aws.endpoint,
      registry: aws.registryHost,
      account: aws.place.account,
      region: aws.place.region,
      clock: { rate: clock.rate, epoch: clock.epoch, startedAt: clock.startedAt },
      pid: process.pid,
    }),
  )
}

function number(option: string, text: string): number {
  const value = Number(text)
  if (text.trim() !== '' && Number.isFinite(value) && value >= 0) return value
  throw new Error(`--${option} has to be a number, not '${text}'.`)
}

function speed(text: string): number {
  const value = number('speed', text)
  if (value > 0) return value
  throw new Error(`--speed has to be above 0, not '${text}'.`)
}

function port(option: string, text: string): number {
  const value = number(option, text)
  if (Number.isInteger(value) && value <= 65_535) return value
  throw new Error(`--${option} has to be a port, 0 to 65535, not '${text}'.`)
}

function driverNamed(name: string): 'process' | 'docker' {
  if (name === 'process' || name === 'docker') return name
  throw new Error(`--driver has to be process or docker, not '${name}'.`)
}

try {
  await main()
} catch (error) {
  console.error(`local-aws: ${(error as Error).message}`)
  console.error('Try: npm run local-aws -- --help')
  process.exitCode = 2
}
