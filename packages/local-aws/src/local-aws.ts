/** Puts the services of the endpoint together and opens its two doors: the AWS APIs and the image registry. */
import type { Server } from 'node:http'
import { CallLog } from './calls.ts'
import type { Clock } from './clock/clock.ts'
import { ScaledClock } from './clock/scaled-clock.ts'
import { localHandler } from './local-handler.ts'
import type { Place } from './parts.ts'
import { createAutoScaling } from './services/autoscaling/autoscaling.ts'
import { createCloudWatch } from './services/cloudwatch/cloudwatch.ts'
import { createCodeDeploy } from './services/codedeploy/codedeploy.ts'
import { createEcr, type Ecr } from './services/ecr/ecr.ts'
import { createEcs } from './services/ecs/ecs.ts'
import { validationEvent } from './services/codedeploy/validation-event.ts'
import { LambdaHooks } from './services/ecs/shifting/lambda-hooks.ts'
import { shortPhases, type DeploymentPhases } from './services/ecs/scheduler/deployment-phases.ts'
import { createElbv2 } from './services/elbv2/elbv2.ts'
import { createLogs } from './services/logs/logs.ts'
import { createRoute53 } from './services/route53/route53.ts'
import { createSns, type Sns } from './services/sns/sns.ts'
import { createSts } from './services/sts/sts.ts'
import type { TaskDriver } from './tasks/driver.ts'
import { createProcessDriver } from './tasks/process-driver.ts'
import { Faults } from './wire/faults.ts'
import { awsHandler } from './wire/handler.ts'
import { closeServer, openServer, portOf } from './wire/http-server.ts'

export interface LocalAwsOptions {
  /** Real time when not given. */
  readonly clock?: Clock
  readonly place?: Place
  /** Of the AWS endpoint; 0 (default) takes a free one. */
  readonly port?: number
  /** Of the image registry; 0 (default) takes a free one. */
  readonly registryPort?: number
  /** What runs tasks; processes when not given. The endpoint closes it. */
  readonly driver?: TaskDriver
  /** Every call is appended to this file as one JSON line. */
  readonly callFile?: string
}

export interface LocalAws {
  /** `http://127.0.0.1:4566`: what AWS_ENDPOINT_URL is set to. */
  readonly endpoint: string
  /** `127.0.0.1:5000` */
  readonly registryHost: string
  readonly place: Place
  readonly clock: Clock
  readonly calls: CallLog
  readonly faults: Faults
  /** What happens to requests of the image registry instead of what they ask for. */
  readonly registryFaults: Ecr['registryFaults']
  /** What scans of images find; nothing, unless it is chosen here or by the image's label. */
  readonly scans: Ecr['scans']
  /** How long service deployments are PENDING and STOP_REQUESTED; a test may change it at any time. */
  readonly deploymentPhases: DeploymentPhases
  /** What was published to SNS topics. */
  readonly messages: Sns['messages']
  /** What the functions behind AWS_LAMBDA lifecycle hooks answer, and what they were told. */
  readonly lambdaHooks: LambdaHooks
  /** Where a listener can really be reached; `undefined` when it does not exist. */
  listenerUrl(listenerArn: string): string | undefined
  /** Ends every task and closes both doors. Nothing is left behind. */
  close(): Promise<void>
}

const DEFAULT_PLACE: Place = { account: '123456789012', region: 'us-east-1' }

export async function startLocalAws(options: LocalAwsOptions = {}): Promise<LocalAws> {
  const { clock = new ScaledClock(), place = DEFAULT_PLACE } = options
  const driver = options.driver ?? createProcessDriver()
  const calls = new CallLog(options.callFile)
  const faults = new Faults()
  const deploymentPhases = shortPhases()
  let registryHost = ''
  let endpoint = ''

  const sns = createSns({ clock, place, endpoint: () => endpoint })
  const cloudwatch = createCloudWatch({ clock, place, topics: sns.topics })
  const logs = createLogs({ clock, place })
  const ecr = createEcr({ clock, place, registryHost: () => registryHost })
  const elb = createElbv2({ clock, place, metrics: cloudwatch.metrics })
  const lambdaHooks = new LambdaHooks()
  const ecs = createEcs({
    clock,
    place,
    driver,
    logs,
    images: ecr.images,
    targetGroups: elb.targetGroups,
    listenerRules: elb.listenerRules,
    lambdaHooks,
    alarms: cloudwatch.alarms,
    phases: deploymentPhases,
  })
  const codedeploy = createCodeDeploy({
    clock,
    place,
    alarms: cloudwatch.alarms,
    services: ecs.blueGreen,
    listenerRules: elb.listenerRules,
    routes: elb.trafficRoutes,
    validate: (functionName, call) =>
      lambdaHooks.call(functionName, validationEvent(call)).hookStatus,
  })
  const services = [
    ecs.service,
    codedeploy.service,
    ecr.service,
    elb.service,
    cloudwatch.service,
    logs.service,
    sns.service,
    createSts({ clock, place }),
    createAutoScaling({ clock, place }),
    createRoute53({ clock, place, aliasTargets: elb.dnsNames }),
  ]
  const aws = awsHandler({ services, calls, clock, faults, onMistake: console.error })
  const servers: Server[] = []
  const close = async (): Promise<void> => {
    codedeploy.close()
    await ecs.close()
    await driver.close()
    cloudwatch.close()
    sns.close()
    await elb.close()
    await Promise.all(servers.map(closeServer))
    ecr.close()
  }
  try {
    const pages = localHandler(
      {
        calls,
        faults,
        registryFaults: ecr.registryFaults,
        scans: ecr.scans,
        listeners: elb.addresses,
      },
      aws,
    )
    const endpointServer = await openServer('AWS endpoint', pages, options.port)
    servers.push(endpointServer)
    endpoint = `http://127.0.0.1:${portOf(endpointServer)}`
    const registryServer = await openServer('image registry', ecr.registry, options.registryPort)
    servers.push(registryServer)
    registryHost = `127.0.0.1:${portOf(registryServer)}`
    return {
      endpoint,
      registryHost,
      place,
      clock,
      calls,
      faults,
      registryFaults: ecr.registryFaults,
      scans: ecr.scans,
      deploymentPhases,
      messages: sns.messages,
      lambdaHooks,
      listenerUrl: (arn) => elb.addresses().find((each) => each.listenerArn === arn)?.url,
      close,
    }
  } catch (error) {
    // What is made already has timers, which would keep the program running.
    await close()
    throw error
  }
}
