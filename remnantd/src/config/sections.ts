// Every key of the configuration: its type, default and meaning. Sections are objects of keys; the reference page is
// generated from here. Times are seconds in the file, as operators write them.

import type { Static } from 'typebox';
import { Type } from 'typebox';
import { HOST_NAME_PATTERN } from '../model/ids.ts';
import { bus } from './bus.ts';
import { dumps } from './dumps.ts';
import { glance } from './glance.ts';
import { ironic } from './ironic.ts';
import { keystone } from './keystone.ts';
import { lane } from './lane.ts';
import { quota } from './quota.ts';
import { readiness } from './readiness.ts';
import { limits, log, metrics, stop, tls } from './running.ts';

const closed = { additionalProperties: false } as const;
const text = (description: string, more: object = {}) => Type.String({ description, minLength: 1, ...more });
const seconds = (description: string, value: number) =>
  Type.Number({ description: `${description} Seconds.`, exclusiveMinimum: 0, default: value });

/** Where and how the APIs listen. */
const api = Type.Object(
  {
    host: text('Address to listen on.', { default: '127.0.0.1' }),
    port: Type.Integer({ description: 'Port to listen on.', minimum: 1, maximum: 65_535, default: 8774 }),
    public_url: Type.Union([Type.String({ pattern: '^https?://[^/]+$' }), Type.Null()], {
      description: 'Scheme, host and port under which clients reach this cloud; null takes what each request says.',
      default: null,
    }),
    max_limit: Type.Integer({ description: 'A page of a list has at most this many rows.', minimum: 1, default: 1000 }),
    max_body: Type.Integer({
      description: 'A request body larger than this is refused. Bytes.',
      minimum: 1024,
      default: 114_688,
    }),
    region: text('Name of the region in the catalogue.', { default: 'RegionOne' }),
    zone: text('Availability zone of services and servers.', { default: 'nova' }),
  },
  { ...closed, default: {}, description: 'Where and how the APIs listen.' },
);

/** The database. */
const database = Type.Object(
  {
    url: Type.Union([Type.String({ pattern: '^(sqlite:.+|postgres(ql)?://.+)' }), Type.Null()], {
      description:
        'sqlite:PATH or postgresql://USER@HOST:PORT/DATABASE; null is remnant.db in state_dir. Only a PostgreSQL serves several API processes.',
      default: null,
    }),
  },
  { ...closed, default: {}, description: 'Where the truth is kept.' },
);

/** The built-in identity. */
const identity = Type.Object(
  {
    token_ttl: seconds('How long a token is good.', 3600),
    free_failures: Type.Integer({
      description:
        'So many wrong passwords in a row for one user from one address cost nothing; after that, sign-ins are refused (429) for 1 s, then 2 s, 4 s and so on, with the right password too.',
      minimum: 1,
      default: 5,
    }),
    longest_wait: Type.Number({
      description: 'No such wait is longer. Seconds.',
      minimum: 1,
      default: 60,
    }),
    accounts: Type.Array(
      Type.Object(
        {
          user: text('Name of the user.'),
          project: text('Name of the project, made if missing.'),
          role: Type.Union([Type.Literal('admin'), Type.Literal('member'), Type.Literal('reader')], {
            description: 'Role in it.',
          }),
        },
        closed,
      ),
      {
        description: 'Accounts made at start where missing, with random passwords written to clouds.yaml in state_dir.',
        default: [{ user: 'admin', project: 'admin', role: 'admin' }],
      },
    ),
  },
  { ...closed, default: {}, description: 'Users, projects and tokens.' },
);

/** Policy. */
const policy = Type.Object(
  {
    file: Type.Union([Type.String({ minLength: 1 }), Type.Null()], {
      description:
        'File of rules in the place of their defaults, YAML or JSON, read again when it changes; a path that is not absolute begins at state_dir. It must be there; null is policy.yaml in state_dir, which need not be.',
      default: null,
    }),
    folder: Type.Union([Type.String({ minLength: 1 }), Type.Null()], {
      description:
        'Folder of more such files (.yaml, .yml, .json), read after it by name; null is policy.d beside the file.',
      default: null,
    }),
  },
  { ...closed, default: {}, description: 'Who may do what.' },
);

/** Images. */
export const images = Type.Object(
  {
    folder: Type.Union([Type.String(), Type.Null()], {
      description: 'Folder of images, one sub-folder each with its image.yaml; null is images in state_dir.',
      default: null,
    }),
    glance,
  },
  { ...closed, default: {}, description: 'What servers boot from.' },
);

