import { randomBytes, randomUUID } from 'node:crypto'
import type { Attachment, TaskVolumeConfiguration } from '@aws-sdk/client-ecs'
import { arn, hexId, shortHexId } from '../../../ids.ts'
import type { Place } from '../../../parts.ts'
import type { ContainerRecord, StartTask, TaskRecord } from '../model.ts'

/** A task as it is right after RunTask: PROVISIONING, nothing pulled, its network interface promised. */
export function newTask(
  request: StartTask,
  place: Place,
  privateIp: string,
  now: number,
): TaskRecord {
  const id = hexId()
  const { cluster, taskDefinition } = request
  return {
    id,
    arn: arn('ecs', place, `task/${cluster.name}/${id}`),
    cluster,
    taskDefinition,
    group: request.group,
    startedBy: request.startedBy,
    launchType: request.launchType,
    capacityProviderName: request.capacityProviderName,
    privateIp,
    overrides: { containerOverrides: [], inferenceAcceleratorOverrides: [], ...request.overrides },
    attachments: [networkInterface(privateIp), ...(request.volumes ?? []).map(managedVolume)],
    lastStatus: 'PROVISIONING',
    desiredStatus: 'RUNNING',
    healthStatus: 'UNKNOWN',
    containers: (taskDefinition.shape.containerDefinitions ?? []).map(
      ({ name = '', image = '' }): ContainerRecord => ({
        arn: arn('ecs', place, `container/${cluster.name}/${id}/${randomUUID()}`),
        name,
        image,
        lastStatus: 'PENDING',
        healthStatus: 'UNKNOWN',
      }),
    ),
    createdAt: now,
    tags: [...(request.tags ?? [])],
  }
}

function networkInterface(privateIp: string): Attachment {
  const mac = ['0a', ...[...randomBytes(5)].map((byte) => byte.toString(16).padStart(2, '0'))]
  return {
    id: randomUUID(),
    type: 'ElasticNetworkInterface',
    status: 'PRECREATED',
    details: [
      { name: 'subnetId', value: 'subnet-0a1b2c3d4e5f60718' },
      { name: 'networkInterfaceId', value: `eni-${shortHexId(17)}` },
      { name: 'macAddress', value: mac.join(':') },
      { name: 'privateDnsName', value: `ip-${privateIp.replaceAll('.', '-')}.ec2.internal` },
      { name: 'privateIPv4Address', value: privateIp },
    ],
  }
}

/** Recorded and shown, as in the API reference's example of RunTask; there is no disk behind it. */
function managedVolume({ name, managedEBSVolume }: TaskVolumeConfiguration): Attachment {
  const { roleArn, terminationPolicy } = managedEBSVolume ?? {}
  return {
    id: randomUUID(),
    type: 'AmazonElasticBlockStorage',
    status: 'CREATED',
    details: [
      { name: 'roleArn', value: roleArn },
      { name: 'volumeName', value: name },
      {
        name: 'deleteOnTermination',
        value: String(terminationPolicy?.deleteOnTermination ?? true),
      },
      { name: 'volumeId', value: `vol-${shortHexId(17)}` },
    ],
  }
}

/** Addresses of 10.0.0.0/16 in turn, without the ones that a VPC keeps for itself. */
export function privateIps(): () => string {
  let last = 3
  return () => {
    last = last >= 0xfffe ? 4 : last + 1
    return `10.0.${last >> 8}.${last & 0xff}`
  }
}
