// The libvirt driver on a libvirtd that is a script: one guest runs on it, which can be seen and sent NMIs; pictures of its screen
// are the test's to give.

import { onTestFinished } from 'vitest';
import { ERROR, PACKET, STATE } from '../../src/drivers/libvirt/constants.ts';
import { libvirtDriver } from '../../src/drivers/libvirt/driver.ts';
import { type DomainRef, PROCEDURES, READ_STREAMS } from '../../src/drivers/libvirt/procedures.ts';
import { type Heard, signsOn, TestPeer } from '../../src/drivers/libvirt/test-peer.ts';
import type { ServerId } from '../../src/model/ids.ts';
import { tempDir } from './temp-dir.ts';

/** A picture that libvirtd was asked for. */
export interface HeldPicture {
  /** When, by the machine's monotonic clock, ms. */
  readonly askedAt: number;
  /** Answers, and sends the first bytes of it. */
  readonly begin: () => void;
  /** True once libvirtd was told that nobody wants it, and has taken note. */
  stopped: boolean;
}

const NODE = {
  model: Array.from({ length: 32 }, () => 0),
  memory: 1_048_576n,
  cpus: 1,
  mhz: 0,
  nodes: 1,
  sockets: 1,
  cores: 1,
  threads: 1,
};

/** A driver that is not started, on a host with `guest`; pictures come when the test says so. Gone when the test is over. */
export async function scriptedLibvirt(guest: ServerId) {
  const peer = await TestPeer.open();
  const dir = tempDir();
  const driver = libvirtDriver({
    socketPath: peer.path,
    stateDir: dir,
    stateRoot: dir,
    accel: 'tcg',
    now: Date.now,
    reconnect: { firstMs: 1, mostMs: 4 },
  });
  onTestFinished(async () => {
    await driver.stop();
    await peer.close();
  });
  const pictures = new Map<number, HeldPicture>();
  /** When NMIs were asked for, by the same clock. */
  const nmis: number[] = [];
  const dom = { name: 'g', uuid: guest, id: 1 };
  peer.hear = (heard) => {
    const { type, procedure, serial, status } = heard.packet;
    const picture = pictures.get(serial);
    if (type === PACKET.VIR_NET_STREAM && picture !== undefined) {
      heard.stream(PACKET.VIR_NET_OK);
      picture.stopped = status === PACKET.VIR_NET_ERROR;
    } else if (procedure === READ_STREAMS.domainScreenshot.number) {
      pictures.set(serial, { askedAt: performance.now(), begin: () => begin(heard), stopped: false });
    } else {
      if (procedure === PROCEDURES.domainInjectNmi.number) nmis.push(performance.now());
      if (!signsOn(heard, { domains: [dom] })) answer(heard, dom);
    }
  };
  return { driver, nmis, pictures: () => [...pictures.values()] };
}

function begin({ answer: give, stream }: Heard): void {
  give(READ_STREAMS.domainScreenshot, { mime: 'image/x-portable-pixmap' });
  stream(PACKET.VIR_NET_CONTINUE, Buffer.alloc(100));
}

function answer({ packet, answer: give, refuse }: Heard, dom: DomainRef): void {
  const state = STATE.VIR_DOMAIN_RUNNING;
  switch (packet.procedure) {
    case PROCEDURES.domainGetState.number:
      return give(PROCEDURES.domainGetState, { state, reason: 1 });
    case PROCEDURES.domainLookupByUuid.number:
      return give(PROCEDURES.domainLookupByUuid, { dom });
    case PROCEDURES.domainGetInfo.number:
      return give(PROCEDURES.domainGetInfo, { state, maxMem: 1_024n, memory: 1_024n, nrVirtCpu: 1, cpuTime: 0n });
    case PROCEDURES.domainGetXmlDesc.number:
      return give(PROCEDURES.domainGetXmlDesc, { xml: '<domain>\n  <devices>\n  </devices>\n</domain>' });
    case PROCEDURES.domainGetVcpus.number: {
      const info = [{ number: 0, state, cpuTime: 0n, cpu: 0 }];
      return give(PROCEDURES.domainGetVcpus, { info, cpumaps: new Uint8Array() });
    }
    case PROCEDURES.domainInjectNmi.number:
      return give(PROCEDURES.domainInjectNmi, undefined);
    case PROCEDURES.connectGetType.number:
      return give(PROCEDURES.connectGetType, { type: 'QEMU' });
    case PROCEDURES.connectGetVersion.number:
      return give(PROCEDURES.connectGetVersion, { hvVer: 7_002_000n });
    case PROCEDURES.connectGetHostname.number:
      return give(PROCEDURES.connectGetHostname, { hostname: 'h' });
    case PROCEDURES.connectGetCapabilities.number:
      return give(PROCEDURES.connectGetCapabilities, { capabilities: '<host><cpu><arch>x86_64</arch></cpu></host>' });
    case PROCEDURES.nodeGetInfo.number:
      return give(PROCEDURES.nodeGetInfo, NODE);
    default:
      // Whoever made the guest, it was not Remnant: it has no metadata of ours.
      return refuse(ERROR.VIR_ERR_NO_DOMAIN_METADATA, 'metadata not found');
  }
}