/** Commands. */
const commands = Type.Object(
  {
    deadline: seconds('A host that has not taken a command by then never will.', 30),
    answer: seconds('How much longer the answer of a host that took a command is waited for.', 30),
    create_answer: seconds('The same for what makes a disk: creating, rebuilding, resizing, rescuing.', 600),
    suspend_answer: seconds("The same for putting a guest's memory away, and for getting it back.", 600),
    grant_valid: seconds('A host must begin within this time of asking.', 5),
    nmi_wait: seconds('How long inject_nmi waits for the hypervisor.', 10),
  },
  { ...closed, default: {}, description: 'What hosts are told to do.' },
);

/** Liveness. */
export const liveness = Type.Object(
  {
    beat: seconds('How often an agent says that it is there.', 1),
    unknown_after: seconds('A host not heard for this long is UNKNOWN.', 3),
    flap_hold: seconds(
      'A host that came back, and was lost again before this time is over, is not UP before it is over. Commands still reach it.',
      60,
    ),
    keep_transitions: seconds(
      'What became of hosts is forgotten after this time; the last of each host is kept.',
      2_592_000,
    ),
  },
  { ...closed, default: {}, description: 'What is known of hosts.' },
);

/** One host whose agent runs in this process. */
export const host = Type.Object(
  {
    name: Type.String({ description: 'Its name in the Compute API.', pattern: HOST_NAME_PATTERN }),
    driver: Type.Union([Type.Literal('libvirt'), Type.Literal('ironic'), Type.Literal('sim')], {
      description: 'What it drives: libvirt guests, the bare-metal machines of an Ironic, or simulated guests.',
    }),
    socket: text("libvirtd's socket.", { default: '/run/libvirt/libvirt-sock' }),
    accel: Type.Union([Type.Literal('kvm'), Type.Literal('tcg')], {
      description: 'kvm, or tcg (emulation) where KVM does not really run guests.',
      default: 'kvm',
    }),
    network: Type.Union([Type.String({ minLength: 1 }), Type.Null()], {
      description:
        "libvirt's name for the network that servers are put on, e.g. default; it must be there and active. Null: servers have no network.",
      default: null,
    }),
    disks: Type.Union([Type.String({ pattern: '^/' }), Type.Null()], {
      description:
        "Absolute folder for the disks of guests, in the place of the host's own in state_dir. Hosts with the same folder on shared storage take over each other's servers with their disks (evacuate). It must be there: name a folder inside the mount, so that it is missing while the storage is. Null: the host's own.",
      default: null,
    }),
    screen: Type.Boolean({
      description:
        "libvirt: servers that are made get a screen (VGA), to which nobody can connect, so that a picture of it can be taken before an NMI (`evidence`). It costs each a few MiB of the host's memory; servers that are there stay as they are.",
      default: true,
    }),
    ironic,
  },
  closed,
);

/** Adoption. */
const adopt = Type.Union(
  [
    Type.Object(
      {
        project: text('Name of the project that gets guests found on hosts; with a Keystone, its id.'),
        user: text('Name of the user they are shown under; with a Keystone, its id.'),
      },
      closed,
    ),
    Type.Null(),
  ],
  {
    description: 'Guests that were on a host before become servers of this project; null leaves them alone.',
    default: null,
  },
);

const flavor = Type.Object(
  {
    id: text('Its id, e.g. "1".'),
    name: text('Its name.'),
    vcpus: Type.Integer({ description: 'CPUs.', minimum: 1 }),
    ram: Type.Integer({ description: 'MiB.', minimum: 1 }),
    disk: Type.Integer({ description: 'GiB.', minimum: 0, default: 0 }),
  },
  closed,
);

/** The whole configuration. */
export const CONFIG_SCHEMA = Type.Object(
  {
    state_dir: text('Folder for everything Remnant keeps, readable by its owner only.'),
    api,
    tls,
    limits,
    database,
    bus,
    lane,
    identity,
    keystone,
    policy,
    images,
    commands,
    quota,
    dumps,
    readiness,
    liveness,
    hosts: Type.Array(host, { description: 'Hosts whose agents run in this process.', default: [] }),
    adopt,
    log,
    metrics,
    stop,
    flavors: Type.Array(flavor, {
      description: 'Flavors made at the first start that names them; one that is deleted later stays deleted.',
      default: [],
    }),
  },
  closed,
);

/** A valid configuration, defaults filled in. */
export type Config = Static<typeof CONFIG_SCHEMA>;
