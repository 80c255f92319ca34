// Rows of servers for tests: an ordinary running server, of which a test says only what matters to it.

import { randomUUID } from 'node:crypto';
import type { NewServer } from '../../src/db/servers.ts';
import type { HostName, ImageId, ProjectId, ServerId, UserId } from '../../src/model/ids.ts';
import { asId } from '../../src/model/ids.ts';

const LONG_AGO = Date.parse('2024-03-01T10:00:00Z');

/** A running server on `host-1`, of user `ann` in project `a1a1a1a1`. */
export function serverRow(more: Partial<NewServer> = {}): NewServer {
  const name = more.name ?? 'web';
  return {
    id: asId<ServerId>(randomUUID()),
    projectId: asId<ProjectId>('a1a1a1a1'),
    userId: asId<UserId>('ann'),
    name,
    description: null,
    hostname: name,
    host: asId<HostName>('host-1'),
    node: more.host === undefined ? 'host-1' : more.host,
    vmState: 'active',
    taskState: null,
    powerState: 1,
    progress: 0,
    lockedBy: null,
    lockedReason: null,
    imageId: asId<ImageId>('70a599e0-31e7-49b7-b260-868f441e862b'),
    flavor: { id: '1', name: 'small', vcpus: 1, ram: 512, disk: 1, ephemeral: 0, swap: 0, extraSpecs: {} },
    metadata: {},
    tags: [],
    addresses: {},
    accessIpV4: '',
    accessIpV6: '',
    availabilityZone: 'nova',
    configDrive: false,
    diskConfig: 'MANUAL',
    keyName: null,
    userData: null,
    securityGroups: ['default'],
    networks: 'none',
    hints: {},
    groupId: null,
    pinnedZone: null,
    oldFlavor: null,
    oldVmState: null,
    reservationId: 'r-test0001',
    launchIndex: 0,
    kernelId: '',
    ramdiskId: '',
    rootDeviceName: '/dev/sda',
    instanceName: 'instance-00000001',
    fault: null,
    origin: 'created',
    createdAt: LONG_AGO,
    updatedAt: LONG_AGO,
    launchedAt: LONG_AGO + 30_000,
    terminatedAt: null,
    deletedAt: null,
    ...more,
  };
}
