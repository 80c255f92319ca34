// `remnant audit list`: who changed what, and what came of it. For administrators.

import type { AuditEntry, AuditListQuery } from '@remnant/client';
import { entries } from '@remnant/client';
import { Command } from 'commander';
import { contextOf } from '../context.ts';
import { countOf } from '../options.ts';
import { drawTable } from '../table.ts';

const HEAD = ['At', 'Operation', 'Target', 'Result', 'Detail', 'User ID', 'Project ID', 'Request ID'];
/** How many are shown when nothing else is said: the audit of a cloud is long. */
const NEWEST = 50;

interface ListOptions {
  readonly target?: string;
  readonly request?: string;
  readonly limit: number;
}

/** The noun. */
export function auditCommand(): Command {
  return new Command('audit').description('Who changed what').addCommand(list());
}

function list(): Command {
  return new Command('list')
    .description('List changes, newest first (admin)')
    .option('--target <target>', 'only those of this: an id, or as in the list, "server ID"')
    .option('--request <id>', 'only those of this request')
    .option('--limit <n>', 'at most so many', countOf, NEWEST)
    .action(async ({ target, request, limit }: ListOptions, command: Command) => {
      const { client, show } = contextOf(command);
      const query: AuditListQuery = {
        limit,
        ...(target === undefined ? {} : { target }),
        ...(request === undefined ? {} : { request_id: request }),
      };
      const found: AuditEntry[] = [];
      for await (const entry of entries(client.audit.list, query, (page) => page.audit)) {
        found.push(entry);
        if (found.length >= limit) break;
      }
      show(found, () =>
        drawTable(
          HEAD,
          found.map((e) => [e.at, e.operation, e.target, e.result, e.detail, e.user_id, e.project_id, e.request_id]),
        ),
      );
    });
}
