// Authorised servers: load and policy in one step, for one row and for pages. Another project's server does not exist
// (404), one's own without the right is forbidden (403), in Nova's order.

import { PatternTooSlow } from '../db/pattern-too-slow.ts';
import { findMarker, pageOfServers, pageOfStamps, serversNumbered } from '../db/server-pages.ts';
import { findServer } from '../db/servers.ts';
import type { Db, Store } from '../db/store.ts';
import type { Caller } from '../model/caller.ts';
import { fault } from '../model/faults.ts';
import { asId } from '../model/ids.ts';
import type { Server, ServerStamp } from '../model/server.ts';
import type { ServerPage } from '../model/server-query.ts';
import type { Policy } from '../policy/policy-engine.ts';
import { authorise } from './authorise.ts';
import type { Authorised } from './authorised.ts';
import { markAuthorised } from './authorised.ts';

/** How a server that is not there is spoken of: two of Nova's action families say it in another way. */
export type NotFoundWords = 'plain' | 'mapping';

/** What of a page the caller may choose. */
export type ServerPageQuery = Omit<ServerPage, 'projectId' | 'after'> & {
  /** Null: the caller's own project. The policy of another choice is the operation's to ask. */
  readonly allProjects: boolean;
  readonly marker: string | null;
};

/** Servers, for those who may. */
export interface ServerAccess {
  /** The server `id` if `rule` lets `caller` act on it. Faults: instance-not-found, instance-unmapped, policy-denied. */
  one(caller: Caller, id: string, rule: string, words?: NotFoundWords): Promise<Authorised<Server>>;
  /** Like `one`, deleted servers too. */
  oneEvenDeleted(caller: Caller, id: string, rule: string): Promise<Authorised<Server>>;
  /** The same server as it is inside a transaction. Fault instance-not-found when it was deleted meanwhile. */
  again(tx: Db, server: Authorised<Server>): Promise<Authorised<Server>>;
  /** One page of the servers that `rule` lets `caller` list. Faults: policy-denied, marker-not-found. */
  page(caller: Caller, rule: string, query: ServerPageQuery): Promise<readonly Authorised<Server>[]>;
  /** The same page as stamps alone. */
  stamps(caller: Caller, rule: string, query: ServerPageQuery): Promise<readonly Authorised<ServerStamp>[]>;
  /** The servers behind stamps as they are now, in no order. */
  stamped(stamps: readonly Authorised<ServerStamp>[]): Promise<readonly Authorised<Server>[]>;
}

/** Opens the way to servers. */
export function serverAccess(store: Store, policy: Policy): ServerAccess {
  const load = async (caller: Caller, id: string, rule: string, words: NotFoundWords, deleted: boolean) => {
    const server = await findServer(store.read, id);
    if (server === null) throw fault(words === 'mapping' ? 'instance-unmapped' : 'instance-not-found', { id });
    const visible = caller.isAdmin || server.projectId === caller.projectId;
    if (!visible || (server.deletedAt !== null && !deleted)) throw fault('instance-not-found', { id });
    authorise(policy, caller, rule, { project_id: server.projectId, user_id: server.userId });
    return markAuthorised(server);
  };
  /** The page as the database is asked for it; null where the caller has nothing to list. */
  const allowedPage = async (caller: Caller, rule: string, query: ServerPageQuery): Promise<ServerPage | null> => {
    authorise(policy, caller, rule);
    if (!query.allProjects && caller.projectId === null) return null;
    const projectId = query.allProjects ? null : caller.projectId;
    const after = query.marker === null ? null : await findMarker(store.read, asId(query.marker), projectId);
    if (query.marker !== null && after === null) throw fault('marker-not-found', { marker: query.marker });
    return { ...query, projectId, after };
  };
  return {
    one: (caller, id, rule, words = 'plain') => load(caller, id, rule, words, false),
    oneEvenDeleted: (caller, id, rule) => load(caller, id, rule, 'plain', true),
    again: async (tx, server) => {
      const now = await findServer(tx, server.id);
      if (now === null || now.deletedAt !== null) throw fault('instance-not-found', { id: server.id });
      return markAuthorised(now);
    },
    page: async (caller, rule, query) => {
      const page = await allowedPage(caller, rule, query);
      return page === null ? [] : (await inTime(pageOfServers(store.read, page))).map(markAuthorised);
    },
    stamps: async (caller, rule, query) => {
      const page = await allowedPage(caller, rule, query);
      return page === null ? [] : (await inTime(pageOfStamps(store.read, page))).map(markAuthorised);
    },
    stamped: async (stamps) => {
      const seqs = stamps.map((stamp) => stamp.seq);
      return seqs.length === 0 ? [] : (await serversNumbered(store.read, seqs)).map(markAuthorised);
    },
  };
}

/** A page that patterns were asked for. Fault pattern-too-slow. */
async function inTime<T>(page: Promise<T>): Promise<T> {
  try {
    return await page;
  } catch (error) {
    throw error instanceof PatternTooSlow ? fault('pattern-too-slow') : error;
  }
}
